/**
 * How long to wait before trying again.
 *
 * @module
 */

/** The bounds of a backoff, in ms. */
export interface BackoffLimits {
  /** The first ceiling. */
  readonly base: number;
  /** The ceiling that it stops growing at. */
  readonly cap: number;
}

/**
 * Exponential backoff with full jitter: somewhere between nothing and a ceiling that doubles with each
 * failure, so that many who lost the same peer do not come back all at once.
 *
 * @example
 * ```ts
 * import { backoffDelay } from "./backoff.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(backoffDelay(2, { base: 1000, cap: 60_000 }, 0.5), 2000);
 * ```
 *
 * @param failures How often it has failed before this wait, from 0.
 * @param limits The bounds in ms.
 * @param unit A random number in [0, 1).
 * @returns The delay in ms, a tenth of `base` at least so that nobody spins.
 */
export function backoffDelay(failures: number, limits: BackoffLimits, unit: number): number {
  const ceiling = Math.min(limits.cap, limits.base * 2 ** Math.min(failures, 30));
  return Math.max(limits.base / 10, Math.round(ceiling * unit));
}
