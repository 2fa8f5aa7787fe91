/**
 * RSA, PSS and OAEP written out as RFC 8017 has them, so that a test can do each step wrongly. Slow, and in no
 * way safe.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { decodeBase64url } from "../../lib/protocol/base64url.ts";

/** A hash by its name in Node.js. */
export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

/** Hashes some parts as one. */
export function hash(name: HashName, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash(name).update(joined(...parts)).digest());
}

/** Some bytes as one. */
export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A private key as numbers. */
export class RsaByHand {
  private constructor(
    /** The modulus. */
    readonly n: bigint,
    private readonly p: bigint,
    private readonly q: bigint,
    private readonly dp: bigint,
    private readonly dq: bigint,
    private readonly qi: bigint,
  ) {}

  /** @param pkcs8 An RSA-4096 key, PKCS#8 DER. */
  static async of(pkcs8: Uint8Array<ArrayBuffer>): Promise<RsaByHand> {
    const algorithm = { name: "RSA-PSS", hash: "SHA-256" };
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]);
    const { n, p, q, dp, dq, qi } = await subtle.exportKey("jwk", key);
    const number = (text = "") => toNumber(decodeBase64url(text) ?? new Uint8Array());
    return new RsaByHand(number(n), number(p), number(q), number(dp), number(dq), number(qi));
  }

  /** The private operation on an encoded message, which must be smaller than n. */
  private(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
    const m = toNumber(encoded);
    if (m >= this.n) throw new RangeError("the encoded message is not smaller than the modulus");
    const [a, b] = [power(m, this.dp, this.p), power(m, this.dq, this.q)];
    const h = (((a - b) % this.p + this.p) * this.qi) % this.p;
    return toBytes(b + h * this.q);
  }

  /** The public operation, e = 65537. */
  public(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
    const m = toNumber(encoded);
    if (m >= this.n) throw new RangeError("the encoded message is not smaller than the modulus");
    return toBytes(power(m, 65537n, this.n));
  }
}

/** Big-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toHex() || "0"}`);
}

/** A number as big-endian bytes; without a length 512 of them, or one more if it needs them. */
export function toBytes(number: bigint, length = 512): Uint8Array<ArrayBuffer> {
  const text = number.toString(16);
  return Uint8Array.fromHex(
    text.padStart(Math.max(length * 2, text.length + text.length % 2), "0"),
  );
}

/** What PSS can do otherwise than it should. */
export interface PssTwist {
  /** Bytes of the salt. */
  readonly salt: number;
  /** What hashes the message and the salt. */
  readonly hash?: HashName;
  /** What makes the mask. */
  readonly maskHash?: HashName;
  /** The byte between padding and salt; undefined for 1. */
  readonly marker?: number;
  /** What stands in the padding; undefined for zeros. */
  readonly padding?: number;
  /** The last byte; undefined for 0xbc. */
  readonly trailer?: number;
  /** Whether the first bit, which is to be cleared, is set. */
  readonly topBit?: boolean;
  /** Which salt: counted up where a case needs a lucky one. */
  readonly nonce?: number;
}

/** EMSA-PSS (RFC 8017 §9.1.1) for 4096 bits. */
export function encodePss(message: Uint8Array, twist: PssTwist): Uint8Array<ArrayBuffer> {
  const name = twist.hash ?? "sha256";
  const salt = new Uint8Array(twist.salt).fill(0xa5 + (twist.nonce ?? 0));
  const digest = hash(name, new Uint8Array(8), hash(name, message), salt);
  const block = new Uint8Array(512 - digest.length - 1).fill(twist.padding ?? 0);
  block.set(salt, block.length - salt.length);
  if (salt.length < block.length) block[block.length - salt.length - 1] = twist.marker ?? 1;
  mask(block, digest, twist.maskHash ?? name);
  block[0] = (block[0] ?? 0) & 0x7f | (twist.topBit ? 0x80 : 0);
  return joined(block, digest, Uint8Array.of(twist.trailer ?? 0xbc));
}

/** What OAEP can do otherwise than it should. */
export interface OaepTwist {
  /** What stands in place of the hash of the empty label. */
  readonly labelHash?: Uint8Array;
  /** What makes the masks. */
  readonly maskHash?: HashName;
  /** The byte between padding and message; undefined for 1. */
  readonly marker?: number;
  /** The first byte of the padding; undefined for 0. */
  readonly padding?: number;
  /** The first byte of all; undefined for 0. */
  readonly first?: number;
}

/** EME-OAEP (RFC 8017 §7.1.1) for 4096 bits. */
export function encodeOaep(message: Uint8Array, twist: OaepTwist = {}): Uint8Array<ArrayBuffer> {
  const seed = new Uint8Array(32).fill(0x5a);
  const block = new Uint8Array(512 - 1 - 32);
  block.set(twist.labelHash ?? hash("sha256"));
  if (twist.padding !== undefined) block[32] = twist.padding;
  block[block.length - message.length - 1] = twist.marker ?? 1;
  block.set(message, block.length - message.length);
  mask(block, seed, twist.maskHash ?? "sha256");
  mask(seed, block, twist.maskHash ?? "sha256");
  return joined(Uint8Array.of(twist.first ?? 0), seed, block);
}

/** Masks bytes in place with MGF1 (RFC 8017 §B.2.1). */
function mask(bytes: Uint8Array, seed: Uint8Array, name: HashName): void {
  for (let at = 0, counter = 0; at < bytes.length; counter++) {
    for (const byte of hash(name, seed, Uint8Array.of(0, 0, 0, counter))) {
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ byte;
      at += 1;
    }
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = result * result % modulus;
    if (bit === "1") result = result * (base % modulus) % modulus;
  }
  return result;
}
