/**
 * One alarm for many deadlines.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/**
 * Rings at the earliest time that it was set to. It is not set back when that deadline has moved: it rings
 * too early then, which does no harm and is cheaper than a new alarm for every move.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: (now: number) => void;
  #at = Infinity;
  #cancel: () => void = () => {};

  /**
   * An alarm that is not set.
   *
   * @param clock What wakes it.
   * @param ring What to do; it may be too early for it.
   */
  constructor(clock: Clock, ring: (now: number) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /**
   * Sets it to a time, unless it rings before.
   *
   * @param at Unix ms; infinity for never.
   */
  set(at: number): void {
    if (at >= this.#at) return;
    this.#cancel();
    this.#at = at;
    this.#cancel = this.#clock.at(at, () => {
      this.#at = Infinity;
      this.#ring(this.#clock.now());
    });
  }

  /** It does not ring any more. */
  cancel(): void {
    this.#cancel();
    this.#at = Infinity;
  }
}
