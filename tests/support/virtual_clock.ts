/**
 * Time that stands still until a test moves it.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/base/clock.ts";

/** The moment at which every simulation begins, Unix ms. */
export const DAWN = 1_700_000_000_000;

/** How often a simulation may stir without time passing before it counts as one that never rests. */
const MAX_ROUNDS = 10_000;

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock whose alarms ring in order when time is moved; of two for one moment, the older first. */
export class VirtualClock implements Clock {
  #now = DAWN;
  readonly #alarms: Alarm[] = [];

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void): () => void {
    const alarm = { at: Math.max(at, this.#now), callback };
    this.#alarms.splice(this.#placeOf(alarm.at), 0, alarm);
    return () => {
      const index = this.#alarms.indexOf(alarm);
      if (index >= 0) this.#alarms.splice(index, 1);
    };
  }

  /** Lets everything happen that happens now: tasks that are under way, and alarms that are due. */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await microtasksDrained();
      if (!this.#ring()) return;
    }
    throw new Error(`still not at rest after ${MAX_ROUNDS} rounds without time passing`);
  }

  /**
   * Lets time pass.
   *
   * @param ms How much.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (let next = this.#alarms[0]; next !== undefined; next = this.#alarms[0]) {
      if (next.at > end) break;
      this.#now = next.at;
      await this.settle();
    }
    this.#now = end;
  }

  /** Rings what is due now; what these alarms set is for the next round. */
  #ring(): boolean {
    const due = this.#alarms.splice(0, this.#placeOf(this.#now));
    for (const { callback } of due) callback();
    return due.length > 0;
  }

  /** Where an alarm for this time goes: behind those for the same time. */
  #placeOf(at: number): number {
    let low = 0;
    let high = this.#alarms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#alarms[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * One turn of the event loop. Nothing in a simulation waits for anything but promises, and all of their
 * reactions run before the next turn: so afterwards everybody waits for time to pass.
 */
function microtasksDrained(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
