/**
 * Assertions about two values being equal.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";
import { AssertionError, ending } from "./assertion_error.ts";

/** Any object, seen as its properties. */
type Properties = Record<PropertyKey, unknown>;

/** Whether two values are equal in the eyes of the original. */
function equal(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

/**
 * Takes away the two differences that Node.js makes and the original does not: between an object without a
 * prototype and an ordinary one, and between 0 and -0.
 */
function plain(value: unknown, done = new Map<object, unknown>()): unknown {
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) {
    return value;
  }
  const copy: object = Array.isArray(value) ? new Array(value.length) : {};
  done.set(value, copy);
  for (const [key, property] of properties(value)) define(copy, key, plain(property, done));
  return copy;
}

/** The enumerable properties of an object, those named by symbols included. */
function properties(object: object): [PropertyKey, unknown][] {
  return Reflect.ownKeys(object)
    .filter((key) => Object.prototype.propertyIsEnumerable.call(object, key))
    .map((key) => [key, Reflect.get(object, key)]);
}

/** Sets a property even if it is called `__proto__`. */
function define(object: object, key: PropertyKey, value: unknown) {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** The differences, in the words of Node.js. */
function differences(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(plain(actual), plain(expected));
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Asserts that two values are deeply equal.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If they differ; the message shows where.
 */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${ending(msg)}\n${differences(actual, expected)}`,
  );
}

/**
 * Asserts that two values are not deeply equal.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If they are equal.
 */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Expected actual: ${inspect(actual)} not to be: ${inspect(expected)}${ending(msg)}`,
  );
}

/**
 * Asserts that two values are the same value, the same object if they are objects.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If they are not.
 */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const found = equal(actual, expected)
    ? `Values have the same structure but are not reference-equal${ending(msg)}`
    : `Values are not strictly equal${ending(msg)}`;
  throw new AssertionError(`${found}\n${differences(actual, expected)}`);
}

/**
 * Asserts that a list contains, deeply equal, every item of another.
 *
 * @param actual The list.
 * @param expected The items that it must contain.
 * @param msg A message for the error.
 * @throws {AssertionError} If one of them is missing.
 */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  msg?: string,
): void {
  const items = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !items.some((other) => equal(item, other)));
  if (missing.length === 0) return;
  throw new AssertionError(
    `Expected actual: "${inspect(actual)}" to include: "${inspect(expected)}"${ending(msg)}\n` +
      `missing: ${inspect(missing)}`,
  );
}

/**
 * Asserts that an object has, deeply, every property of another; it may have more.
 *
 * @param actual The object.
 * @param expected The properties that it must have.
 * @param msg A message for the error.
 * @throws {AssertionError} If a property is missing or differs.
 */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- the original's signature: an interface has no index signature
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  // Instances count as their properties, on both sides.
  assertEquals(shared(actual, expected), shared(expected, expected), msg);
}

/** The part of a value that has a counterpart in another. */
function shared(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return expected.slice(0, actual.length).map((item, index) => shared(actual[index], item));
  }
  if (!hasProperties(actual) || !hasProperties(expected)) return actual;
  const common: Properties = {};
  for (const [key, value] of properties(expected)) {
    if (Object.hasOwn(actual, key)) define(common, key, shared(actual[key], value));
  }
  return common;
}

function hasProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof RegExp || value instanceof Map || value instanceof Set ||
      value instanceof Date || ArrayBuffer.isView(value));
}
