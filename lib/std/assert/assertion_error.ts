/**
 * The error of every failed assertion.
 *
 * @module
 */

/** Thrown when an assertion fails. */
export class AssertionError extends Error {
  /**
   * A failed assertion.
   *
   * @param message What was expected and what was found.
   * @param options The cause, if there is one.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/**
 * How a caller's message ends the sentence about a failed assertion.
 *
 * @param msg The caller's message, if there is one.
 * @returns The rest of the sentence.
 */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}
