/**
 * What a file that somebody sends is called on this machine (THREATS 19): the sender chooses the name, and it may be
 * anything. Pure.
 *
 * @module
 */

/** The longest name of a file, in bytes of UTF-8: what Linux allows; others allow no less. */
export const LONGEST_NAME = 255;

/** What a file is called of whose name nothing is left. */
const NAMELESS = "file";

/** Controls, marks that reorder or hide, halves of characters, line separators: nobody can see them in a listing. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** White space of any width, and the empty Braille cell, which looks like it: a run of it hides what comes behind. */
const BLANKS = /[\p{Zs}\u2800]+/gu;
/** What some system gives a meaning: streams (`:`), patterns, pipes. */
const SPECIAL = /[<>:"|?*]/gu;
/** Devices of Windows, with any extension; `COM¹` is one too. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/iu;
/** What programs go by; `.tar.gz` counts as one. */
const EXTENSION = /(?<=[^.])(?:\.tar)?\.[^. ]{1,16}$/u;

const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Makes a harmless name of any name: one that stays in its folder, hides nothing and is a file's on every system.
 *
 * @example
 * ```ts
 * import { safeFileName } from "./file_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(safeFileName("../../.ssh/authorized_keys"), "authorized_keys");
 * assertEquals(safeFileName("photo\u202Egpj.exe"), "photogpj.exe");
 * assertEquals(safeFileName("NUL.txt"), "_NUL.txt");
 * assertEquals(safeFileName(".."), "file");
 * ```
 *
 * @param name Anything.
 * @returns A base name in NFC, of at most 255 bytes; the same if it is put in again.
 */
export function safeFileName(name: string): string {
  const parts = name.split(/[/\\]/u).map(harmless).filter((part) => part !== "");
  const last = parts.at(-1) ?? NAMELESS;
  return fitted(DEVICE.test(last) || last.startsWith("-") ? `_${last}` : last, "");
}

/**
 * A variant of a name that is taken.
 *
 * @example
 * ```ts
 * import { numberedFileName } from "./file_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numberedFileName("report.pdf", 0), "report.pdf");
 * assertEquals(numberedFileName("report.pdf", 2), "report (2).pdf");
 * assertEquals(numberedFileName("backup.tar.gz", 1), "backup (1).tar.gz");
 * ```
 *
 * @param name From {@linkcode safeFileName}.
 * @param number Which variant; 0 is the name itself.
 * @returns A name of at most 255 bytes.
 */
export function numberedFileName(name: string, number: number): string {
  return number === 0 ? name : fitted(name, ` (${number})`);
}

/**
 * The name of a file that has not come whole: hidden, and found again by {@linkcode isUnfinishedFileName}.
 *
 * @example
 * ```ts
 * import { isUnfinishedFileName, unfinishedFileName } from "./file_name.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * assertEquals(unfinishedFileName("report.pdf", "4711-3"), ".report.pdf.4711-3.part");
 * assert(isUnfinishedFileName(".report.pdf.4711-3.part"));
 * ```
 *
 * @param name From {@linkcode safeFileName}.
 * @param unique What no other unfinished file has: digits and dashes.
 * @returns A name of at most 255 bytes.
 */
export function unfinishedFileName(name: string, unique: string): string {
  const tail = `.${unique}.part`;
  return `.${shortened(name, LONGEST_NAME - 1 - encoder.encode(tail).length)}${tail}`;
}

/**
 * Whether a file in a folder is one that has not come whole.
 *
 * @param name Its name.
 * @returns True if {@linkcode unfinishedFileName} makes such names.
 */
export function isUnfinishedFileName(name: string): boolean {
  return /^\..+\.\d+-\d+\.part$/u.test(name);
}

/** One part of a path without anything harmful; "" if nothing is left. */
function harmless(part: string): string {
  const seen = part.replace(UNSEEN, "").replace(BLANKS, " ").normalize("NFC");
  return trimmed(seen.replace(SPECIAL, "_"));
}

/** Without the dots that hide a file, and the dots and spaces that Windows drops. */
function trimmed(name: string): string {
  return name.replace(/^[. ]+/u, "").replace(/[. ]+$/u, "");
}

/** A name with something between its stem and its extension, the stem shortened so that it fits. */
function fitted(name: string, inserted: string): string {
  const extension = EXTENSION.exec(name)?.[0] ?? "";
  const stem = name.slice(0, name.length - extension.length);
  const tail = inserted + extension;
  const short = shortened(stem, LONGEST_NAME - encoder.encode(tail).length);
  return tail === "" && short !== stem ? trimmed(short) : short + tail;
}

/** The beginning of a text that fits, cut between the characters that a person sees. */
function shortened(text: string, bytes: number): string {
  if (encoder.encode(text).length <= bytes) return text;
  let left = bytes;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    left -= encoder.encode(segment).length;
    if (left < 0) return kept === "" ? beginning(segment, bytes) : kept;
    kept += segment;
  }
  return kept;
}

/** The beginning of a tower of marks that is longer than a name may be. */
function beginning(tower: string, bytes: number): string {
  let left = bytes;
  let kept = "";
  for (const char of tower) {
    left -= encoder.encode(char).length;
    if (left < 0) return kept;
    kept += char;
  }
  return kept;
}
