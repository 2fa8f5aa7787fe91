/**
 * From plaintext to ciphertext and back (§4, D4). Only users' devices do this.
 *
 * @module
 */

import type { CryptoPort, PrivateKey } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import { splitCiphertext, splitPlaintext } from "./segments.ts";

/**
 * Encrypts a plaintext (D4).
 *
 * @param crypto What encrypts.
 * @param key Whose private key shall open it: a user's, or the channel's.
 * @param plaintext At most 28,544 bytes.
 * @returns The blocks one after another, as base64url: a `ciphertext`.
 * @throws {RangeError} If the plaintext is longer.
 */
export async function seal(
  crypto: Pick<CryptoPort, "encrypt">,
  key: PublicKey,
  plaintext: Uint8Array,
): Promise<string> {
  const segments = splitPlaintext(plaintext);
  return encodeBase64url(
    join(await Promise.all(segments.map((segment) => crypto.encrypt(key, segment)))),
  );
}

/**
 * Opens a ciphertext (D4). It never says why one cannot be opened, and tries every block even so, lest
 * somebody learn from the answer, or from when it comes, how far it got.
 *
 * @param crypto What decrypts.
 * @param key The private key.
 * @param ciphertext As it stands in the frame.
 * @returns The plaintext, or undefined if it cannot be opened.
 */
export async function open(
  crypto: Pick<CryptoPort, "decrypt">,
  key: PrivateKey,
  ciphertext: string,
): Promise<Uint8Array | undefined> {
  const bytes = decodeBase64url(ciphertext);
  const blocks = bytes === undefined ? undefined : splitCiphertext(bytes);
  if (blocks === undefined) return undefined;
  const segments = await Promise.all(blocks.map((block) => crypto.decrypt(key, block)));
  const opened = segments.filter((segment) => segment !== undefined);
  return opened.length === segments.length ? join(opened) : undefined;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
