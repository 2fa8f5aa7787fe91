/**
 * Signatures and blocks that are made wrongly on purpose, in the manner of Project Wycheproof: each breaks one
 * rule of RFC 8017 and no other, under a key whose private half is known.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { CryptoPort } from "../../lib/crypto/port.ts";
import keys from "../support/keys.json" with { type: "json" };
import { bytesOf, utf8 } from "../support/binary.ts";
import {
  encodeOaep,
  encodePss,
  hash,
  joined,
  type OaepTwist,
  type PssTwist,
  RsaByHand,
  toBytes,
  toNumber,
} from "../support/rsa_by_hand.ts";
import type { Register } from "./crypto_contract.ts";

const TEXT = utf8("a text that is signed");
const SHA256_INFO = Uint8Array.fromHex("3031300d060960864801650304020105000420");

/** Makes the bytes of one case. */
type Make = (rsa: RsaByHand) => Uint8Array;

const pss = (twist: PssTwist): Make => (rsa) => rsa.private(encodePss(TEXT, twist));

/** A proper signature, with either salt, to spoil. */
const good = pss({ salt: 478 });
const goodWithOtherSalt = pss({ salt: 32 });

const SIGNATURES: readonly (readonly [why: string, isValid: boolean, make: Make])[] = [
  ["a salt of 478 bytes", true, good],
  ["a salt of 32 bytes", true, goodWithOtherSalt],
  ...[0, 1, 20, 31, 33, 64, 477].map((salt) =>
    [`a salt of ${salt} bytes`, false, pss({ salt })] as const
  ),
  ["a salt of 479 bytes, with no room for the byte before it", false, pss({ salt: 479 })],
  ["2 before the salt", false, pss({ salt: 32, marker: 2 })],
  ["0 before the long salt", false, pss({ salt: 478, marker: 0 })],
  ["a padding of ones", false, pss({ salt: 32, padding: 1 })],
  ["0xcc at the end", false, pss({ salt: 478, trailer: 0xcc })],
  ["0xbd at the end", false, pss({ salt: 32, trailer: 0xbd })],
  ["the first bit set", false, withTopBit({ salt: 478 })],
  ["the first bit set, with a salt of 32 bytes", false, withTopBit({ salt: 32 })],
  ["SHA-1 all over", false, pss({ salt: 32, hash: "sha1" })],
  ["SHA-384 all over", false, pss({ salt: 32, hash: "sha384" })],
  ["SHA-512 all over", false, pss({ salt: 32, hash: "sha512" })],
  ["a mask made with SHA-1", false, pss({ salt: 32, maskHash: "sha1" })],
  ["a mask made with SHA-512", false, pss({ salt: 478, maskHash: "sha512" })],
  ["a text hashed twice", false, (rsa) => {
    return rsa.private(encodePss(hash("sha256", TEXT), { salt: 478 }));
  }],
  ["the padding of PKCS#1 v1.5", false, (rsa) => {
    const end = joined(new Uint8Array(1), SHA256_INFO, hash("sha256", TEXT));
    const padding = new Uint8Array(510 - end.length).fill(0xff);
    return rsa.private(joined(Uint8Array.of(0, 1), padding, end));
  }],
  ["no padding at all", false, (rsa) => rsa.private(toBytes(toNumber(hash("sha256", TEXT))))],
  ["the number 0", false, () => toBytes(0n)],
  ["the number 1", false, () => toBytes(1n)],
  ["n − 1", false, ({ n }) => toBytes(n - 1n)],
  ["n", false, ({ n }) => toBytes(n)],
  ["n + 1", false, ({ n }) => toBytes(n + 1n)],
  ["only ones", false, () => new Uint8Array(512).fill(0xff)],
  ["s + n for s", false, (rsa) => respelt(rsa, (nonce) => pss({ salt: 478, nonce })(rsa))],
  ["n − s for s", false, (rsa) => toBytes(rsa.n - toNumber(good(rsa)))],
  ["511 bytes, the last cut off", false, (rsa) => good(rsa).subarray(0, 511)],
  ["511 bytes, the first cut off", false, (rsa) => good(rsa).subarray(1)],
  ["513 bytes, with 0 at the end", false, (rsa) => joined(good(rsa), new Uint8Array(1))],
  ["513 bytes, with 0 at the front", false, (rsa) => joined(new Uint8Array(1), good(rsa))],
  ["no bytes", false, () => new Uint8Array()],
];

/** The signature whose encoded message has the bit set that must be clear, and is smaller than n all the same. */
function withTopBit(twist: PssTwist): Make {
  return (rsa) => {
    for (let nonce = 0;; nonce++) {
      const encoded = encodePss(TEXT, { ...twist, topBit: true, nonce });
      if (toNumber(encoded) < rsa.n) return rsa.private(encoded);
    }
  };
}

/** The second spelling of the first number of several that is small enough to have one. */
function respelt({ n }: RsaByHand, make: (nonce: number) => Uint8Array): Uint8Array {
  for (let nonce = 0;; nonce++) {
    const second = toBytes(toNumber(make(nonce)) + n);
    if (second.length === 512) return second;
  }
}

