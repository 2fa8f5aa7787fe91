/**
 * Whether a backend can be trusted on this machine, asked before it is used: it is given published vectors, and
 * then has to agree with Web Crypto. Every start waits for it, so Web Crypto's private operations, which are slow, are
 * not asked for: that the candidate verifies and encrypts rightly, published answers and its own decryption show.
 *
 * @module
 */

import { decodeBase64url } from "../protocol/base64url.ts";
import type { CryptoPort, PrivateKey } from "./port.ts";
import { parsePublicKey } from "./public_key.ts";
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
  const { publicKey, privateKey } = await candidate.importPrivateKey(bytesOf(vectors.privateKey));
  await checkPublished(candidate, privateKey);
  const data = utf8("a text that both agree upon");
  const signature = await candidate.sign(privateKey, data);
  const verifies = await reference.verify(publicKey, signature, data);
  demand(verifies, "and Web Crypto do not agree on its signatures");
  for (const [by, crypto] of [["Web Crypto", reference], ["it", candidate]] as const) {
    const opened = await candidate.decrypt(privateKey, await crypto.encrypt(publicKey, data));
    demand(isSame(opened, data), `does not decrypt what ${by} encrypted`);
  }
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
