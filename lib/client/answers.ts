/**
 * Answers of a server, which come in the order of the requests or not at all.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { LinkError } from "../protocol/errors.ts";

/** How long a server may take to answer unless somebody has more patience, in ms. */
const ANSWER_MS = 5_000;

/** Whoever waits for answers of one kind. */
export class Answers<T> {
  readonly #clock: Clock;
  readonly #waiting: PromiseWithResolvers<T>[] = [];

  /**
   * Nothing was asked yet.
   *
   * @param clock What ends the patience.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the answer to the request that is sent now.
   *
   * @param patience For how long, in ms.
   * @returns The answer.
   * @throws {LinkError} If the connection ends before, or nothing comes in time.
   */
  async next(patience: number = ANSWER_MS): Promise<T> {
    const waiter = Promise.withResolvers<T>();
    this.#waiting.push(waiter);
    const cancel = this.#clock.at(this.#clock.now() + patience, () => {
      // It keeps its place: an answer that comes late is not that to a later request.
      waiter.reject(new LinkError("the server does not answer"));
    });
    try {
      return await waiter.promise;
    } finally {
      cancel();
    }
  }

  /**
   * An answer came; nobody may have asked.
   *
   * @param answer It.
   */
  came(answer: T): void {
    this.#waiting.shift()?.resolve(answer);
  }

  /** The connection has ended. */
  lost(): void {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new LinkError("the connection was lost"));
    }
  }
}