const PLAIN = utf8("a text that is encrypted");
const oaep = (twist: OaepTwist): Make => (rsa) => rsa.public(encodeOaep(PLAIN, twist));

/** The hash of the empty label with one bit changed. */
function spoilt(at: number): Uint8Array {
  return hash("sha256").map((byte, i) => i === at ? byte ^ 1 : byte);
}

const BLOCKS: readonly (readonly [why: string, make: Make])[] = [
  ["the first bit of the label's hash changed", oaep({ labelHash: spoilt(0) })],
  ["the last bit of the label's hash changed", oaep({ labelHash: spoilt(31) })],
  ["zeros in place of the label's hash", oaep({ labelHash: new Uint8Array(32) })],
  ["another label", oaep({ labelHash: hash("sha256", utf8("label")) })],
  ["the label's hash by SHA-1", oaep({ labelHash: joined(hash("sha1"), new Uint8Array(12)) })],
  ["2 before the text", oaep({ marker: 2 })],
  ["0 before the text", oaep({ marker: 0 })],
  ["something else than 0 in the padding", oaep({ padding: 2 })],
  ["nothing but zeros", (rsa) => rsa.public(encodeOaep(new Uint8Array(446), { marker: 0 }))],
  ["1 as the first byte", oaep({ first: 1 })],
  ["0x7f as the first byte", oaep({ first: 0x7f })],
  ["1 as the first byte and another label", oaep({ first: 1, labelHash: spoilt(9) })],
  ["masks made with SHA-1", oaep({ maskHash: "sha1" })],
  ["the padding of PKCS#1 v1.5", (rsa) => {
    const padding = new Uint8Array(509 - PLAIN.length).fill(0xa5);
    return rsa.public(joined(Uint8Array.of(0, 2), padding, Uint8Array.of(0), PLAIN));
  }],
  ["no padding at all", (rsa) => rsa.public(toBytes(toNumber(PLAIN)))],
  ["the number 0", () => toBytes(0n)],
  ["the number 1", () => toBytes(1n)],
  ["n − 1", ({ n }) => toBytes(n - 1n)],
  ["n", ({ n }) => toBytes(n)],
  ["n + 1", ({ n }) => toBytes(n + 1n)],
  ["only ones", () => new Uint8Array(512).fill(0xff)],
  ["c + n for c", (rsa) => respelt(rsa, (nonce) => rsa.public(encodeOaep(Uint8Array.of(nonce))))],
  ["511 bytes, the last cut off", (rsa) => oaep({})(rsa).subarray(0, 511)],
  ["513 bytes, with 0 at the end", (rsa) => joined(oaep({})(rsa), new Uint8Array(1))],
  ["513 bytes, with 0 at the front", (rsa) => joined(new Uint8Array(1), oaep({})(rsa))],
  ["no bytes", () => new Uint8Array()],
];

/** Lengths at which something begins, ends or is as long as a hash. */
const LENGTHS = [0, 1, 2, 31, 32, 33, 255, 256, 257, 413, 414, 415, 444, 445, 446];

const [testKey] = keys.keys;
const pkcs8 = bytesOf(testKey?.privateKey ?? "");
const made = new Map<Make, Uint8Array>();
let rsa: Promise<RsaByHand> | undefined;

/** A private operation by hand takes a twentieth of a second, so each case is made for all backends once. */
async function bytesFrom(make: Make): Promise<Uint8Array> {
  const key = await (rsa ??= RsaByHand.of(pkcs8));
  const bytes = made.get(make) ?? make(key);
  made.set(make, bytes);
  return bytes;
}

/**
 * Registers a test for each case.
 *
 * @param name The backend's name.
 * @param make Makes a fresh one.
 * @param register Registers each test.
 */
export function paddingContract(name: string, make: () => CryptoPort, register: Register): void {
  for (const [why, isValid, signature] of SIGNATURES) {
    register(`${name} ${isValid ? "takes" : "refuses"} a signature with ${why}`, async () => {
      const crypto = make();
      const { publicKey } = await crypto.importPrivateKey(pkcs8);
      const bytes = await bytesFrom(signature);
      assertEquals(await crypto.verify(publicKey, bytes, TEXT), isValid);
      // Whichever salt is tried first.
      await crypto.verify(publicKey, await bytesFrom(goodWithOtherSalt), TEXT);
      assertEquals(await crypto.verify(publicKey, bytes, TEXT), isValid);
    });
  }

  for (const [why, block] of BLOCKS) {
    register(`${name} does not open a block with ${why}`, async () => {
      const crypto = make();
      const { privateKey } = await crypto.importPrivateKey(pkcs8);
      assertEquals(await crypto.decrypt(privateKey, await bytesFrom(block)), undefined);
    });
  }

  register(`${name} opens blocks made by hand, of every length at an edge`, async () => {
    const crypto = make();
    const { privateKey } = await crypto.importPrivateKey(pkcs8);
    for (const length of LENGTHS) {
      const text = new Uint8Array(length).map((_, i) => i);
      const block = await bytesFrom((rsa) => rsa.public(encodeOaep(text)));
      assertEquals(await crypto.decrypt(privateKey, block), text);
    }
  });
}
