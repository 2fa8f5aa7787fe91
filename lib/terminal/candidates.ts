/**
 * What Tab does with several candidates: what they have in common is typed, and they are listed.
 *
 * @module
 */

import { visible } from "./visible.ts";
import { width } from "./width.ts";

/** Candidates that are listed: a folder may have thousands. */
const MOST_LISTED = 100;

/**
 * What all candidates begin with.
 *
 * @example
 * ```ts
 * import { commonStart } from "./candidates.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(commonStart(["/tell ", "/trust "]), "/t");
 * ```
 *
 * @param candidates One at least.
 * @returns Their common beginning, whole characters.
 */
export function commonStart(candidates: readonly string[]): string {
  return candidates.reduce((common, one) => {
    let length = 0;
    while (length < common.length && common[length] === one[length]) length++;
    // Not half of a surrogate pair.
    if (/[\uD800-\uDBFF]/.test(common[length - 1] ?? "")) length--;
    return common.slice(0, length);
  });
}

/**
 * Candidates side by side, as many as fit.
 *
 * @param candidates One at least; they may be anything.
 * @param columns Of the terminal.
 * @returns Lines, harmless.
 */
export function inColumns(candidates: readonly string[], columns: number): string {
  const shown = candidates.slice(0, MOST_LISTED).map((one) => visible(one.trimEnd()));
  const wide = Math.max(...shown.map(width)) + 2;
  const perRow = Math.max(1, Math.floor(columns / wide));
  const rows: string[] = [];
  for (let at = 0; at < shown.length; at += perRow) {
    const row = shown.slice(at, at + perRow);
    rows.push(row.map((one) => one + " ".repeat(wide - width(one))).join("").trimEnd());
  }
  const more = candidates.length - shown.length;
  return [...rows, ...more === 0 ? [] : [`and ${more} more`]].join("\n");
}
