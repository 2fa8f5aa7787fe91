/**
 * How fast a file has come lately.
 *
 * @module
 */

/** What "lately" means, in ms: long enough to be calm, short enough to notice that it has become slow. */
const WINDOW_MS = 5_000;

/** Between two points that are remembered, in ms: however often it is fed, it stays small. */
const STEP_MS = 100;

/** The rate of one transfer, smoothed over the last seconds. */
export class TransferRate {
  readonly #points: { readonly at: number; readonly done: number }[] = [];

  /**
   * So much has come by now.
   *
   * @param now Unix ms.
   * @param done Bytes. Less than before means that it has begun anew.
   */
  add(now: number, done: number): void {
    const last = this.#points.at(-1);
    if (last !== undefined && (done < last.done || now < last.at)) this.#points.length = 0;
    const before = this.#points.at(-2);
    if (before !== undefined && now - before.at < STEP_MS) this.#points.pop();
    this.#points.push({ at: now, done });
    // One point at or before the window's begin stays: from there on it is counted.
    while ((this.#points[1]?.at ?? Infinity) <= now - WINDOW_MS) this.#points.shift();
  }

  /**
   * How fast it is.
   *
   * @param now Unix ms; what comes no more becomes slower and slower.
   * @returns Bytes per second; undefined as long as nothing can be said.
   */
  perSecond(now: number): number | undefined {
    const [first, ...later] = this.#points;
    const last = later.at(-1);
    if (first === undefined || last === undefined || now <= first.at) return undefined;
    return (last.done - first.done) * 1000 / (now - first.at);
  }
}
