/**
 * The turns of those who come and go. Everybody is told of each, and hears nothing else before that is signed:
 * so crowds that come and go have turns in common, however many links they come by, and what is signed for them
 * does not pile up in front of messages (THREATS 17).
 *
 * @module
 */

import { FairLanes } from "../base/fair_lanes.ts";

/**
 * Lets so many arrive at once.
 *
 * @example
 * ```ts
 * import { ArrivalTurns } from "./arrival_turns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const turns = new ArrivalTurns(1);
 * const told = Promise.withResolvers<void>();
 * const here: string[] = [];
 * const arrive = (name: string) => () => Promise.resolve(void here.push(name));
 * await turns.arrive(arrive("alice"), () => told.promise);
 * const next = turns.arrive(arrive("bob"), () => Promise.resolve());
 * assertEquals(here, ["alice"]);
 * told.resolve();
 * await next;
 * assertEquals(here, ["alice", "bob"]);
 * ```
 */
export class ArrivalTurns {
  /** Who comes and who goes take turns: a crowd that has left keeps nobody out. */
  readonly #lanes: FairLanes<"comes" | "goes">;

  /**
   * Nobody arrives yet.
   *
   * @param count How many may be told of at once.
   */
  constructor(count: number) {
    this.#lanes = new FairLanes(count);
  }

  /**
   * Somebody arrives when the turn comes.
   *
   * @param arrive Does it.
   * @param told Resolves when what everybody is told of it has been signed; the turn lasts until then.
   * @returns When `arrive` is done, and as it ends.
   */
  arrive(arrive: () => Promise<void>, told: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      void this.#lanes.run("comes", async () => {
        await arrive().then(resolve, reject);
        await told();
      });
    });
  }

  /**
   * Somebody has left. That waits for nobody, but takes a turn, of which whoever comes has every second one.
   *
   * @param signatures What is signed so that everybody hears of it.
   */
  left(signatures: readonly Promise<unknown>[]): void {
    if (signatures.length > 0) void this.#lanes.run("goes", () => Promise.allSettled(signatures));
  }
}
