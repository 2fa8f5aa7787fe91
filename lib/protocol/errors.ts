/**
 * What goes wrong, sorted by whose fault it is.
 *
 * @module
 */

/** The codes an `ERROR` frame may carry (§9.5). */
export const WIRE_CODES = [
  "USER_NOT_FOUND",
  "INVALID_SIG",
  "BAD_KEY",
  "TIMEOUT",
  "UNKNOWN_TYPE",
  "NAME_IN_USE",
] as const;

/** One of the codes that we send in an `ERROR` frame (§9.5). */
export type WireCode = typeof WIRE_CODES[number];

/**
 * The peer broke the rules. Turned into an `ERROR` frame in one place; `detail` is read by a person at
 * the other end, so it says what was wrong and what was expected, and never holds a secret.
 */
export class ProtocolError extends Error {
  /** The class, for logs. */
  override readonly name = "ProtocolError";

  /**
   * A refusal.
   *
   * @param code The wire code that the peer is told (§9.5).
   * @param detail One sentence for the person at the other end.
   */
  constructor(readonly code: WireCode, readonly detail: string) {
    super(`${code}: ${detail}`);
  }
}

/** The network failed: the link closes and the mesh planner or the client decides what follows. */
export class LinkError extends Error {
  /** The class, for logs. */
  override readonly name = "LinkError";
}
