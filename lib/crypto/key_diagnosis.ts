/**
 * What is wrong with a public key that was refused (D1). Only for the words of the refusal: nothing here
 * decides whether a key is taken.
 *
 * @module
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;

const RSA_OID = "06092a864886f70d010101";
const PSS_OID = "06092a864886f70d01010a";

/** One DER element: its type and what it holds. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** What follows the element. */
  readonly rest: Uint8Array;
}

/** Said to somebody who sent the wrong half of the pair. */
export const PRIVATE_KEY_SENT =
  "this is a private key; it is not secret any more, so make a new pair";

/**
 * Explains why a key is refused.
 *
 * @param der Bytes which are not the DER SubjectPublicKeyInfo of an RSA-4096 key with e = 65537.
 * @returns What they are instead, for a person.
 */
export function diagnoseDer(der: Uint8Array): string {
  if (der[0] !== SEQUENCE) return "not a key: expected DER SubjectPublicKeyInfo (D1)";
  const outer = read(der);
  if (outer === undefined) return "the key is cut short";
  if (outer.rest.length > 0) return `${outer.rest.length} trailing byte(s) after the key`;
  const first = read(outer.content);
  if (first?.tag === INTEGER) return diagnosePkcs1(first);
  const bits = first === undefined ? undefined : read(first.rest);
  if (first?.tag !== SEQUENCE || bits?.tag !== BIT_STRING) return "not a SubjectPublicKeyInfo (D1)";
  const algorithm = first.content.toHex();
  if (algorithm.startsWith(PSS_OID)) {
    return "a PSS-only key; expected a plain RSA key (rsaEncryption)";
  }
  if (!algorithm.startsWith(RSA_OID)) return "not an RSA key; only RSA-4096 is accepted";
  return diagnoseRsa(bits.content.subarray(1));
}

/** PKCS#1 begins with the modulus; private keys, PKCS#1 or PKCS#8, with a version number. */
function diagnosePkcs1(first: Element): string {
  if (first.content.length === 1) return PRIVATE_KEY_SENT;
  return "PKCS#1; expected SubjectPublicKeyInfo (D1)";
}

function diagnoseRsa(der: Uint8Array): string {
  const pair = read(der);
  const n = pair === undefined ? undefined : read(pair.content);
  const e = n === undefined ? undefined : read(n.rest);
  if (n?.tag !== INTEGER || e?.tag !== INTEGER) return "the RSA key is damaged";
  const bits = bitLength(n.content);
  if (bits !== 4096) return `RSA-${bits}; only RSA-4096 is accepted`;
  const exponent = e.content.toHex();
  if (exponent !== "010001") {
    return `exponent ${BigInt(`0x${exponent.slice(0, 32) || "0"}`)}; only 65537 is accepted`;
  }
  if ((n.content.at(-1) ?? 0) % 2 === 0) return "the modulus is even, so it is no RSA key";
  return "the key is not spelled as DER demands";
}

/** Reads one element, with lengths of at most three bytes. */
function read(der: Uint8Array): Element | undefined {
  const [tag, first] = der;
  if (tag === undefined || first === undefined) return undefined;
  const sizeBytes = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || sizeBytes > 3) return undefined;
  const start = 2 + sizeBytes;
  const length = sizeBytes === 0
    ? first
    : der.subarray(2, start).reduce((size, byte) => size * 256 + byte, 0);
  const end = start + length;
  if (end > der.length) return undefined;
  return { tag, content: der.subarray(start, end), rest: der.subarray(end) };
}

function bitLength(integer: Uint8Array): number {
  const first = integer.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (integer.length - first) * 8 - (Math.clz32(integer[first] ?? 0) - 24);
}
