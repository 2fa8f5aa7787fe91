/**
 * A key of the public channel: an RSA-4096 pair of its own, made by a member's client and passed on wrapped
 * to each member (D23).
 *
 * @module
 */

import { type CryptoPort, type KeyPair, KeyPolicyError, type PrivateKey } from "../crypto/port.ts";
import { type PublicKey, publicKeyDer } from "../crypto/public_key.ts";
import { encodeBase64url } from "../protocol/base64url.ts";
import type { ChannelKeyName } from "../protocol/channel_key.ts";
import { open, seal } from "./seal.ts";

/** A key of the channel. */
export interface ChannelKey extends ChannelKeyName {
  /** The public half encrypts what everybody shall read, the private half reads it. */
  readonly pair: KeyPair;
}

/**
 * Names a pair.
 *
 * @param crypto What hashes.
 * @param epoch Its number.
 * @param pair The pair.
 * @returns The key.
 */
export async function channelKeyOf(
  crypto: CryptoPort,
  epoch: number,
  pair: KeyPair,
): Promise<ChannelKey> {
  const channelPub = encodeBase64url(await crypto.sha256(publicKeyDer(pair.publicKey)));
  return { epoch, channelPub, pair };
}

/**
 * Wraps a key for one member.
 *
 * @param crypto What encrypts.
 * @param key The channel's key.
 * @param member The member's own encryption key.
 * @returns Its PKCS#8 under that key, in segments (D4): a `wrapped_public_channel_key`.
 */
export async function wrapChannelKey(
  crypto: CryptoPort,
  key: ChannelKey,
  member: PublicKey,
): Promise<string> {
  return await seal(crypto, member, await crypto.exportPrivateKey(key.pair.privateKey));
}

/**
 * Takes a key out of its wrap.
 *
 * @param crypto What decrypts.
 * @param own The member's own private key.
 * @param wrapped A `wrapped_public_channel_key`.
 * @param name What the share says it is: that much is signed, so it must be that.
 * @returns The key; undefined if it is not that, without a reason (THREATS 27).
 */
export async function unwrapChannelKey(
  crypto: CryptoPort,
  own: PrivateKey,
  wrapped: string,
  name: ChannelKeyName,
): Promise<ChannelKey | undefined> {
  const pkcs8 = await open(crypto, own, wrapped);
  const key = pkcs8 && await importChannelKey(crypto, name.epoch, pkcs8);
  return key?.channelPub === name.channelPub ? key : undefined;
}

/**
 * Takes a key from its stored form.
 *
 * @param crypto What imports.
 * @param epoch Its number.
 * @param pkcs8 PKCS#8 DER; anything else is no key.
 * @returns The key, or undefined if it is none that D1 allows.
 */
export async function importChannelKey(
  crypto: CryptoPort,
  epoch: number,
  pkcs8: Uint8Array,
): Promise<ChannelKey | undefined> {
  try {
    return await channelKeyOf(crypto, epoch, await crypto.importPrivateKey(pkcs8));
  } catch (error) {
    if (error instanceof KeyPolicyError) return undefined;
    throw error;
  }
}
