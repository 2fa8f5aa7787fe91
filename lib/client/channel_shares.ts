/**
 * How members pass the channel's key on: signed lists of wraps, one for each member (D23).
 *
 * @module
 */

import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { type ChannelKey, unwrapChannelKey, wrapChannelKey } from "../e2ee/channel_key.ts";
import type { Payload } from "../protocol/catalog.ts";
import { encodeBase64url } from "../protocol/base64url.ts";
import { type ChannelKeyName, channelKeyName } from "../protocol/channel_key.ts";
import { frameText } from "../protocol/envelope.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { MAX_SHARES } from "../protocol/messages/channel.ts";
import { keyShareSigningInput } from "../protocol/signing_input.ts";

/** Somebody who is to get the key. */
export interface Member {
  /** The user's id. */
  readonly id: Id;
  /** What to encrypt to for the user. */
  readonly key: PublicKey;
}

/** Who shares a key, and with what. */
export interface Sharer {
  /** The sharing user. */
  readonly id: Id;
  /** The pair that signs (§12). */
  readonly keys: KeyPair;
  /** What encrypts and signs. */
  readonly crypto: CryptoPort;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
}

/**
 * Wraps a key for some members.
 *
 * @param sharer Who shares it.
 * @param key The key.
 * @param members Whom it is for.
 * @returns The frames, at most 12 members in each: so much fits into a user's frame.
 */
export async function* shareFrames(
  { id, keys, crypto, stamp }: Sharer,
  key: ChannelKey,
  members: readonly Member[],
): AsyncGenerator<string> {
  for (let first = 0; first < members.length; first += MAX_SHARES) {
    const shares = [];
    for (const member of members.slice(first, first + MAX_SHARES)) {
      shares.push({
        member: member.id,
        wrapped_public_channel_key: await wrapChannelKey(crypto, key, member.key),
        epoch: key.epoch,
        channel_pub: key.channelPub,
      });
    }
    const creator_pub = keys.publicKey;
    const input = keyShareSigningInput({ shares, creatorPub: creator_pub });
    const content_sig = encodeBase64url(await crypto.sign(keys.privateKey, input));
    const payload = { shares, creator: id, creator_pub, content_sig };
    const ts = stamp();
    yield frameText({ type: "PUBLIC_CHANNEL_KEY_SHARE", from: id, to: "*", ts, payload });
  }
}

/** One share of a frame, as far as it names a key as D23 does: other teams' shares do not. */
export interface NamedShare extends ChannelKeyName {
  /** For whom. */
  readonly member: Id;
  /** The wrap. */
  readonly wrapped: string;
}

/**
 * The shares of a frame that name their key.
 *
 * @param payload The frame's.
 * @returns They, in order.
 */
export function namedShares({ shares }: Payload<"PUBLIC_CHANNEL_KEY_SHARE">): NamedShare[] {
  return shares.flatMap((share) => {
    const { member, wrapped_public_channel_key: wrapped } = share;
    const name = channelKeyName(share);
    return name === undefined ? [] : [{ member: toId(member), wrapped, ...name }];
  });
}

/**
 * Takes the key out of one's own share. The signature over the frame has verified.
 *
 * @param crypto What decrypts.
 * @param keys One's own pair.
 * @param share One's own share.
 * @returns The key, or undefined if the wrap holds no such key.
 */
export async function openShare(
  crypto: CryptoPort,
  keys: KeyPair,
  share: NamedShare,
): Promise<ChannelKey | undefined> {
  return await unwrapChannelKey(crypto, keys.privateKey, share.wrapped, share);
}
