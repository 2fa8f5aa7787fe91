/**
 * The work that the frames of one link have caused and that is not done yet: signatures above all, which
 * cost far more than the frames that cause them.
 *
 * @module
 */

/**
 * Frames of one link whose work may be under way at once. It is all done in parallel, so this is the share
 * that one link gets of the processors: enough to keep them busy, little enough for others to notice little.
 */
export const MAX_IN_WORK = 4;

/**
 * Whoever sends costly frames without end waits for the work himself, and nobody else waits for more than
 * a little of it.
 *
 * @example
 * ```ts
 * import { MAX_IN_WORK, Workload } from "./workload.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const workload = new Workload();
 * const signature = Promise.withResolvers<void>();
 * for (let i = 0; i < MAX_IN_WORK; i++) workload.add(signature.promise);
 * const room = workload.room();
 * assert(room !== undefined);
 * signature.resolve();
 * await room;
 * assertEquals(workload.room(), undefined);
 * ```
 */
export class Workload {
  readonly #inWork = new Set<Promise<void>>();
  #waiting = Promise.withResolvers<void>();

  /**
   * A frame has caused work.
   *
   * @param work Settles when all of it is done.
   */
  add(work: Promise<unknown>): void {
    const done = () => {
      this.#inWork.delete(ended);
      this.release();
    };
    const ended: Promise<void> = work.then(done, done);
    this.#inWork.add(ended);
  }

  /**
   * Whether the next frame may be taken.
   *
   * @returns Undefined if it may, else what to wait for.
   */
  room(): Promise<void> | undefined {
    return this.#inWork.size < MAX_IN_WORK ? undefined : this.#waiting.promise;
  }

  /**
   * Resolves when what is under way now is done. What is added later is not waited for: whoever is never
   * without work would else be waited for as long as he likes.
   */
  async present(): Promise<void> {
    await Promise.all(this.#inWork);
  }

  /** Whoever waits for room waits no longer: some work is done, or none matters any more. */
  release(): void {
    this.#waiting.resolve();
    this.#waiting = Promise.withResolvers<void>();
  }
}
