/**
 * Time, as something that is handed in: the real one for programs, a virtual one for tests.
 *
 * @module
 */

/** A source of time and of one-shot alarms. */
export interface Clock {
  /** Now, in Unix ms. */
  now(): number;
  /**
   * Calls back once, at or after a time.
   *
   * @param at Unix ms; a time that has passed means as soon as possible.
   * @param callback What to do then.
   * @returns Cancels it; without effect once it has happened.
   */
  at(at: number, callback: () => void): () => void;
}

/** The clock of the machine. Its alarms keep the process alive until they are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, callback) {
    // setTimeout takes at most 2^31 − 1 ms; whoever waits longer asks again.
    const delay = Math.min(Math.max(0, at - Date.now()), 2 ** 31 - 1);
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};
