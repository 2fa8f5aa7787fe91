/**
 * Long texts in short blocks (D4): segments of one message, or several messages.
 *
 * @module
 */

import { MAX_SEGMENTS, RSA_BLOCK_BYTES, SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";

/**
 * Cuts a plaintext into what one block can carry (D4). An empty plaintext is one empty segment.
 *
 * @example
 * ```ts
 * import { splitPlaintext } from "./segments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitPlaintext(new Uint8Array(447)).map((segment) => segment.length), [446, 1]);
 * ```
 *
 * @param bytes At most 28,544 bytes.
 * @returns One to 64 segments, all but the last of 446 bytes.
 * @throws {RangeError} If the plaintext is longer.
 */
export function splitPlaintext(bytes: Uint8Array): Uint8Array[] {
  const limit = MAX_SEGMENTS * SEGMENT_PLAINTEXT_BYTES;
  if (bytes.length > limit) {
    throw new RangeError(`${bytes.length} bytes; at most ${limit} fit (D4)`);
  }
  return bytes.length === 0 ? [bytes] : chunks(bytes, SEGMENT_PLAINTEXT_BYTES);
}

/**
 * Cuts a ciphertext into its blocks (D4).
 *
 * @example
 * ```ts
 * import { splitCiphertext } from "./segments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitCiphertext(new Uint8Array(1024))?.length, 2);
 * assertEquals(splitCiphertext(new Uint8Array(1000)), undefined);
 * ```
 *
 * @param bytes The decoded ciphertext.
 * @returns One to 64 blocks of 512 bytes, or undefined if it does not consist of such.
 */
export function splitCiphertext(bytes: Uint8Array): Uint8Array[] | undefined {
  const count = bytes.length / RSA_BLOCK_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_SEGMENTS) return undefined;
  return chunks(bytes, RSA_BLOCK_BYTES);
}

/**
 * Cuts a text into direct messages for somebody who reads one block only (D4). Cuts lie between characters
 * as people see them, unless one alone is too long, and after white space if there is any in the last
 * quarter of a piece. White space stays with the piece before it, so that nothing is lost.
 *
 * @example
 * ```ts
 * import { splitText } from "./segments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitText("to be or not", 10), ["to be or ", "not"]);
 * assertEquals(splitText("👩‍🚀👩‍🚀", 12), ["👩‍🚀", "👩‍🚀"]);
 * ```
 *
 * @param text Any text.
 * @param maxBytes What one piece may have, in UTF-8 bytes; 4 at least, which any character of Unicode fits.
 * @returns One piece at least; joined they give the text again.
 * @throws {RangeError} If `maxBytes` is below 4.
 */
export function splitText(text: string, maxBytes: number = SEGMENT_PLAINTEXT_BYTES): string[] {
  if (maxBytes < 4) throw new RangeError(`pieces of ${maxBytes} bytes cannot hold every character`);
  const units = splitUnits(text, maxBytes);
  const pieces: string[] = [];
  for (let start = 0; start < units.length;) {
    const end = findCut(units, start, maxBytes);
    pieces.push(units.slice(start, end).map((unit) => unit.text).join(""));
    start = end;
  }
  return pieces.length === 0 ? [""] : pieces;
}

/** What a cut never divides. */
interface Unit {
  readonly text: string;
  /** In UTF-8. */
  readonly bytes: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** White space, but not the kinds that forbid a break. */
const ENDS_IN_SPACE = /[^\S\u00a0\u202f\ufeff]$/;

function splitUnits(text: string, maxBytes: number): Unit[] {
  return [...graphemes.segment(text)].flatMap(({ segment }) => {
    const whole = unit(segment);
    return whole.bytes <= maxBytes ? [whole] : [...segment].map(unit);
  });
}

function unit(text: string): Unit {
  return { text, bytes: new TextEncoder().encode(text).length };
}

/** Where the piece that begins at `start` ends: as late as possible, or after white space near there. */
function findCut(units: readonly Unit[], start: number, maxBytes: number): number {
  let end = start;
  let size = 0;
  for (; end < units.length; end++) {
    size += units[end]?.bytes ?? 0;
    if (size > maxBytes) break;
  }
  if (end === units.length) return end;
  let tail = 0;
  for (let cut = end; cut > start && tail <= maxBytes / 4; cut--) {
    const last = units[cut - 1];
    if (last === undefined || ENDS_IN_SPACE.test(last.text)) return cut;
    tail += last.bytes;
  }
  return end;
}

function chunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
