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

  #put(char: string, width: number): void {
    if (this.#column + width > this.columns) {
      this.#column = 0;
      this.#down();
    }
    const row = this.#screen[this.#row] ??= [];
    while (row.length < this.#column) row.push(" ");
    row[this.#column] = char;
    if (width === 2) row[this.#column + 1] = "";
    this.#column += width;
  }

  #down(): void {
    this.#row += 1;
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
