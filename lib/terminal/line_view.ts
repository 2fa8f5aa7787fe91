/**
 * Where prompt, line and cursor stand on a terminal of a given size. Pure: the line editor writes what this computes.
 *
 * The line wraps as the terminal wraps it. A line that is taller than the window is shown around the cursor.
 *
 * @module
 */

import { visible } from "./visible.ts";
import { cells, width } from "./width.ts";

/** The size of a terminal in characters. */
export interface WindowSize {
  /** Columns, at least 2. */
  readonly columns: number;
  /** Rows, at least 1. */
  readonly rows: number;
}

/** What is on the screen for the line being typed. */
export interface LineView {
  /** Prompt and line, harmless, line breaks shown as `⏎`. */
  readonly text: string;
  /** The row of the cursor, counted from the prompt's first row. */
  readonly cursorRow: number;
  /** The column of the cursor, from 0. */
  readonly cursorColumn: number;
  /** The row behind the last character. */
  readonly endRow: number;
  /** Whether the last row is exactly full: the terminal then still waits to wrap. */
  readonly full: boolean;
}

/** A place on the screen. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * Lays the line out.
 *
 * @example
 * ```ts
 * import { lineView } from "./line_view.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { text, cursorRow, cursorColumn } = lineView("> ", "hello", 5, { columns: 4, rows: 9 });
 * assertEquals([text, cursorRow, cursorColumn], ["> hello", 1, 3]);
 * ```
 *
 * @param prompt What stands before the line.
 * @param line The line as it is.
 * @param cursor An index into it.
 * @param size The terminal.
 * @returns Text and places.
 */
export function lineView(prompt: string, line: string, cursor: number, size: WindowSize): LineView {
  const columns = Math.max(2, size.columns);
  const shownPrompt = visible(prompt);
  const room = columns * Math.max(1, size.rows - 1) - width(shownPrompt) - 3;
  const { before, after } = around(line, cursor, Math.max(columns, room));

  const atCursor = advance(advance({ row: 0, column: 0 }, shownPrompt, columns), before, columns);
  const end = advance(atCursor, after, columns);
  const [first] = cells(after);
  // A wide character that does not fit any more takes the cursor along to the next row.
  const wraps = atCursor.column + Math.max(1, first?.width ?? 1) > columns;
  return {
    text: shownPrompt + before + after,
    cursorRow: wraps ? atCursor.row + 1 : atCursor.row,
    cursorColumn: wraps ? 0 : atCursor.column,
    endRow: end.column >= columns ? end.row + 1 : end.row,
    full: end.column >= columns,
  };
}

/** The part of a line that fits, on both sides of the cursor, as it is shown. */
function around(line: string, cursor: number, room: number): { before: string; after: string } {
  // No character needs to be measured that could not be shown anyway.
  const far = room * 4;
  const before = [...cells(shown(line.slice(Math.max(0, cursor - far), cursor)))];
  const after = [...cells(shown(line.slice(cursor, cursor + far)))];
  const total = before.reduce((sum, cell) => sum + cell.width, 0) +
    after.reduce((sum, cell) => sum + cell.width, 0);
  const whole = cursor <= far && line.length - cursor <= far && total <= room;
  if (whole) return { before: textOf(before), after: textOf(after) };

  const left = takeWhileFits(before.toReversed(), Math.floor(room * 0.75)).toReversed();
  const used = left.reduce((sum, cell) => sum + cell.width, 0);
  const right = takeWhileFits(after, room - used - 2);
  const cutLeft = left.length < before.length || cursor > far;
  const cutRight = right.length < after.length || line.length - cursor > far;
  return {
    before: (cutLeft ? "…" : "") + textOf(left),
    after: textOf(right) + (cutRight ? "…" : ""),
  };
}

type Cell = { char: string; width: number };

function takeWhileFits(list: readonly Cell[], room: number): Cell[] {
  let left = room;
  const end = list.findIndex((cell) => (left -= cell.width) < 0);
  return end < 0 ? [...list] : list.slice(0, end);
}

function textOf(list: readonly Cell[]): string {
  return list.map(({ char }) => char).join("");
}

/** A typed text as it is shown: what cannot be seen is a picture, a line break a `⏎`. */
function shown(text: string): string {
  return visible(text).replaceAll("\u240A", "⏎");
}

/** Where the next character would stand; a full row is left by the next character only. */
function advance(place: Place, text: string, columns: number): Place {
  let { row, column } = place;
  for (const cell of cells(text)) {
    if (column + cell.width > columns) {
      row += 1;
      column = 0;
    }
    column += cell.width;
  }
  return { row, column };
}
