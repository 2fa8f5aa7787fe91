/**
 * The canonical spellings of JSON over which payloads are signed (§12, D7).
 *
 * @module
 */

import canonicalize from "canonicalize";
import type { JsonObject, JsonValue } from "./json.ts";

/**
 * The form that we sign (D7): what Python's `json.dumps(v, sort_keys=True, separators=(",", ":"))` gives.
 * Keys stand in the order of their code points; everything outside space…`~` is escaped as `\uXXXX`.
 *
 * @example
 * ```ts
 * import { canonicalPython } from "./canonical_json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalPython({ b: [1, null], a: "é" }), String.raw`{"a":"\u00e9","b":[1,null]}`);
 * ```
 *
 * @param value Plain data within the limits of D6.
 * @returns ASCII text.
 * @throws {TypeError} If a number is not finite or an integer not safe: a caller's mistake, since such
 * frames are refused when they are read.
 */
export function canonicalPython(value: JsonValue): string {
  return write(value, quoteAscii);
}

/**
 * The form of those who call Python's `json.dumps` with `ensure_ascii=False`: as
 * {@linkcode canonicalPython}, with other characters left as they are. It differs from RFC 8785 in the
 * order of keys beyond U+FFFF and in the spelling of small fractions only.
 *
 * @example
 * ```ts
 * import { canonicalPythonUtf8 } from "./canonical_json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalPythonUtf8({ b: 1, a: "é" }), '{"a":"é","b":1}');
 * ```
 *
 * @param value Plain data within the limits of D6.
 * @returns Text, to be encoded as UTF-8.
 * @throws {TypeError} As {@linkcode canonicalPython}.
 */
export function canonicalPythonUtf8(value: JsonValue): string {
  return write(value, JSON.stringify);
}

/**
 * RFC 8785's form, which is tried when the first does not verify (D7).
 *
 * @example
 * ```ts
 * import { canonicalUtf8 } from "./canonical_json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalUtf8({ b: [1, null], a: "é" }), '{"a":"é","b":[1,null]}');
 * ```
 *
 * @param value Plain data within the limits of D6.
 * @returns Text, to be encoded as UTF-8.
 */
export function canonicalUtf8(value: JsonValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}

type Quote = (text: string) => string;

/** Recursion is safe: what comes from outside is at most 16 levels deep (D6). */
function write(value: JsonValue, quote: Quote): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return writeNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isArray(value)) return `[${value.map((item) => write(item, quote)).join(",")}]`;
  return writeObject(value, quote);
}

/** `Array.isArray` alone does not tell readonly arrays from objects. */
function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeObject(value: JsonObject, quote: Quote): string {
  const members = Object.entries(value)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, member]) => `${quote(key)}:${write(member, quote)}`);
  return `{${members.join(",")}}`;
}

/** `JSON.stringify` escapes below space, quote and backslash just as Python does. */
function quoteAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Python's `repr`: as JavaScript, but with an exponent already below 1e-4 and of two digits at least. */
function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value) || Number.isInteger(value)) {
    throw new TypeError(`no canonical spelling for ${value}`);
  }
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** JavaScript compares UTF-16 units, in which U+1F600 (D83D …) comes before U+FF5E: Python's order differs. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Moves the surrogates (D800…DFFF) behind the units that stand for themselves (E000…FFFF). */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
