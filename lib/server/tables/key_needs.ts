/**
 * Which local users need the key of the public channel, and are to be named to everybody who may have it: those
 * who come together in one frame, and nobody so often that it would flood the mesh (§9.3, D23).
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";

/** How long a frame waits for others who need the key too, in ms. */
export const TOGETHER_MS = 100;

/** Who asks is not named again before so much time has passed, in ms. */
export const ASKED_AGAIN_MS = 5_000;

/**
 * Who arrives is named again sooner, in ms: a client that heard of no key within 3 s makes one of its own
 * (D23), which must not happen because a connection was lost and made anew.
 */
export const ARRIVED_AGAIN_MS = 1_000;

/** The users who are to be named. */
export class KeyNeeds {
  /** Before when each is not to be named, Unix ms. */
  readonly #due = new Map<Id, number>();
  /** When each was named last, in this order, Unix ms; forgotten when it does not matter any more. */
  readonly #named = new Map<Id, number>();
  #nextDeadline = Infinity;

  /** How many are to be named, or were not long ago. */
  get count(): number {
    return this.#due.size + this.#named.size;
  }

  /** When {@linkcode take} has something to give at the earliest, Unix ms. */
  get nextDeadline(): number {
    return this.#nextDeadline;
  }

  /**
   * A user needs the key.
   *
   * @param user Who.
   * @param pause How long after the last time the user may be named again, in ms.
   * @param now Unix ms.
   */
  add(user: Id, pause: number, now: number): void {
    const earliest = Math.max(now, (this.#named.get(user) ?? -Infinity) + pause);
    const due = Math.min(earliest, this.#due.get(user) ?? Infinity);
    this.#due.set(user, due);
    this.#nextDeadline = Math.min(this.#nextDeadline, due + TOGETHER_MS);
  }

  /**
   * Takes out those who are due.
   *
   * @param now Unix ms.
   */
  take(now: number): Id[] {
    if (this.#nextDeadline > now) return [];
    const users: Id[] = [];
    this.#nextDeadline = Infinity;
    for (const [user, due] of this.#due) {
      if (due <= now) users.push(user);
      else this.#nextDeadline = Math.min(this.#nextDeadline, due + TOGETHER_MS);
    }
    for (const user of users) {
      this.#due.delete(user);
      this.#named.delete(user);
      this.#named.set(user, now);
    }
    for (const [user, at] of this.#named) {
      if (now - at < ASKED_AGAIN_MS) break;
      this.#named.delete(user);
    }
    return users;
  }
}
