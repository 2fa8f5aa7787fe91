/**
 * The lines typed before, walked through with the arrows and kept across runs. What is asked for without echo never
 * passes through here.
 *
 * @module
 */

/** Lines kept across runs. */
export const HISTORY_LIMIT = 1000;

/** The typed lines, and a place in them while one walks. */
export class History {
  readonly #lines: string[];
  #at: number;
  #draft = "";

  /**
   * A history at its end: nobody walks in it yet.
   *
   * @param lines What was typed in earlier runs, the oldest first.
   */
  constructor(lines: readonly string[] = []) {
    this.#lines = lines.slice(-HISTORY_LIMIT);
    this.#at = this.#lines.length;
  }

  /** The oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * Remembers a line, unless it is blank or the same as the last one, and ends walking.
   *
   * @param line What was typed.
   * @returns Whether it was new.
   */
  add(line: string): boolean {
    const isNew = line.trim() !== "" && line !== this.#lines.at(-1);
    if (isNew) this.#lines.push(line);
    if (this.#lines.length > HISTORY_LIMIT) this.#lines.shift();
    this.#at = this.#lines.length;
    this.#draft = "";
    return isNew;
  }

  /**
   * One line back.
   *
   * @param current What stands in the editor, kept for the way back.
   * @returns The older line, `undefined` at the oldest.
   */
  older(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#lines.length) this.#draft = current;
    this.#at -= 1;
    return this.#lines[this.#at];
  }

  /**
   * One line forward.
   *
   * @returns The newer line, in the end what was being typed; `undefined` if that is there already.
   */
  newer(): string | undefined {
    if (this.#at === this.#lines.length) return undefined;
    this.#at += 1;
    return this.#lines[this.#at] ?? this.#draft;
  }
}

/**
 * The history as the text of a file (mode 0600): one entry a line, line breaks of a paste escaped.
 *
 * @example
 * ```ts
 * import { decodeHistory, encodeHistory } from "./history.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeHistory(["a\nb", "\\n"]), "a\\nb\n\\\\n\n");
 * assertEquals(decodeHistory("a\\nb\n\\\\n\n"), ["a\nb", "\\n"]);
 * ```
 *
 * @param lines The oldest first.
 * @returns At most {@linkcode HISTORY_LIMIT} lines.
 */
export function encodeHistory(lines: readonly string[]): string {
  return lines.slice(-HISTORY_LIMIT)
    .map((line) => line.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") + "\n")
    .join("");
}

/**
 * Reads what {@linkcode encodeHistory} wrote.
 *
 * @example
 * ```ts
 * import { decodeHistory } from "./history.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeHistory("one\\ntwo\nthree\n"), ["one\ntwo", "three"]);
 * ```
 *
 * @param text The file's text.
 * @returns The oldest first, at most {@linkcode HISTORY_LIMIT}.
 */
export function decodeHistory(text: string): string[] {
  return text.split("\n").filter((line) => line !== "").slice(-HISTORY_LIMIT)
    .map((line) => line.replace(/\\([\\n])/gu, (_, escaped) => escaped === "n" ? "\n" : "\\"));
}
