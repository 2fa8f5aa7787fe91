/**
 * For how long a link has sent more than it may (THREATS 17).
 *
 * @module
 */

/** How long a link may go on like that, in ms. */
export const MAX_OVER_MS = 10_000;

/** By how many frames more must wait then, at the least: more than honest programs leave unanswered. */
export const MIN_GROWTH = 32;

/** How often it is looked at what waits, in ms: longer than the largest frame has to wait. */
const LOOK_MS = 2_000;

/**
 * Looks at how many frames wait. Who has sent many at once is only slow, and who waits for answers before
 * sending more keeps within the limit by that: what waits becomes less, or stays as much as it is. Where
 * it becomes more and more, the link is over its limit.
 *
 * @example
 * ```ts
 * import { Overload } from "./overload.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const overload = new Overload();
 * for (let now = 0; now < 10_000; now += 100) {
 *   overload.heldUp(now, now);
 *   assertFalse(overload.lasts(now, now));
 * }
 * assert(overload.lasts(10_000, 10_000));
 * ```
 */
export class Overload {
  /** Since when it becomes more, and how many waited then. */
  #start: { readonly at: number; readonly backlog: number } | undefined;
  #heldUpAt = -Infinity;
  #lookedAt = 0;
  #backlog = 0;

  /**
   * A frame must wait because of the limit.
   *
   * @param backlog How many wait.
   * @param now Unix ms.
   */
  heldUp(backlog: number, now: number): void {
    this.#heldUpAt = now;
    this.#look(backlog, now);
  }

  /**
   * More has come.
   *
   * @param backlog How many wait now.
   * @param now Unix ms.
   * @returns Whether the link has been over its limit for too long.
   */
  lasts(backlog: number, now: number): boolean {
    // If it is not the limit for which it waits, it is not the link that is too fast but this end too slow.
    if (Math.abs(now - this.#heldUpAt) > LOOK_MS) this.#start = undefined;
    if (this.#start === undefined) return false;
    this.#look(backlog, now);
    const { at, backlog: before } = this.#start;
    return now - at >= MAX_OVER_MS && backlog - before >= MIN_GROWTH;
  }

  /** Nothing waits any more. */
  ends(): void {
    this.#start = undefined;
  }

  #look(backlog: number, now: number): void {
    const isFirst = this.#start === undefined || now < this.#lookedAt;
    if (!isFirst && now - this.#lookedAt < LOOK_MS) return;
    if (isFirst || backlog <= this.#backlog) this.#start = { at: now, backlog };
    this.#lookedAt = now;
    this.#backlog = backlog;
  }
}
