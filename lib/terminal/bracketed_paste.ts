/**
 * Tells what is pasted from what is typed (xterm's bracketed paste, mode 2004). Done before keys are decoded, because
 * Deno's key decoder does not know the brackets and because what is pasted are never keys.
 *
 * @module
 */

/** A stretch of input. */
export interface InputPart {
  /** `keys` are still to be decoded; a `paste` is text as it is. */
  readonly kind: "keys" | "paste";
  /** What came, without the brackets. */
  readonly text: string;
}

const START = "\x1b[200~";
const END = "\x1b[201~";

/** Splits the input of a terminal, whatever chunks it comes in. */
export class PasteSplitter {
  /** What came and is not decided yet. */
  #held = "";
  #pasting = false;

  /**
   * The next chunk.
   *
   * @param text What came.
   * @returns Keys as they come; a paste once, when its end has come.
   */
  split(text: string): InputPart[] {
    const parts: InputPart[] = [];
    this.#held += text;
    for (;;) {
      const marker = this.#pasting ? END : START;
      const at = this.#held.indexOf(marker);
      if (at < 0) break;
      this.#take(parts, at);
      this.#held = this.#held.slice(marker.length);
      this.#pasting = !this.#pasting;
    }
    // A marker may be cut by the chunk's end; a paste waits for its end anyway.
    if (!this.#pasting) this.#take(parts, this.#held.length - begunMarker(this.#held));
    return parts;
  }

  #take(parts: InputPart[], length: number): void {
    const text = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    if (text !== "") parts.push({ kind: this.#pasting ? "paste" : "keys", text });
  }
}

/**
 * A paste as one text: line breaks of every system, none at the end, where Enter will be pressed.
 *
 * @example
 * ```ts
 * import { pastedText } from "./bracketed_paste.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pastedText("one\r\ntwo\rthree\n"), "one\ntwo\nthree");
 * ```
 *
 * @param text What the terminal sent between the brackets.
 * @returns It, with `\n` between lines.
 */
export function pastedText(text: string): string {
  return text.replace(/\r\n?/gu, "\n").replace(/\n+$/u, "");
}

/** How many characters at the end could become the start of a paste. Escape waits for the key it modifies anyway. */
function begunMarker(text: string): number {
  for (let length = Math.min(text.length, START.length - 1); length > 0; length--) {
    if (START.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
