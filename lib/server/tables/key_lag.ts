/**
 * Whose key of the public channel is behind the one that others have, and how patient this server is with
 * each.
 *
 * @module
 */

import type { ChannelKeyName } from "../../protocol/channel_key.ts";
import type { Id } from "../../protocol/ids.ts";
import { HEARTBEAT_MS } from "../../protocol/limits.ts";

/** The longest pause between two times that the key is asked for on behalf of the same member, in ms. */
export const MAX_LAG_PAUSE_MS = 600_000;

/** What was heard of better keys, and for whom they were asked for. */
export class KeyLag {
  readonly #members = new Map<Id, { readonly until: number; readonly pause: number }>();
  /** The best key that other servers have announced since this was last looked at. */
  heard: ChannelKeyName | undefined;
  /** When it is looked next who is behind, Unix ms; infinity while nobody can be. */
  nextLook: number = Infinity;

  /** Something has become known of keys: it is looked who is behind, after others had time to share theirs. */
  lookSoon(now: number): void {
    this.nextLook = Math.min(this.nextLook, now + HEARTBEAT_MS);
  }

  /** For how many members somebody was asked. */
  get count(): number {
    return this.#members.size;
  }

  /**
   * Whether somebody is to be asked on behalf of a member who is behind: the first time at once, then after
   * pauses that grow, since nobody may have what a server claims that there is.
   *
   * @param member Who.
   * @param now Unix ms.
   */
  isDue(member: Id, now: number): boolean {
    const before = this.#members.get(member);
    if (before !== undefined && before.until > now) return false;
    const pause = Math.min((before?.pause ?? HEARTBEAT_MS / 2) * 2, MAX_LAG_PAUSE_MS);
    this.#members.set(member, { until: now + pause, pause });
    return true;
  }

  /**
   * A member is not behind at the moment. It is forgotten that it was when it has not been for as long as the last
   * pause was: whoever makes up a better key now and then is not to be heeded each time as if it were the first.
   *
   * @param member Who.
   * @param now Unix ms.
   */
  rests(member: Id, now: number): void {
    const before = this.#members.get(member);
    if (before !== undefined && before.until + before.pause <= now) this.#members.delete(member);
  }

  /** A member has got a better key, or has left. */
  delete(member: Id): void {
    this.#members.delete(member);
  }
}
