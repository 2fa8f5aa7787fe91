/**
 * So many tasks at once and no more, and among those who have tasks waiting, one after the other.
 *
 * @module
 */

/**
 * Runs costly tasks side by side. Whoever brings a thousand waits for his own: everybody who has a task
 * waiting gets the next free lane in turn.
 *
 * @example
 * ```ts
 * import { FairLanes } from "./fair_lanes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lanes = new FairLanes<string>(1);
 * const done: string[] = [];
 * const task = (name: string) => () => Promise.resolve(void done.push(name));
 * await Promise.all([
 *   ...["m1", "m2", "m3"].map((name) => lanes.run("mallory", task(name))),
 *   lanes.run("alice", task("a1")),
 * ]);
 * assertEquals(done, ["m1", "m2", "a1", "m3"]);
 * ```
 */
export class FairLanes<K> {
  /** Who waits, in the order of their turns, each with what waits. */
  readonly #lines = new Map<K, (() => void)[]>();
  #free: number;

  /**
   * Empty lanes.
   *
   * @param count How many tasks may run at once.
   */
  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Runs a task when its turn comes; tasks of one in their order.
   *
   * @param whose Whose task it is.
   * @param task What to do.
   * @returns What came of it; a task that throws frees its lane too.
   */
  async run<T>(whose: K, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(whose);
    try {
      return await task();
    } finally {
      // Handed on, not put back: whoever comes just now does not overtake who waits.
      const next = this.#next();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #turn(whose: K): Promise<void> {
    return new Promise((resolve) => {
      const line = this.#lines.get(whose);
      if (line === undefined) this.#lines.set(whose, [resolve]);
      else line.push(resolve);
    });
  }

  #next(): (() => void) | undefined {
    for (const [whose, line] of this.#lines) {
      const next = line.shift();
      // To the end of the round, or out of it.
      this.#lines.delete(whose);
      if (line.length > 0) this.#lines.set(whose, line);
      return next;
    }
    return undefined;
  }
}
