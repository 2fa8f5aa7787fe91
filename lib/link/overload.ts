/**
 * For how long a link has sent more than it may (THREATS 17).
 *
 * @module
 */

/** How long a link may go on like that, in ms. */
export const MAX_OVER_MS = 10_000;

/** How often it is looked at what waits, in ms: longer than the largest frame has to wait. */
const LOOK_MS = 2_000;

/**
 * Looks at how much waits. Who has sent much at once and keeps within the limit since is only slow: less
 * waits each time. Where it does not become less, the link is over its limit still.
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
  #since: number | undefined;
  #heldUpAt = -Infinity;
  #lookedAt = 0;
  #backlog = 0;

  /**
   * A frame must wait because of the limit.
   *
   * @param backlog How much waits, in any unit.
   * @param now Unix ms.
   */
  heldUp(backlog: number, now: number): void {
    this.#heldUpAt = now;
    this.#look(backlog, now);
  }

  /**
   * More has come.
   *
   * @param backlog How much waits now.
   * @param now Unix ms.
   * @returns Whether the link has been over its limit for too long.
   */
  lasts(backlog: number, now: number): boolean {
    // If it is not the limit for which it waits, it is not the link that is too fast but this end too slow.
    if (Math.abs(now - this.#heldUpAt) > LOOK_MS) this.#since = undefined;
    if (this.#since === undefined) return false;
    this.#look(backlog, now);
    return now - this.#since >= MAX_OVER_MS;
  }

  /** Nothing waits any more. */
  ends(): void {
    this.#since = undefined;
  }

  #look(backlog: number, now: number): void {
    const first = this.#since === undefined || now < this.#lookedAt;
    if (!first && now - this.#lookedAt < LOOK_MS) return;
    if (first || backlog < this.#backlog) this.#since = now;
    this.#lookedAt = now;
    this.#backlog = backlog;
  }
}
