/**
 * How long the receiver of a file waits for what, and what it does then (THREATS 20).
 *
 * @module
 */

/** Silence after which the sender is asked again, in ms. */
export const SILENCE_MS = 30_000;

/** How often it is asked without anything new coming. */
export const MAX_ASKED = 3;

/** How long a sender may go on sending without anything new, in ms: it never ends, perhaps. */
export const NO_NEWS_MS = 150_000;

/** How long a file may be held up, in ms. */
export const HELD_UP_MS = 10 * 60_000;

/** The patience with one file. */
export class FilePatience {
  readonly #newsMs: number;
  #asked = 0;
  #heardAt = Infinity;
  #newsAt = Infinity;
  /** Since when it has been held up, with nothing new since. */
  #troubleAt = Infinity;
  #askAt = Infinity;
  #heldUp = false;

  /**
   * Patience that has not been tried yet.
   *
   * @param othersFirst Whether the sender may be busy with others: nothing new may come for long then.
   */
  constructor(othersFirst: boolean) {
    this.#newsMs = othersFirst ? Infinity : NO_NEWS_MS;
  }

  /** The sender lives. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** Something new came. */
  news(now: number): void {
    this.#heardAt = this.#newsAt = now;
    this.#asked = 0;
    this.#troubleAt = Infinity;
    this.#heldUp = false;
  }

  /** It cannot go on now. */
  heldUp(now: number, askAt = Infinity): void {
    this.#troubleAt = Math.min(this.#troubleAt, now);
    this.#askAt = askAt;
    this.#heldUp = true;
  }

  /** The sender is back, and shall be asked if it has not spoken by then. */
  askAt(at: number): void {
    if (this.#heldUp) this.#askAt = at;
  }

  /** The sender was asked to go on. */
  goesOn(now: number): void {
    this.#heardAt = now;
    // What stood still for a good reason has not been without news for a bad one.
    if (this.#heldUp || this.#newsAt === Infinity) this.#newsAt = now;
    this.#heldUp = false;
  }

  /** Whether the sender may be asked once more. */
  asks(): boolean {
    return ++this.#asked <= MAX_ASKED;
  }

  /** When something is due: Unix ms, infinity for never. */
  get deadline(): number {
    const end = this.#troubleAt + HELD_UP_MS;
    return this.#heldUp
      ? Math.min(this.#askAt, end)
      : Math.min(this.#heardAt + SILENCE_MS, this.#newsAt + this.#newsMs, end);
  }

  /**
   * What is due.
   *
   * @param now Unix ms.
   * @returns To go on, to ask because nothing is heard, or to give up.
   */
  due(now: number): "nothing" | "goOn" | "ask" | "noNews" | "tooLong" {
    if (now < this.deadline) return "nothing";
    if (now >= this.#troubleAt + HELD_UP_MS) return "tooLong";
    if (this.#heldUp) return "goOn";
    return now >= this.#newsAt + this.#newsMs ? "noNews" : "ask";
  }
}
