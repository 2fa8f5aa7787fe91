/**
 * Private keys as DER, to be spoilt part by part.
 *
 * @module
 */

import { joined, toNumber } from "./rsa_by_hand.ts";

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

/** The numbers of a private key, in the order in which RFC 8017 §A.1.2 writes them down. */
const PARTS = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;

/** A number of a private key by its name there. */
export type Part = typeof PARTS[number];

/** All numbers of a private key. */
export type Parts = Readonly<Record<Part, bigint>>;

/**
 * @param pkcs8 A sound RSA key, PKCS#8 DER.
 * @returns Its numbers.
 */
export function partsOf(pkcs8: Uint8Array): Parts {
  const [, , octets] = elements(contentOf(pkcs8));
  const [, ...numbers] = elements(contentOf(octets ?? new Uint8Array()));
  const part = (name: Part) => toNumber(numbers[PARTS.indexOf(name)] ?? new Uint8Array());
  return Object.fromEntries(PARTS.map((name) => [name, part(name)])) as Record<Part, bigint>;
}

/**
 * @param parts Numbers, whether they belong together or not.
 * @returns PKCS#8 DER.
 */
export function pkcs8Of(parts: Parts): Uint8Array<ArrayBuffer> {
  const numbers = [0n, ...PARTS.map((name) => parts[name])].map(integer);
  const rsaEncryption = Uint8Array.fromHex("300d06092a864886f70d0101010500");
  const key = element(OCTET_STRING, element(SEQUENCE, ...numbers));
  return element(SEQUENCE, integer(0n), rsaEncryption, key);
}

/**
 * A key in which everything belongs together, but one of the factors is no prime: nothing that it signs is good.
 *
 * @param parts A sound key.
 * @returns The numbers of the other.
 */
export function withoutPrime({ e, p, q, n }: Parts): Parts {
  for (let factor = p + 2n;; factor += 2n) {
    const order = (factor - 1n) * (q - 1n) / gcd(factor - 1n, q - 1n);
    if (gcd(e, order) !== 1n || (factor * q).toString(2).length !== n.toString(2).length) continue;
    const [d, qi] = [inverse(e, order), inverse(q, factor)];
    return { n: factor * q, e, d, p: factor, q, dp: d % (factor - 1n), dq: d % (q - 1n), qi };
  }
}

function element(tag: number, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = joined(...content);
  const size = all.length;
  const length = size < 0x80
    ? [size]
    : size < 0x100
    ? [0x81, size]
    : [0x82, size >> 8, size & 0xff];
  return joined(Uint8Array.of(tag, ...length), all);
}

function integer(number: bigint): Uint8Array<ArrayBuffer> {
  const text = number.toString(16);
  const bytes = Uint8Array.fromHex(text.padStart(text.length + text.length % 2, "0"));
  return element(INTEGER, new Uint8Array((bytes[0] ?? 0) >> 7), bytes);
}

/** What is in an element, and what follows it. */
function read(der: Uint8Array): [content: Uint8Array, rest: Uint8Array] {
  const first = der[1] ?? 0;
  const start = first < 0x80 ? 2 : 2 + first - 0x80;
  const size = first < 0x80 ? first : Number(toNumber(der.subarray(2, start)));
  return [der.subarray(start, start + size), der.subarray(start + size)];
}

function contentOf(der: Uint8Array): Uint8Array {
  return read(der)[0];
}

function elements(der: Uint8Array): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let rest = der; rest.length > 0;) {
    const [content, behind] = read(rest);
    all.push(content);
    rest = behind;
  }
  return all;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - a / b * y];
  return (x % modulus + modulus) % modulus;
}
