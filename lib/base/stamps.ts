/**
 * Times that are never the same twice.
 *
 * @module
 */

/** How far the last stamp may be ahead of the clock before the clock was set back, in ms. */
const SET_BACK_MS = 60_000;

/** Gives each frame a time of its own, so that of two claims one is newer and no copy is taken for another. */
export class Stamps {
  #last = 0;

  /**
   * The next stamp.
   *
   * @param now Unix ms.
   * @returns Now, or a little later if now was given out already. A clock that was set back is followed,
   *   since others refuse what lies too far ahead (D27).
   */
  next(now: number): number {
    const ahead = this.#last - now;
    this.#last = ahead > SET_BACK_MS ? now : Math.max(now, this.#last + 1);
    return this.#last;
  }
}
