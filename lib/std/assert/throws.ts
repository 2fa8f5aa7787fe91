/**
 * Assertions about a function that must fail.
 *
 * @module
 */
import { AssertionError, ending } from "./assertion_error.ts";

/** A class of errors. */
// deno-lint-ignore no-explicit-any -- only `any` lets every constructor in
export type ErrorClass<E extends Error = Error> = abstract new (...args: any[]) => E;

/** What the caller expects: the last three parameters of the assertions, sorted out. */
interface Expectation {
  errorClass: ErrorClass | undefined;
  includes: string | undefined;
  msg: string | undefined;
}

function expectation(
  classOrMsg?: ErrorClass | string,
  includes?: string,
  msg?: string,
): Expectation {
  return typeof classOrMsg === "string"
    ? { errorClass: undefined, includes: undefined, msg: classOrMsg }
    : { errorClass: classOrMsg, includes, msg };
}

/** Asserts that what was thrown is what was expected. */
function assertExpected(
  error: unknown,
  verb: "thrown" | "rejected",
  { errorClass, includes, msg }: Expectation,
): void {
  if (errorClass !== undefined && !(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was ${verb}${ending(msg)}`);
  }
  if (errorClass !== undefined && !(error instanceof errorClass)) {
    const found = error instanceof Error ? error.constructor.name : typeof error;
    throw new AssertionError(
      `Expected error to be instance of "${errorClass.name}", but was "${found}"${ending(msg)}`,
      { cause: error },
    );
  }
  if (includes && error instanceof Error && !error.message.includes(includes)) {
    throw new AssertionError(
      `Expected error message to include ${JSON.stringify(includes)}, ` +
        `but got ${JSON.stringify(error.message)}${ending(msg)}`,
      { cause: error },
    );
  }
}

/**
 * Asserts that a function throws.
 *
 * @param fn The function.
 * @param msg A message for the error.
 * @returns What it threw.
 * @throws {AssertionError} If it throws nothing.
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Asserts that a function throws an error of a class.
 *
 * @param fn The function.
 * @param ErrorClass The class.
 * @param msgIncludes What the error's message must contain.
 * @param msg A message for the error.
 * @returns What it threw.
 * @throws {AssertionError} If it throws nothing or something else.
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorClass | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    assertExpected(error, "thrown", expected);
    return error;
  }
  throw new AssertionError(`Expected function to throw${ending(expected.msg)}`);
}

/**
 * Asserts that a promise is rejected.
 *
 * @param fn Makes the promise.
 * @param msg A message for the error.
 * @returns What it was rejected with.
 * @throws {AssertionError} If it is fulfilled, or `fn` returns no promise or throws by itself.
 */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/**
 * Asserts that a promise is rejected with an error of a class.
 *
 * @param fn Makes the promise.
 * @param ErrorClass The class.
 * @param msgIncludes What the error's message must contain.
 * @param msg A message for the error.
 * @returns What it was rejected with.
 * @throws {AssertionError} If it is fulfilled or rejected otherwise, or `fn` returns no promise or throws by
 * itself.
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  const promise = promiseOf(fn, expected.msg);
  try {
    await promise;
  } catch (error) {
    assertExpected(error, "rejected", expected);
    return error;
  }
  throw new AssertionError(`Expected function to reject${ending(expected.msg)}`);
}

/** Calls a function that must return a promise; to throw is not to reject. */
function promiseOf(fn: () => PromiseLike<unknown>, msg?: string): PromiseLike<unknown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (cause) {
    throw new AssertionError(`Function throws when expected to reject${ending(msg)}`, { cause });
  }
  if (typeof promise?.then === "function") return promise;
  throw new AssertionError(`Function throws when expected to reject${ending(msg)}`);
}
