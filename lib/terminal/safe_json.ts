/**
 * JSON for machines that a terminal survives: the exact text after parsing, but nothing invisible, reordering or
 * controlling in the bytes (THREATS row 21).
 *
 * @module
 */

const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]|\p{M}{7,}/gu;

/**
 * A value as one line of JSON in which controls, bidi marks, zero-width characters and floods of combining marks are
 * `\u` escapes.
 *
 * @example
 * ```ts
 * import { safeJson } from "./safe_json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(safeJson({ text: "\x9b2J\u202E" }), '{"text":"\\u009b2J\\u202e"}');
 * assertEquals(JSON.parse(safeJson("a\u200Bb")), "a\u200Bb");
 * ```
 *
 * @param value Anything `JSON.stringify` takes.
 * @returns One line without its end.
 */
export function safeJson(value: unknown): string {
  // Outside strings JSON has only ASCII, so what is replaced is always inside one.
  return JSON.stringify(value).replace(UNSAFE, (found) => {
    let escaped = "";
    for (let at = 0; at < found.length; at++) {
      escaped += `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`;
    }
    return escaped;
  });
}
