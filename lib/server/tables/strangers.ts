/**
 * Servers whose frames came before their keys: each is asked for once, and its frames wait meanwhile.
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import type { LinkId } from "../effects.ts";

/** Strangers that are waited for at the most. */
export const MAX_STRANGERS = 256;

/** How long the answer to a question may take before the other way is tried, in ms. */
export const ASK_MS = 3_000;

/** How long frames wait for a key, in ms. */
export const WAIT_MS = 30_000;

/** How long after that nobody asks again, in ms. */
const FORGET_MS = 60_000;

/** A server whose key is not known. */
export interface Stranger {
  /** Its id. */
  readonly id: Id;
  /** The link by which its frames come: whoever passed them on knows its key. */
  readonly link: LinkId;
  /** When the other way is tried, Unix ms; infinity once that was done. */
  askAgainAt: number;
  /** When its frames have waited long enough, Unix ms; infinity once they have. */
  giveUpAt: number;
  /** When it may be asked for again, Unix ms. */
  readonly forgetAt: number;
}

/** The strangers. */
export class Strangers {
  readonly #strangers = new Map<Id, Stranger>();

  /** How many are waited for, or were not long ago. */
  get count(): number {
    return this.#strangers.size;
  }

  /**
   * Whether frames of a server that is not known are to wait for its key.
   *
   * @param server Its id.
   */
  areAwaited(server: Id): boolean {
    const stranger = this.#strangers.get(server);
    return stranger === undefined
      ? this.#strangers.size < MAX_STRANGERS
      : stranger.giveUpAt !== Infinity;
  }

  /**
   * A frame of a stranger came.
   *
   * @param id Its id.
   * @param link The link it came by.
   * @param now Unix ms.
   * @returns Whether it is the first: then somebody is to be asked.
   */
  meet(id: Id, link: LinkId, now: number): boolean {
    if (this.#strangers.has(id)) return false;
    const giveUpAt = now + WAIT_MS;
    const forgetAt = giveUpAt + FORGET_MS;
    this.#strangers.set(id, { id, link, askAgainAt: now + ASK_MS, giveUpAt, forgetAt });
    return true;
  }

  /** Its key became known. */
  delete(id: Id): void {
    this.#strangers.delete(id);
  }

  /** When {@linkcode due} or {@linkcode giveUp} has something to do at the earliest, Unix ms. */
  get nextDeadline(): number {
    let next = Infinity;
    for (const { askAgainAt, giveUpAt, forgetAt } of this.#strangers.values()) {
      next = Math.min(next, askAgainAt, giveUpAt, forgetAt);
    }
    return next;
  }

  /** Who is to be asked for in the other way now. */
  due(now: number): Stranger[] {
    const due = [...this.#strangers.values()].filter(({ askAgainAt }) => askAgainAt <= now);
    for (const stranger of due) stranger.askAgainAt = Infinity;
    return due;
  }

  /**
   * Gives up the strangers that were waited for long enough.
   *
   * @param now Unix ms.
   * @returns Whether there were any: their frames are refused now.
   */
  giveUp(now: number): boolean {
    let any = false;
    for (const stranger of this.#strangers.values()) {
      if (stranger.forgetAt <= now) this.#strangers.delete(stranger.id);
      if (stranger.giveUpAt > now) continue;
      stranger.giveUpAt = Infinity;
      any = true;
    }
    return any;
  }
}
