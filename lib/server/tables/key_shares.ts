/**
 * The shares of the public channel's key that this server keeps for its members: signed by whoever shared it,
 * wrapped for each, so that a member who comes back has the key though nobody else is there (D23). It is given
 * wraps only, and can open none.
 *
 * @module
 */

import * as v from "valibot";
import type { Payload } from "../../protocol/catalog.ts";
import { type ChannelKeyName, channelKeyName, winsOver } from "../../protocol/channel_key.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { publicChannelKeyShare } from "../../protocol/messages/channel.ts";
import type { ChannelRecord, ShareRecord } from "../../store/port.ts";

/**
 * The longest share that is kept, in UTF-16 units: keys take what they take, and whoever pads them is not kept.
 *
 * @param wraps How many wraps there are in it.
 */
export function longestShare(wraps: number): number {
  return SHARE_TEXT + wraps * WRAP_TEXT;
}

/** What is kept of one share beside its wraps, in UTF-16 units: the creator, its key, the signature. */
const SHARE_TEXT = 4 * 1024;

/** What is kept for each wrap, in UTF-16 units: a key takes six blocks (D4). */
const WRAP_TEXT = 5 * 1024;

/** Text of shares that is kept at the most, in UTF-16 units. */
export const MAX_SHARES_TEXT = 128 * 1024 * 1024;

/** What one frame of shares says, as its creator signed it. */
export interface SignedShare {
  /** Its name: that of its `content_sig` (D21). */
  readonly messageRef: string;
  /** Who shares the key. */
  readonly creator: Id;
  /** What is signed and the signature. */
  readonly payload: JsonObject;
  /** Its length in UTF-16 units, about. */
  readonly size: number;
  /** What it has for each member. */
  readonly wraps: ReadonlyMap<Id, Wrap>;
}

/** The key for one member. */
export interface Wrap {
  /** Under the member's public key, as base64url. */
  readonly wrappedKey: string;
  /** Which key it is, as the share says; undefined if another team's does not say it whole. */
  readonly key: ChannelKeyName | undefined;
}

/** What one member has. */
export interface Held extends Wrap {
  /** The frame that it came in. */
  readonly share: SignedShare;
}

/** The shares that are kept. */
export class KeyShares {
  readonly #held = new Map<Id, Held>();
  /** How many members each is kept for. */
  readonly #shares = new Map<SignedShare, number>();
  #size = 0;
  #version: number;

  /**
   * What the store remembers.
   *
   * @param remembered It.
   */
  constructor({ version, shares }: ChannelRecord) {
    this.#version = version;
    for (const record of shares) this.#remember(record);
  }

  /** The version of the group `public`: 1, and one more for each member and for each new wrap (§9.3). */
  get version(): number {
    return this.#version;
  }

  /** How many shares are kept. */
  get count(): number {
    return this.#shares.size;
  }

  /** How much text they have, in UTF-16 units. */
  get size(): number {
    return this.#size;
  }

  /** Somebody has become a member. */
  memberJoined(): void {
    this.#version += 1;
  }

  /** What a member has, if it has anything. */
  of(member: Id): Held | undefined {
    return this.#held.get(member);
  }

  /**
   * Takes a share for some members.
   *
   * What a wrap holds no server can see. So the latest word counts, whoever's it is: if the highest epoch
   * stayed, a member with a grudge could share garbage under it and leave everybody with that for ever, while
   * those who have the key answer every `ADD`, and what they send must be kept. Only of one creator nothing
   * replaces what wins over it: no signature covers when a share was made (§12), so whoever has kept an old one
   * could bring it back. The same key of the same creator is not written a second time either.
   *
   * @param share The share, verified.
   * @param members For whom of those in it, all of them members.
   * @returns What is new and to be kept; undefined if nothing is.
   */
  take(share: SignedShare, members: Iterable<Id>): ShareRecord | undefined {
    const { messageRef, payload, size } = share;
    if (size > longestShare(share.wraps.size)) return undefined;
    if (this.#size + size > MAX_SHARES_TEXT) return undefined;
    const wraps = [];
    for (const member of members) {
      const wrap = share.wraps.get(member);
      if (wrap === undefined || !isNews(share, wrap, this.#held.get(member))) continue;
      wraps.push({ member, wrappedKey: wrap.wrappedKey });
      this.#hold(member, { ...wrap, share });
      this.#version += 1;
    }
    return wraps.length === 0 ? undefined : { messageRef, payload, wraps };
  }

  #hold(member: Id, held: Held): void {
    const before = this.#held.get(member);
    this.#held.set(member, held);
    this.#count(held.share, 1);
    if (before !== undefined) this.#count(before.share, -1);
  }

  #count(share: SignedShare, sign: 1 | -1): void {
    const before = this.#shares.get(share) ?? 0;
    const members = before + sign;
    if (before === 0) this.#size += share.size;
    if (members > 0) {
      this.#shares.set(share, members);
      return;
    }
    this.#shares.delete(share);
    this.#size -= share.size;
  }

  #remember({ messageRef, payload, wraps }: ShareRecord): void {
    const parsed = v.safeParse(publicChannelKeyShare, payload);
    // What another version of this program has kept and this one does not understand is asked for anew.
    if (!parsed.success || parsed.output.creator === undefined) return;
    const share = {
      messageRef,
      creator: toId(parsed.output.creator),
      payload,
      size: JSON.stringify(payload).length,
      wraps: wrapsOf(parsed.output),
    };
    for (const { member } of wraps) {
      const wrap = share.wraps.get(member);
      if (wrap !== undefined) this.#hold(member, { ...wrap, share });
    }
  }
}

/**
 * What a share has for each member; if it names one twice, the last counts.
 *
 * @param payload The share.
 */
export function wrapsOf(
  { shares }: Pick<Payload<"PUBLIC_CHANNEL_KEY_SHARE">, "shares">,
): Map<Id, Wrap> {
  return new Map(shares.map((share) => {
    const wrappedKey = share.wrapped_public_channel_key;
    return [toId(share.member), { wrappedKey, key: channelKeyName(share) }];
  }));
}

function isNews(share: SignedShare, { key }: Wrap, before: Held | undefined): boolean {
  if (before === undefined || before.share.creator !== share.creator) return true;
  return key !== undefined && winsOver(key, before.key);
}
