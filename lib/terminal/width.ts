/**
 * How many columns of a terminal a text takes: what the line editor needs to know where its cursor is.
 *
 * @module
 */

import { eastAsianWidth } from "get-east-asian-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[0-9#*]\uFE0F?\u20E3/u;
const NARROW = /^[\x20-\x7E]*$/;

/**
 * The characters a person sees, each with the columns it takes.
 *
 * @param text A text without controls.
 * @returns Grapheme clusters in order.
 */
export function* cells(text: string): Generator<{ char: string; width: number }> {
  for (const { segment } of segmenter.segment(text)) {
    yield { char: segment, width: clusterWidth(segment) };
  }
}

/**
 * The columns a text takes.
 *
 * @example
 * ```ts
 * import { width } from "./width.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(width("héllo"), 5);
 * assertEquals(width("日本"), 4);
 * assertEquals(width("👩‍🚀"), 2);
 * ```
 *
 * @param text A text without controls.
 * @returns Columns, from 0.
 */
export function width(text: string): number {
  if (NARROW.test(text)) return text.length;
  let sum = 0;
  for (const cell of cells(text)) sum += cell.width;
  return sum;
}

/** An emoji is two columns however many characters make it; elsewhere each base counts, as terminals do it. */
function clusterWidth(cluster: string): number {
  if (EMOJI.test(cluster)) return 2;
  let sum = 0;
  for (const char of cluster) {
    if (!ZERO_WIDTH.test(char)) sum += eastAsianWidth(char.codePointAt(0) ?? 0);
  }
  return sum;
}
