/**
 * The one line above the prompt that changes in place. Pure: the line editor writes what this computes.
 *
 * @module
 */

import type { WindowSize } from "./line_view.ts";
import { visible } from "./visible.ts";
import { cells } from "./width.ts";

/** A window lower than this has room for the prompt only. */
const LEAST_ROWS = 3;

/**
 * A status as it fits into one row, the last column left free: a full row makes some terminals wrap.
 *
 * @example
 * ```ts
 * import { statusRow } from "./status_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statusRow("42 % of 1.2 MB", { columns: 40, rows: 24 }), "42 % of 1.2 MB");
 * assertEquals(statusRow("42 % of 1.2 MB", { columns: 8, rows: 24 }), "42 % o…");
 * assertEquals(statusRow("42 % of 1.2 MB", { columns: 40, rows: 2 }), "");
 * ```
 *
 * @param status What it says; it may hold anything.
 * @param size The terminal.
 * @returns Harmless, and "" if there is no room.
 */
export function statusRow(status: string, size: WindowSize): string {
  if (size.rows < LEAST_ROWS) return "";
  const room = Math.max(1, size.columns - 1);
  let used = 0;
  let cut = "";
  let whole = "";
  for (const { char, width } of cells(visible(status))) {
    used += width;
    if (used > room) return `${cut}…`;
    whole += char;
    if (used < room) cut = whole;
  }
  return whole;
}

/**
 * How many rows a row takes once the window is narrower: terminals wrap what stands there.
 *
 * @param row From {@linkcode statusRow}, in a window that may have been wider.
 * @param columns The columns now.
 * @returns One at least.
 */
export function rowsNow(row: string, columns: number): number {
  let rows = 1;
  let column = 0;
  for (const { width } of cells(row)) {
    if (column + width > columns) {
      rows += 1;
      column = 0;
    }
    column += width;
  }
  return rows;
}
