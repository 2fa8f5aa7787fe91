/**
 * Sizes as people read them.
 *
 * @module
 */

/** Decimal units: what a megabyte is must not depend on who counts. */
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/**
 * A number of bytes in the unit that keeps it short.
 *
 * @example
 * ```ts
 * import { sizeText } from "./size_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sizeText(446), "446 B");
 * assertEquals(sizeText(1_234_567), "1.2 MB");
 * assertEquals(sizeText(31_000), "31 kB");
 * assertEquals(sizeText(999_999), "1.0 MB");
 * ```
 *
 * @param bytes How many, perhaps told by somebody else.
 * @returns The text, one decimal below ten units; `?` for what is no number of bytes.
 */
export function sizeText(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return "?";
  let [value, unit] = [bytes, 0];
  // What would be shown as a thousand of one unit is one of the next.
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const shown = unit === 0 || value >= 9.95 ? Math.round(value).toString() : value.toFixed(1);
  return `${shown} ${UNITS[unit]}`;
}
