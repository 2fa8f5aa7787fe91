/**
 * Stand-in for `@std/assert`: the same names, signatures and behaviour for the part that this project uses,
 * over `node:assert/strict`. Each function throws an {@linkcode AssertionError} if what it asserts is false;
 * its last parameter is a message that the error then carries as well.
 *
 * @module
 */
export { AssertionError } from "./assert/assertion_error.ts";
export {
  assertArrayIncludes,
  assertEquals,
  assertNotEquals,
  assertObjectMatch,
  assertStrictEquals,
} from "./assert/equality.ts";
export {
  assertAlmostEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "./assert/order.ts";
export { assertMatch, assertStringIncludes } from "./assert/text.ts";
export { assertRejects, assertThrows, type ErrorClass } from "./assert/throws.ts";
export {
  assert,
  assertExists,
  assertFalse,
  assertInstanceOf,
  fail,
  type Falsy,
  unreachable,
} from "./assert/truth.ts";
