/**
 * How the client ends, for scripts.
 *
 * @module
 */

/** The exit codes of the client. */
export const EXIT = {
  fine: 0,
  failed: 1,
  usage: 2,
  cannotConnect: 3,
  keyNotTrusted: 4,
  refused: 5,
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];
