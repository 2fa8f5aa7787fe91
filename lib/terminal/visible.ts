/**
 * What a remote party chose — texts, names, errors — made harmless and visible before it reaches a terminal or a
 * log (THREATS row 21). Writing systems stay intact: combining accents, Indic conjuncts, Persian joiners and emoji
 * sequences are kept; what moves the cursor, reorders or hides text is spelled out.
 *
 * @module
 */

/** How {@linkcode visible} treats line structure. */
export interface VisibleOptions {
  /** Keep `\n` (and read `\r\n` as `\n`, a tab as four spaces) instead of showing them as pictures. */
  readonly multiline?: boolean;
}

/** Combining marks kept on one base; Hebrew with cantillation, Thai and Tibetan syllables fit. */
const MAX_MARKS = 6;

/** People joined into one picture by zero-width joiners: a family has four, kissing couples four with a heart. */
const EMOJI =
  /\p{Extended_Pictographic}(?:\uFE0F|\uFE0E|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?){0,9}/uy;
/** The only use of tag characters: the flags of England, Scotland, Wales and their like. */
const TAG_FLAG = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}/uy;
const KEYCAP = /[0-9#*]\uFE0F?\u20E3/uy;
const MARKS = /(?:(?!\p{Default_Ignorable_Code_Point})\p{M})+/uy;
/** Everything that needs no second look, taken in one bite: most texts are nothing else. */
const PLAIN = /[\x20-\x22\x24-\x29\x2B-\x2F\x3A-\x7E]+/y;
const DANGEROUS =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/u;
/** Scripts in which the zero-width joiner and non-joiner belong to the spelling (UAX #31). */
const JOINING_SCRIPT =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}]/u;
const MARK = /\p{M}/u;
const LETTER_OR_MARK = /[\p{L}\p{M}]/u;
const VARIATION = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;
const MONGOLIAN_VARIATION = /[\u180B-\u180D\u180F]/u;

/**
 * Makes a text safe to print: the result holds no control, no escape, no invisible or reordering character and no
 * tower of combining marks. Controls become their pictures (`␛`), the rest its number (`<U+202E>`).
 *
 * @example
 * ```ts
 * import { visible } from "./visible.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(visible("hi\x1b[2J"), "hi␛[2J");
 * assertEquals(visible("exe.\u202Egpj"), "exe.<U+202E>gpj");
 * assertEquals(visible("नमस्ते 👩‍🚀 é"), "नमस्ते 👩‍🚀 é");
 * ```
 *
 * @param text Anything, lone surrogates included.
 * @param options Whether line breaks are kept.
 * @returns One line, or several with `multiline`.
 */
export function visible(text: string, options: VisibleOptions = {}): string {
  const multiline = options.multiline ?? false;
  let out = "";
  let before = "";
  for (let at = 0; at < text.length;) {
    const taken = sequenceAt(text, at);
    if (taken !== undefined) {
      out += taken;
      before = String.fromCodePoint(lastCodePoint(taken));
      at += taken.length;
      continue;
    }
    const marks = match(MARKS, text, at);
    if (marks !== undefined) {
      const kept = cappedMarks(marks);
      // A mark without a base would sit on whatever we print before it.
      out += before === "" || before === "\n" ? `◌${kept}` : kept;
      before = String.fromCodePoint(lastCodePoint(marks));
      at += marks.length;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const next = text.codePointAt(at + char.length);
    if (multiline && char === "\r" && next === 0x0A) {
      at += 1;
      continue;
    }
    const shown = showCharacter(char, before, next, multiline);
    out += shown;
    before = shown === char ? char : ">";
    at += char.length;
  }
  return out;
}

/** A run that is known to be fine as it stands. */
function sequenceAt(text: string, at: number): string | undefined {
  return match(PLAIN, text, at) ?? match(KEYCAP, text, at) ?? match(TAG_FLAG, text, at) ??
    match(EMOJI, text, at);
}

/** The number of the last character of a text that has one. */
function lastCodePoint(text: string): number {
  const unit = text.charCodeAt(text.length - 1);
  const isLow = unit >= 0xDC00 && unit <= 0xDFFF && text.length > 1;
  return text.codePointAt(text.length - (isLow ? 2 : 1)) ?? 0;
}

/** What a sticky expression takes at a place. */
function match(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

/** One character that is part of no sequence. */
function showCharacter(
  char: string,
  before: string,
  next: number | undefined,
  multiline: boolean,
): string {
  const code = char.codePointAt(0) ?? 0;
  if (multiline && char === "\n") return char;
  if (multiline && char === "\t") return "    ";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7F) return "\u2421";
  if (!DANGEROUS.test(char) || isSpelling(char, before, next)) return char;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** Whether an invisible character belongs to the spelling of the word around it. */
function isSpelling(char: string, before: string, next: number | undefined): boolean {
  if (before === "" || !JOINING_SCRIPT.test(before) && !/\p{Ideographic}/u.test(before)) {
    return false;
  }
  if (char === "\u200C" || char === "\u200D") {
    if (!LETTER_OR_MARK.test(before) || !JOINING_SCRIPT.test(before)) return false;
    const after = next === undefined ? "" : String.fromCodePoint(next);
    if (MARK.test(before)) {
      // Old Malayalam and Sinhala end a word with virama and joiner; marks on both sides would make a tower.
      return !MARK.test(after) && (char === "\u200D" || JOINING_SCRIPT.test(after));
    }
    return LETTER_OR_MARK.test(after) && JOINING_SCRIPT.test(after);
  }
  if (MONGOLIAN_VARIATION.test(char)) return /\p{Script=Mongolian}/u.test(before);
  return VARIATION.test(char) && /\p{Ideographic}/u.test(before);
}

/** The marks a base may carry, and how many more there were. */
function cappedMarks(marks: string): string {
  const all = [...marks];
  if (all.length <= MAX_MARKS) return marks;
  return `${all.slice(0, MAX_MARKS).join("")}<+${all.length - MAX_MARKS} marks>`;
}
