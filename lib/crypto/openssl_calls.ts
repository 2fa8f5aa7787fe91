/**
 * Calls into libcrypto that are under way: what they use must stay until they are over.
 *
 * @module
 */

import { Lanes } from "../base/lanes.ts";

/** Keeps account of everything that a backend is doing. */
export class OpenSslCalls {
  readonly #running = new Set<Promise<unknown>>();
  /** What threads read and write: Deno does not keep it from the garbage collector for us. */
  readonly #inUse = new Set<readonly ArrayBufferView[]>();
  readonly #lanes: Lanes;
  #isClosed = false;

  /**
   * Starts with nothing under way.
   *
   * @param lanes How many calls in lanes are made at once.
   */
  constructor(lanes: number) {
    this.#lanes = new Lanes(lanes);
  }

  /**
   * Does work that {@linkcode close} waits for. It begins at once, so it sees the caller's buffers as they
   * are.
   *
   * @param work What to do.
   * @returns What came of it.
   * @throws {TypeError} If no more work is taken.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new TypeError("the OpenSSL backend is closed");
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /**
   * Makes a call on a thread. That thread's queue of errors is out of our reach: nobody reads it, and it
   * holds the last sixteen.
   *
   * @param buffers All that the call reads and writes.
   * @param call The call.
   * @returns What it returned.
   */
  async onThread(
    buffers: readonly ArrayBufferView[],
    call: () => Promise<number>,
  ): Promise<number> {
    this.#inUse.add(buffers);
    try {
      return await call();
    } finally {
      this.#inUse.delete(buffers);
    }
  }

  /**
   * Makes a call on a thread when its turn comes.
   *
   * @param buffers All that the call reads and writes.
   * @param call The call.
   * @returns What it returned.
   */
  inLane(buffers: readonly ArrayBufferView[], call: () => Promise<number>): Promise<number> {
    return this.onThread(buffers, () => this.#lanes.run(call));
  }

  /**
   * Takes no more work as soon as there is none. What comes up meanwhile is still done: a program that stops
   * has frames half-way through, and to fail them would look like a fault.
   *
   * @returns When all is done, well or not.
   */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#isClosed = true;
  }
}
