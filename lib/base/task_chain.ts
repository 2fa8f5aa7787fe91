/**
 * Tasks that take time, one after the other.
 *
 * @module
 */

/** Runs tasks in the order in which they were given, each when the one before has ended. */
export class TaskChain {
  readonly #fault: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();

  /**
   * A chain with nothing to do.
   *
   * @param fault Hears of a task that threw; the next one runs all the same.
   */
  constructor(fault: (error: unknown) => void) {
    this.#fault = fault;
  }

  /**
   * Adds a task.
   *
   * @param task Run when its turn comes.
   */
  run(task: () => void | Promise<void>): void {
    this.#last = this.#last.then(task).catch(this.#fault);
  }

  /** Resolves when every task added so far has ended. */
  done(): Promise<void> {
    return this.#last;
  }
}
