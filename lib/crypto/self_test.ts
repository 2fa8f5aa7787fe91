/**
 * Whether a backend can be trusted on this machine, asked before it is used: it is given published vectors, and
 * then has to agree with Web Crypto. It takes some 0.1 s.
 *
 * @module
 */

import { decodeBase64url } from "../protocol/base64url.ts";
import type { CryptoPort, PrivateKey } from "./port.ts";
import { parsePublicKey, type PublicKey } from "./public_key.ts";
import vectors from "./self_test_vectors.json" with { type: "json" };

/** A backend gave a wrong answer. The message says to what, in words that fit after "it". */
export class SelfTestError extends Error {
  /** As it shows in a log. */
  override readonly name = "SelfTestError";
}

/**
 * Tests a backend.
 *
 * @param candidate The backend.
 * @param reference One that is known to be right: Web Crypto.
 * @throws {SelfTestError} If an answer is wrong.
 */
export async function selfTest(candidate: CryptoPort, reference: CryptoPort): Promise<void> {
  const pkcs8 = bytesOf(vectors.privateKey);
  const [mine, theirs] = await Promise.all([
    candidate.importPrivateKey(pkcs8),
    reference.importPrivateKey(pkcs8),
  ]);
  demand(mine.publicKey === theirs.publicKey, "finds another public key in a private one");
  await checkPublished(candidate, mine.privateKey);
  const { publicKey } = theirs;
  await checkAgreement({ crypto: candidate, ...mine }, { crypto: reference, ...theirs }, publicKey);
  await checkAgreement({ crypto: reference, ...theirs }, { crypto: candidate, ...mine }, publicKey);
}

/** Answers that are known beforehand. */
async function checkPublished(crypto: CryptoPort, privateKey: PrivateKey): Promise<void> {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180
  demand((await crypto.sha256(utf8("abc"))).toHex() === abc, "hashes wrongly");
  for (const { salt, publicKey, data, signature } of vectors.signatures) {
    const key = parsePublicKey(publicKey);
    const verifies = (text: string) => crypto.verify(key, bytesOf(signature), utf8(text));
    demand(await verifies(data), `refuses a published signature with a salt of ${salt} bytes`);
    demand(!await verifies(`${data}.`), "takes a signature of something else");
  }
  const { block, damagedBlock } = vectors;
  const opened = await crypto.decrypt(privateKey, bytesOf(block.ciphertext));
  demand(isSame(opened, utf8(block.plaintext)), "does not decrypt a published block");
  const damaged = await crypto.decrypt(privateKey, bytesOf(damagedBlock.ciphertext));
  demand(damaged === undefined, "decrypts a block with wrong padding");
}

/** A backend and its handle of the common key. */
interface Party {
  readonly crypto: CryptoPort;
  readonly privateKey: PrivateKey;
}

/** What one signs and encrypts, the other verifies and decrypts. */
async function checkAgreement(one: Party, other: Party, publicKey: PublicKey): Promise<void> {
  const data = utf8("a text that both agree upon");
  const signature = await one.crypto.sign(one.privateKey, data);
  const verifies = await other.crypto.verify(publicKey, signature, data);
  demand(verifies, "and Web Crypto do not take each other's signatures");
  const sealed = await one.crypto.encrypt(publicKey, data);
  const opened = await other.crypto.decrypt(other.privateKey, sealed);
  demand(isSame(opened, data), "and Web Crypto do not decrypt each other's blocks");
}

function demand(isRight: boolean, otherwise: string): void {
  if (!isRight) throw new SelfTestError(otherwise);
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.toHex() === other.toHex();
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw new SyntaxError("the self-test's vectors are damaged");
  return bytes;
}
