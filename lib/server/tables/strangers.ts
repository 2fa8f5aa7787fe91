/**
 * Servers whose frames came before their keys: each is asked for once, and its frames wait meanwhile.
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import type { LinkId } from "../effects.ts";

/** Strangers that are waited for at the most. */
export const MAX_STRANGERS = 256;

/** Of these so many that came by one link first: nobody takes the places of all others. */
export const MAX_STRANGERS_OF_A_LINK = 64;

/** Links that are asked for one stranger at the most. */
const MAX_ASKED = 4;

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
  /** The links by which its frames come, the first first: whoever passed them on knows its key. */
  readonly links: LinkId[];
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
   * @param link The link they come by.
   */
  areAwaited(server: Id, link: LinkId): boolean {
    const stranger = this.#strangers.get(server);
    if (stranger !== undefined) return stranger.giveUpAt !== Infinity;
    if (this.#strangers.size >= MAX_STRANGERS) return false;
    let ofThisLink = 0;
    for (const { links } of this.#strangers.values()) if (links[0] === link) ofThisLink += 1;
    return ofThisLink < MAX_STRANGERS_OF_A_LINK;
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
    const known = this.#strangers.get(id);
    if (known !== undefined) {
      if (known.links.length < MAX_ASKED && !known.links.includes(link)) known.links.push(link);
      return false;
    }
    const giveUpAt = now + WAIT_MS;
    const forgetAt = giveUpAt + FORGET_MS;
    this.#strangers.set(id, { id, links: [link], askAgainAt: now + ASK_MS, giveUpAt, forgetAt });
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
