/**
 * From the text of a frame to plain data, within the shape limits of D6. Size limits are the transport's.
 *
 * @module
 */

import { ProtocolError } from "./errors.ts";
import { MAX_JSON_DEPTH, MAX_OBJECT_KEYS } from "./limits.ts";

/** Whatever JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * Reads the text of one frame (§6) and checks its shape (D6): an object, nested at most 16 deep, at most
 * 256 keys an object, numbers finite, integers safe, no lone surrogates and no key `__proto__`. Of
 * duplicate keys the last counts. White space around the object is fine (D5).
 *
 * @example
 * ```ts
 * import { parseFrameText } from "./json.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseFrameText('{"ts":1}\n'), { ts: 1 });
 * assertThrows(() => parseFrameText("[".repeat(10_000)));
 * ```
 *
 * @param text The text message as it came.
 * @returns The object that it spells.
 * @throws {ProtocolError} `BAD_KEY` with a detail that says what is wrong (D26).
 */
export function parseFrameText(text: string): JsonObject {
  checkDepth(text);
  const value = parse(text);
  checkShape(value);
  if (!isObject(value)) throw bad(`frame must be a JSON object, got ${kindOf(value)}`);
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Looks at the text because `JSON.parse` recurses: what is too deep must never reach it. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) inString = !inString;
    else if (inString) {
      if (unit === BACKSLASH) i++;
    } else if (unit === 0x5b || unit === 0x7b) { // [ {
      if (++depth > MAX_JSON_DEPTH) {
        throw bad(`frame is nested deeper than ${MAX_JSON_DEPTH} levels`);
      }
    } else if (unit === 0x5d || unit === 0x7d) depth--; // ] }
  }
}

function parse(text: string): JsonValue {
  try {
    const value = JSON.parse(text);
    return text.includes("\\") ? parseEscaped(text) : value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw bad(`frame is not JSON: ${excerpt(error.message, 100)}`);
  }
}

/** A string, and the colon that makes it a key. */
const STRING_OR_KEY = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/gs;

/**
 * Parses a text that is known to be JSON, so that the search for strings never runs on unfinished ones.
 *
 * V8 15.0 mistakes a key with an escape for a key that it read before and that holds a backslash: after
 * `{"\\\\":1}` it reads `{"\\t":1}` as the same. A peer could so make this server misread other people's
 * frames. Strings that are no keys are read rightly, so the keys are read as such, and numbered meanwhile.
 */
function parseEscaped(text: string): JsonValue {
  const keys: string[] = [];
  const numbered = text.replace(STRING_OR_KEY, (all, literal: string, colon?: string) => {
    if (colon === undefined) return all;
    return `"${keys.push(JSON.parse(literal)) - 1}":`;
  });
  return withKeys(JSON.parse(numbered), keys);
}

/** Recursion is safe: the depth has been checked. Of two keys that are the same the last counts (D6). */
function withKeys(value: JsonValue, keys: readonly string[]): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withKeys(item, keys));
  return Object.fromEntries(
    Object.entries(value).map(([n, member]) => [keys[Number(n)] ?? n, withKeys(member, keys)]),
  );
}

/** Walks without recursion; each value waits with the key under which it stands, to say where it was. */
function checkShape(root: JsonValue): void {
  const waiting: [at: string, value: JsonValue][] = [["the frame", root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [at, value] = next;
    if (typeof value === "string") checkText(value, at);
    else if (typeof value === "number") checkNumber(value, at);
    else if (Array.isArray(value)) { for (const item of value) waiting.push([at, item]); }
    else if (isObject(value)) checkObject(value, at, waiting);
  }
}

function checkObject(value: JsonObject, at: string, waiting: [string, JsonValue][]): void {
  const entries = Object.entries(value);
  if (entries.length > MAX_OBJECT_KEYS) {
    throw bad(`object at ${at} has ${entries.length} keys; at most ${MAX_OBJECT_KEYS} are allowed`);
  }
  for (const [key, member] of entries) {
    if (key === "__proto__") throw bad(`the key "__proto__" is not allowed (object at ${at})`);
    checkText(key, `a key of ${at}`);
    waiting.push([`"${excerpt(key, 40)}"`, member]);
  }
}

function checkText(text: string, at: string): void {
  if (!text.isWellFormed()) throw bad(`text at ${at} holds a lone surrogate`);
}

function checkNumber(value: number, at: string): void {
  if (!Number.isFinite(value)) throw bad(`number at ${at} is not finite`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw bad(`integer at ${at} is beyond 2^53 - 1`);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** What a peer sent goes back to it, and into logs: short, and without anything a terminal obeys. */
function excerpt(text: string, length: number): string {
  const short = text.length > length ? `${text.slice(0, length)}...` : text;
  return short.replace(/[^ -~]/g, "?");
}

function bad(detail: string): ProtocolError {
  return new ProtocolError("BAD_KEY", detail);
}
