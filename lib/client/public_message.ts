/**
 * A message to everybody as its sender makes it and its readers read it (§9.3, D23, D24).
 *
 * @module
 */

import type { CryptoPort, KeyPair, PrivateKey } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { open, seal } from "../e2ee/seal.ts";
import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import type { ChannelKeyName } from "../protocol/channel_key.ts";
import { frameText } from "../protocol/envelope.ts";
import type { Id } from "../protocol/ids.ts";
import { publicSigningInput } from "../protocol/signing_input.ts";
import type { Sealed } from "./outgoing.ts";

/** What a message to everybody is made of. */
export interface PublicDraft {
  /** The sender's id. */
  readonly from: Id;
  /** The sender's pair, which signs the content (§12). */
  readonly keys: KeyPair;
  /** The channel's key in use. */
  readonly channel: ChannelKeyName & { readonly publicKey: PublicKey };
  /** At most 28,544 bytes of UTF-8 (D4). */
  readonly text: string;
  /** Unix ms, another for each frame. */
  readonly ts: number;
}

/**
 * Encrypts and signs a message to everybody: one ciphertext and one signature, however many read it.
 *
 * @param crypto What encrypts and signs.
 * @param draft What to send.
 * @returns The frame.
 */
export async function sealPublic(crypto: CryptoPort, draft: PublicDraft): Promise<Sealed> {
  const { from, keys, channel: { epoch, channelPub: channel_pub, publicKey }, text, ts } = draft;
  const ciphertext = await seal(crypto, publicKey, new TextEncoder().encode(text));
  const signature = await crypto.sign(
    keys.privateKey,
    publicSigningInput({ ciphertext, from, ts }),
  );
  const content_sig = encodeBase64url(signature);
  const payload = { ciphertext, sender_pub: keys.publicKey, content_sig, epoch, channel_pub };
  return {
    text: frameText({ type: "MSG_PUBLIC_CHANNEL", from, to: "public", ts, payload }),
    messageRef: encodeBase64url(await crypto.sha256(signature)),
    ts,
  };
}

/** A message to everybody that could be read. */
export interface PublicText {
  /** What it says. */
  readonly text: string;
  /** Whether anybody on the way could have read it too. */
  readonly encrypted: boolean;
}

/** The keys that a reader has. */
export interface PublicReader {
  /** The reader's own: some teams encrypt to each reader alone (D24). */
  readonly own: PrivateKey;
  /** Those of the channel that may fit, the likeliest first. */
  readonly channel: readonly PrivateKey[];
}

/**
 * Reads a message whose `content_sig` has verified: with the channel's keys, then with one's own, then as
 * the plain text that some programs send (D24). What says its epoch is of our kind and is tried as nothing else.
 *
 * @param crypto What decrypts.
 * @param reader The keys to try.
 * @param payload The message's; `epoch` hints at the key.
 * @returns The text; undefined if nothing opens it, without a reason.
 */
export async function openPublic(
  crypto: CryptoPort,
  { own, channel }: PublicReader,
  { ciphertext, epoch }: { readonly ciphertext: string; readonly epoch?: number | undefined },
): Promise<PublicText | undefined> {
  const keys = epoch === undefined ? [...channel, own] : channel;
  for (const key of keys) {
    const plaintext = await open(crypto, key, ciphertext);
    const text = plaintext && readText(plaintext);
    if (text !== undefined) return { text, encrypted: true };
  }
  const bytes = epoch === undefined ? decodeBase64url(ciphertext) : undefined;
  const text = bytes && readText(bytes);
  return text === undefined ? undefined : { text, encrypted: false };
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
