/**
 * The line being typed: text, cursor and what was cut last. Pure; the line editor maps keys to it.
 *
 * The cursor moves over what a person sees as one character, and words are words in every script: this is why Deno's
 * `node:readline` interface, which steps into an emoji and takes `é` for a word's end, is used for its key decoder only.
 *
 * @module
 */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORD = /[\p{L}\p{N}\p{M}_\u200C\u200D]/u;
const NON_SPACE = /\S/u;

/** A text with a cursor. */
export class EditBuffer {
  #text = "";
  #cursor = 0;
  #killed = "";
  #killing = false;

  /** The text, line breaks of a paste included. */
  get text(): string {
    return this.#text;
  }

  /** The cursor: an index into {@linkcode EditBuffer.text}, never inside a character. */
  get cursor(): number {
    return this.#cursor;
  }

  /**
   * Replaces everything; the cursor goes to the end.
   *
   * @param text The new text.
   */
  set(text: string): void {
    this.#moveTo(text.length, text);
  }

  /**
   * Inserts at the cursor.
   *
   * @param text What was typed or pasted.
   */
  insert(text: string): void {
    this.replace(this.#cursor, text);
  }

  /**
   * Replaces what stands between a place and the cursor.
   *
   * @param from An index up to the cursor.
   * @param text What comes there; the cursor ends behind it.
   */
  replace(from: number, text: string): void {
    const after = this.#text.slice(this.#cursor);
    this.#moveTo(from + text.length, this.#text.slice(0, from) + text + after);
  }

  /** Moves one character to the left. */
  left(): void {
    this.#moveTo(this.#leftOf(this.#cursor));
  }

  /** Moves one character to the right. */
  right(): void {
    this.#moveTo(this.#rightOf(this.#cursor));
  }

  /** Moves to the beginning. */
  home(): void {
    this.#moveTo(0);
  }

  /** Moves to the end. */
  end(): void {
    this.#moveTo(this.#text.length);
  }

  /** Moves to the beginning of the word before the cursor. */
  wordLeft(): void {
    this.#moveTo(this.#before(WORD));
  }

  /** Moves behind the word after the cursor. */
  wordRight(): void {
    this.#moveTo(this.#after(WORD));
  }

  /** Deletes the character before the cursor. */
  backspace(): void {
    this.replace(this.#leftOf(this.#cursor), "");
  }

  /** Deletes the character at the cursor. */
  delete(): void {
    const to = this.#rightOf(this.#cursor);
    this.#moveTo(this.#cursor, this.#text.slice(0, this.#cursor) + this.#text.slice(to));
  }

  /** Cuts from the cursor to the end (Ctrl-K). */
  killToEnd(): void {
    this.#killForward(this.#text.length);
  }

  /** Cuts from the beginning to the cursor (Ctrl-U). */
  killToStart(): void {
    this.#killBackward(0);
  }

  /** Cuts back to white space (Ctrl-W). */
  killNonSpaceLeft(): void {
    this.#killBackward(this.#before(NON_SPACE));
  }

  /** Cuts the word before the cursor (Alt-Backspace). */
  killWordLeft(): void {
    this.#killBackward(this.#before(WORD));
  }

  /** Cuts the word after the cursor (Alt-D). */
  killWordRight(): void {
    this.#killForward(this.#after(WORD));
  }

  /** Cuts everything, so that what was given up can be had back. */
  killAll(): void {
    this.end();
    this.killToStart();
  }

  /** Inserts what was cut last; cuts made one after the other are one (Ctrl-Y). */
  yank(): void {
    this.insert(this.#killed);
  }

  /** Every change and move but a cut ends a row of cuts. */
  #moveTo(cursor: number, text: string = this.#text): void {
    this.#killing = false;
    this.#text = text;
    this.#cursor = cursor;
  }

  #killForward(to: number): void {
    const cut = this.#text.slice(this.#cursor, to);
    this.#killed = this.#killing ? this.#killed + cut : cut;
    this.#moveTo(this.#cursor, this.#text.slice(0, this.#cursor) + this.#text.slice(to));
    this.#killing = true;
  }

  #killBackward(from: number): void {
    const cut = this.#text.slice(from, this.#cursor);
    this.#killed = this.#killing ? cut + this.#killed : cut;
    this.replace(from, "");
    this.#killing = true;
  }

  /** Where the run of such characters before the cursor begins, what lies between skipped. */
  #before(part: RegExp): number {
    const at = endOfRun([...this.#text.slice(0, this.#cursor)].reverse(), part);
    return this.#leftOf(this.#cursor - at + 1);
  }

  /** Where the run of such characters after the cursor ends. */
  #after(part: RegExp): number {
    const at = endOfRun([...this.#text.slice(this.#cursor)], part);
    return at === 0 ? this.#cursor : this.#rightOf(this.#cursor + at - 1);
  }

  #leftOf(at: number): number {
    return at === 0 ? 0 : graphemes.segment(this.#text).containing(at - 1)?.index ?? 0;
  }

  #rightOf(at: number): number {
    const found = graphemes.segment(this.#text).containing(at);
    return found === undefined ? this.#text.length : found.index + found.segment.length;
  }
}

/** The length of everything up to the end of the first run of such characters. */
function endOfRun(chars: readonly string[], part: RegExp): number {
  const begin = chars.findIndex((char) => part.test(char));
  if (begin < 0) return chars.join("").length;
  const rest = chars.slice(begin).findIndex((char) => !part.test(char));
  return chars.slice(0, rest < 0 ? undefined : begin + rest).join("").length;
}
