/**
 * So many tasks at once and no more: the others wait in line.
 *
 * @module
 */

import { FairLanes } from "./fair_lanes.ts";

/**
 * How many RSA operations are worked on at once: three times as many as there are processors. With as many, one
 * stands still from the end of an operation until the main thread has heard of it and handed out the next
 * (`bench/README.md`).
 *
 * @param processors How many there are, at least 1.
 * @returns How many lanes.
 * @example
 * ```ts
 * import { lanesFor } from "./lanes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lanesFor(2), 6);
 * ```
 */
export function lanesFor(processors: number): number {
  return 3 * processors;
}

/**
 * Runs costly tasks side by side, in the order in which they were given. What does not stand in this line
 * shares the processors with a few of them, never with all.
 *
 * @example
 * ```ts
 * import { Lanes } from "./lanes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lanes = new Lanes(2);
 * const slow = Promise.withResolvers<string>();
 * const results = [lanes.run(() => slow.promise), lanes.run(() => Promise.resolve("quick"))];
 * assertEquals(await results[1], "quick");
 * slow.resolve("slow");
 * assertEquals(await Promise.all(results), ["slow", "quick"]);
 * ```
 */
export class Lanes {
  readonly #lanes: FairLanes<undefined>;

  /**
   * Empty lanes.
   *
   * @param count How many tasks may run at once.
   */
  constructor(count: number) {
    this.#lanes = new FairLanes(count);
  }

  /**
   * Runs a task when its turn comes.
   *
   * @param task What to do.
   * @returns What came of it; a task that throws frees its lane too.
   */
  run<T>(task: () => Promise<T>): Promise<T> {
    // Fair lanes where all tasks are one's own.
    return this.#lanes.run(undefined, task);
  }
}
