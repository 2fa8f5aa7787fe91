/**
 * How often a member asks its server for a key of the channel that others seem to have (D23).
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";

/** How soon it is asked again, in ms; then after pauses that grow. */
export const ASK_MS = 5_000;

/**
 * The longest pause, in ms. Anybody can speak of a key that nobody has, and whoever hears it asks: that must not
 * have all members answered without end.
 */
const MAX_ASK_MS = 60_000;

/** The patience of one member. */
export class ChannelAsking {
  readonly #clock: Clock;
  readonly #ask: () => void;
  #cancel: (() => void) | undefined;
  #nextAsk = 0;
  #pause = ASK_MS;

  /**
   * Nothing was asked yet.
   *
   * @param clock The pauses.
   * @param ask Asks the server.
   */
  constructor(clock: Clock, ask: () => void) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** A key is lacking: it is asked for, unless that was done not long ago. */
  now(): void {
    const now = this.#clock.now();
    if (now < this.#nextAsk) return;
    this.#nextAsk = now + this.#pause;
    this.#pause = Math.min(this.#pause * 2, MAX_ASK_MS);
    this.#ask();
  }

  /** A key has come that cannot be judged yet: it is asked for in a while. */
  later(): void {
    this.#cancel ??= this.#clock.at(this.#clock.now() + ASK_MS, () => {
      this.#cancel = undefined;
      this.#ask();
    });
  }

  /** A better key has come: whoever asked did not do so in vain. */
  answered(): void {
    this.#pause = ASK_MS;
  }

  /** There is nobody to ask any more. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
