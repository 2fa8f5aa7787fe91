/**
 * How long this process itself was kept from running: on a busy machine a storm sees late what happened
 * early, and whoever reads its times should know.
 *
 * @module
 */

/** How often it is looked at, in ms. */
const EVERY_MS = 50;

/** Measures from its making until it is disposed of. */
export class Stalls implements Disposable {
  /** The longest so far, in ms. */
  longest = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.#last - EVERY_MS);
    this.#last = now;
  }, EVERY_MS);

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
