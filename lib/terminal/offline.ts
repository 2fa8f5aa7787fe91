/**
 * A lost connection as the prompt shows it: since when, and the seconds until the next attempt.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";

/** Whether the server is out of reach. */
export class Offline {
  readonly #clock: Clock;
  readonly #counts: boolean;
  readonly #changed: () => void;
  #lost: { readonly since: number; readonly retryAt: number } | undefined;
  #cancelCountdown: () => void = () => {};

  /**
   * Nothing was lost yet.
   *
   * @param clock What the countdown goes by.
   * @param counts Whether somebody watches the countdown.
   * @param changed Called whenever {@linkcode Offline.text} is another one.
   */
  constructor(clock: Clock, counts: boolean, changed: () => void) {
    this.#clock = clock;
    this.#counts = counts;
    this.#changed = changed;
  }

  /** When the connection was lost, Unix ms; undefined while it stands. */
  get since(): number | undefined {
    return this.#lost?.since;
  }

  /** What stands in front of the prompt, "" while the connection stands. */
  get text(): string {
    if (this.#lost === undefined) return "";
    const left = Math.max(0, Math.ceil((this.#lost.retryAt - this.#clock.now()) / 1000));
    return `[offline, retry in ${left} s] `;
  }

  /**
   * The connection was lost, or an attempt has failed.
   *
   * @param retryAt When the next attempt is, Unix ms.
   * @returns Since when there is none.
   */
  begins(retryAt: number): number {
    const since = this.#lost?.since ?? this.#clock.now();
    this.#lost = { since, retryAt };
    this.#countDown();
    return since;
  }

  /** There is a connection again, or nobody wants to know any more. */
  over(): void {
    this.#lost = undefined;
    this.#cancelCountdown();
  }

  #countDown(): void {
    this.#cancelCountdown();
    this.#changed();
    if (!this.#counts) return;
    const next = this.#clock.now() + 1000;
    this.#cancelCountdown = this.#clock.at(next, () => this.#countDown());
  }
}
