/**
 * How fast something may go on, with a little in hand for those who were idle.
 *
 * @module
 */

/** How fast. */
export interface Rate {
  /** Tokens that come in, each second; a whole number, or infinity for no limit. */
  readonly perSecond: number;
  /** Tokens that are in hand at the most, a whole number of at least 1. */
  readonly burst: number;
}

/**
 * Tokens come in steadily and are spent one by one or many at once. What was not known to be so dear is
 * still paid for: the bucket is closed until it is out of debt. Time is an input.
 *
 * @example
 * ```ts
 * import { TokenBucket } from "./token_bucket.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
 * bucket.spend(2, 0);
 * assertEquals(bucket.opensAt(0), 100);
 * assertEquals(bucket.opensAt(100), 100);
 * ```
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  /** In thousandths, of which a whole number comes in each ms: no rounding, so no drift. */
  #level: number;
  #at: number;

  /**
   * A full bucket.
   *
   * @param rate How fast it fills, and how much it holds.
   * @param now Unix ms.
   */
  constructor({ perSecond, burst }: Rate, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst * 1000;
    this.#level = this.#burst;
    this.#at = now;
  }

  /**
   * Spends tokens, whether they are there or not.
   *
   * @param tokens How many, a whole number.
   * @param now Unix ms.
   */
  spend(tokens: number, now: number): void {
    if (this.#perSecond === Infinity) return;
    this.#fill(now);
    this.#level -= tokens * 1000;
  }

  /**
   * When there is a token to spend.
   *
   * @param now Unix ms.
   * @returns Unix ms; now if there is one.
   */
  opensAt(now: number): number {
    if (this.#perSecond === Infinity) return now;
    this.#fill(now);
    return now + Math.max(0, Math.ceil((1000 - this.#level) / this.#perSecond));
  }

  #fill(now: number): void {
    // A clock that is set back brings nothing, and costs nothing.
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#level = Math.min(this.#burst, this.#level + passed * this.#perSecond);
  }
}
