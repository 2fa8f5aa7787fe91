/**
 * Wraps of the channel's key that members have got and that everybody is told of soon, those of the same
 * moment together (§9.3).
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import { MAX_WRAPS } from "../../protocol/messages/channel.ts";
import { TOGETHER_MS } from "./key_needs.ts";
import type { Wrap } from "./key_shares.ts";

/** How much of them goes into one frame, in UTF-16 units: much less than any team's limit (D6). */
export const MAX_WRAPS_TEXT = 256 * 1024;

/** What a member has got. */
export interface FreshWrap extends Wrap {
  /** Who. */
  readonly member: Id;
}

/** The wraps that nobody was told of yet: the latest of each member. */
export class FreshWraps {
  readonly #wraps = new Map<Id, FreshWrap>();
  #nextDeadline = Infinity;

  /** How many there are. */
  get count(): number {
    return this.#wraps.size;
  }

  /** When {@linkcode take} has something to give at the earliest, Unix ms. */
  get nextDeadline(): number {
    return this.#nextDeadline;
  }

  /**
   * A member has got a wrap.
   *
   * @param wrap It.
   * @param now Unix ms.
   */
  add(wrap: FreshWrap, now: number): void {
    this.#wraps.set(wrap.member, wrap);
    this.#nextDeadline = Math.min(this.#nextDeadline, now + TOGETHER_MS);
  }

  /**
   * Takes out all of them if it is time.
   *
   * @param now Unix ms.
   * @returns So many at once as go into one frame.
   */
  take(now: number): FreshWrap[][] {
    if (this.#nextDeadline > now) return [];
    this.#nextDeadline = Infinity;
    const frames: FreshWrap[][] = [];
    let frame: FreshWrap[] = [];
    let size = 0;
    for (const wrap of this.#wraps.values()) {
      const { length } = wrap.wrappedKey;
      if (frame.length === 0 || frame.length >= MAX_WRAPS || size + length > MAX_WRAPS_TEXT) {
        frames.push(frame = []);
        size = 0;
      }
      frame.push(wrap);
      size += length;
    }
    this.#wraps.clear();
    return frames;
  }
}
