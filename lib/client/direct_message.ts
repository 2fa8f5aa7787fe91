/**
 * A direct message as its sender makes it and its recipient reads it (§9.2, D4).
 *
 * @module
 */

import type { CryptoPort, KeyPair, PrivateKey } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { splitText } from "../e2ee/segments.ts";
import { open, seal } from "../e2ee/seal.ts";
import { encodeBase64url } from "../protocol/base64url.ts";
import { frameText } from "../protocol/envelope.ts";
import type { Id } from "../protocol/ids.ts";
import { MAX_SEGMENTS, SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";
import { directSigningInput } from "../protocol/signing_input.ts";
import type { Sealed } from "./outgoing.ts";

/**
 * Cuts a text into the messages it is sent in: one if the recipient reads segments, else several of one
 * block each (D4).
 *
 * @example
 * ```ts
 * import { piecesOf } from "./direct_message.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "word ".repeat(200);
 * assertEquals(piecesOf(text, true), [text]);
 * assertEquals(piecesOf(text, false).length, 3);
 * assertEquals(piecesOf(text, false).join(""), text);
 * ```
 *
 * @param text As typed.
 * @param segments Whether the recipient's client reads segments.
 * @returns One piece at least; joined they give the text again.
 */
export function piecesOf(text: string, segments: boolean): string[] {
  return splitText(text, SEGMENT_PLAINTEXT_BYTES * (segments ? MAX_SEGMENTS : 1));
}

/** What a message is made of. */
export interface Draft {
  /** The sender's id. */
  readonly from: Id;
  /** The sender's pair; its public half travels as `sender_pub` (§9.2). */
  readonly keys: KeyPair;
  /** The recipient's id. */
  readonly to: Id;
  /** The key pinned for the recipient to encrypt to (D14). */
  readonly recipientKey: PublicKey;
  /** One piece of {@linkcode piecesOf}: what fits into one frame. */
  readonly text: string;
  /** Unix ms, another for each frame. */
  readonly ts: number;
}

/**
 * Encrypts and signs a direct message.
 *
 * @param crypto What encrypts and signs.
 * @param draft What to send.
 * @returns The frame.
 */
export async function sealDirect(crypto: CryptoPort, draft: Draft): Promise<Sealed> {
  const { from, keys, to, recipientKey, text, ts } = draft;
  const ciphertext = await seal(crypto, recipientKey, new TextEncoder().encode(text));
  const input = directSigningInput({ ciphertext, from, to, ts });
  const signature = await crypto.sign(keys.privateKey, input);
  const payload = {
    ciphertext,
    sender_pub: keys.publicKey,
    content_sig: encodeBase64url(signature),
  };
  return {
    text: frameText({ type: "MSG_DIRECT", from, to, ts, payload }),
    messageRef: encodeBase64url(await crypto.sha256(signature)),
    ts,
  };
}

/**
 * Decrypts a message whose `content_sig` has verified.
 *
 * @param crypto What decrypts.
 * @param key The recipient's private key.
 * @param ciphertext As it came.
 * @returns The text; undefined if it was not encrypted to this key or is no text, without telling which.
 */
export async function openDirect(
  crypto: CryptoPort,
  key: PrivateKey,
  ciphertext: string,
): Promise<string | undefined> {
  const plaintext = await open(crypto, key, ciphertext);
  if (plaintext === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plaintext);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
