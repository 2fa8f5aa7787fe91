/**
 * Waiting for something that happens in the real world: a line of output, a frame, an event. Nothing is
 * missed, because everything is kept; nothing is waited for without end; and a wait in vain tells what
 * has happened instead.
 *
 * @module
 */

/** How long a test waits for one thing, in ms: a busy machine may take half of it to make a key. */
export const PATIENCE_MS = 60_000;

/**
 * Waits for a promise, but not for ever.
 *
 * @param promise What is waited for.
 * @param failure What to say if it does not come in time.
 * @param ms How long to wait.
 * @returns Its value.
 * @throws {Error} If it does not come in time.
 */
export async function within<T>(
  promise: Promise<T>,
  failure: () => string,
  ms = PATIENCE_MS,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`after ${ms / 1000} s: ${failure()}`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What has happened, in order, and whoever waits for more. */
export class Journal<T> {
  readonly #entries: T[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #show: (entry: T) => string;

  /** @param show An entry as text, for the message of a wait in vain. */
  constructor(show: (entry: T) => string) {
    this.#show = show;
  }

  /** Everything so far. */
  get entries(): readonly T[] {
    return this.#entries;
  }

  /** Notes what happened. */
  record(entry: T): void {
    this.#entries.push(entry);
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Waits for the first entry that fits.
   *
   * @param what What is waited for, for the message of a wait in vain.
   * @param fits Whether an entry is the one.
   * @param after How many entries to pass over, usually the number there were at some moment before.
   * @returns The entry.
   * @throws {Error} If none came in time, with everything that came.
   */
  async until<S extends T>(
    what: string,
    fits: ((entry: T) => entry is S) | ((entry: T) => boolean),
    after = 0,
  ): Promise<S> {
    const { promise, resolve } = Promise.withResolvers<S>();
    const look = () => {
      const found = this.#entries.slice(after).find((entry): entry is S => fits(entry));
      if (found !== undefined) resolve(found);
    };
    this.#waiting.add(look);
    try {
      look();
      return await within(promise, () => `no ${what} came; this did:\n${this.toString()}`);
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** Everything so far, one entry a line. */
  toString(): string {
    return this.#entries.map((entry) => `  ${this.#show(entry)}`).join("\n");
  }
}
