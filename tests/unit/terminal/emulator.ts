/**
 * A small terminal: enough of one to say what a person would see.
 *
 * @module
 */

import { EventEmitter } from "node:events";
import { cells } from "../../../lib/terminal/width.ts";

/** What stands in a column; "" is the right half of a wide character. */
type Row = string[];

/** A terminal that takes what a line editor writes. Unknown escape sequences are an error. */
export class Emulator extends EventEmitter {
  readonly rows: number;
  columns: number;
  /** Everything that was ever written. */
  written = "";
  #screen: Row[] = [[]];
  /** Rows that go on with the one above, since it was full. */
  #continued = new Set<number>();
  #row = 0;
  #column = 0;

  constructor(columns: number, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  /** Takes output. */
  write(text: string): void {
    this.written += text;
    // deno-lint-ignore no-control-regex
    for (const [part] of text.matchAll(/\x1b\[\??[0-9;]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+/gu)) {
      if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#down();
      else if (part.startsWith("\x1b")) this.#control(part.slice(2));
      else for (const { char, width } of cells(part)) this.#put(char, width);
    }
  }

  /** Every line, scrolled away or not, without white space at its end. */
  lines(): string[] {
    return this.#screen.map((row) => Array.from(row, (cell) => cell ?? " ").join("").trimEnd());
  }

  /** Where the cursor is: a line of {@linkcode Emulator.lines} and a column. */
  cursor(): [number, number] {
    return [this.#row, this.#column];
  }

  /** Makes the window wider or narrower: what was wrapped is wrapped anew, and the cursor stays at its character. */
  resize(columns: number): void {
    const rows: Row[] = [];
    let cursor: [number, number] = [0, 0];
    this.#screen.forEach((row, index) => {
      const last = this.#continued.has(index) ? rows.at(-1) : undefined;
      const target = last ?? [];
      if (last === undefined) rows.push(target);
      if (index === this.#row) cursor = [rows.length - 1, target.length + this.#column];
      target.push(...row);
    });
    this.columns = columns;
    this.#screen = [];
    this.#continued = new Set();
    rows.forEach((row, index) => {
      let left = row;
      const [cursorRow, offset] = cursor;
      let before = 0;
      for (let isFirst = true; isFirst || left.length > 0; isFirst = false) {
        // A wide character is not cut in two.
        const fits = left[columns] === "" ? columns - 1 : columns;
        if (!isFirst) this.#continued.add(this.#screen.length);
        const isLast = left.length <= fits;
        if (cursorRow === index && offset >= before && (isLast || offset < before + fits)) {
          this.#row = this.#screen.length;
          this.#column = Math.min(columns - 1, offset - before);
        }
        this.#screen.push(left.slice(0, fits));
        before += fits;
        left = left.slice(fits);
      }
    });
    this.emit("resize");
  }

  #put(char: string, width: number): void {
    if (this.#column + width > this.columns) {
      this.#column = 0;
      this.#down();
      this.#continued.add(this.#row);
    }
    const row = this.#screen[this.#row] ??= [];
    while (row.length < this.#column) row.push(" ");
    row[this.#column] = char;
    if (width === 2) row[this.#column + 1] = "";
    this.#column += width;
  }

  #down(): void {
    this.#row += 1;
    this.#continued.delete(this.#row);
    this.#screen[this.#row] ??= [];
  }

  #control(sequence: string): void {
    const count = Number.parseInt(sequence, 10) || 1;
    const top = Math.max(0, this.#screen.length - this.rows);
    switch (sequence.at(-1)) {
      case "A":
        this.#row = Math.max(top, this.#row - count);
        break;
      case "C":
        this.#column = Math.min(this.columns - 1, this.#column + count);
        break;
      case "J":
        if (sequence === "2J") this.#screen = [[]];
        else this.#screen.splice(this.#row + 1);
        this.#screen[this.#row]?.splice(this.#column);
        for (const row of this.#continued) if (row > this.#row) this.#continued.delete(row);
        break;
      case "H":
        this.#row = 0;
        this.#column = 0;
        break;
      case "m":
      case "h":
      case "l":
        break;
      default:
        throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
    }
  }
}
