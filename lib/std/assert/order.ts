/**
 * Assertions about the order of values, and about numbers that are nearly equal.
 *
 * @module
 */
import { AssertionError, ending } from "./assertion_error.ts";

function assertOrder(
  holds: boolean,
  actual: unknown,
  relation: string,
  expected: unknown,
  msg?: string,
) {
  if (holds) return;
  throw new AssertionError(`Expect ${actual} ${relation} ${expected}${ending(msg)}`);
}

/**
 * Asserts that one value is greater than another.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If it is not.
 */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  assertOrder(actual > expected, actual, ">", expected, msg);
}

/**
 * Asserts that one value is greater than another or equal to it.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If it is not.
 */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assertOrder(actual >= expected, actual, ">=", expected, msg);
}

/**
 * Asserts that one value is less than another.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If it is not.
 */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  assertOrder(actual < expected, actual, "<", expected, msg);
}

/**
 * Asserts that one value is less than another or equal to it.
 *
 * @param actual The one.
 * @param expected The other.
 * @param msg A message for the error.
 * @throws {AssertionError} If it is not.
 */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assertOrder(actual <= expected, actual, "<=", expected, msg);
}

/**
 * Asserts that two numbers are nearly equal.
 *
 * @param actual The one.
 * @param expected The other.
 * @param tolerance How far they may be apart; a ten-millionth of `expected` if not given.
 * @param msg A message for the error.
 * @throws {AssertionError} If they are further apart.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const apart = Math.abs(expected - actual);
  if (apart <= allowed) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to be close to "${expected}": ` +
      `delta "${apart}" is greater than "${allowed}"${ending(msg)}`,
  );
}
