/**
 * The state of one connection, seen from either end: one pure function from state and event to state.
 * What is allowed in which state stands in the catalog (`during`).
 *
 * @module
 */

import type { Phase, Row } from "../protocol/catalog_row.ts";
import type { Id } from "../protocol/ids.ts";

/** Who this program is on a link: it decides which of the catalog's messages it may receive. */
export type End = "server" | "user";

/** A connection's state; the phases are explained at `PHASES` in the catalog. */
export type Session =
  | { readonly phase: "opening" }
  | { readonly phase: "proving"; readonly peer: Id; readonly challenge: string }
  | { readonly phase: "user"; readonly peer: Id; readonly challenge: string }
  | { readonly phase: "joining"; readonly peer: Id; readonly announced: boolean }
  | { readonly phase: "dialling" }
  | { readonly phase: "helloSent" }
  | { readonly phase: "server"; readonly peer: Id }
  | { readonly phase: "closing"; readonly peer?: Id }
  | { readonly phase: "closed" };

/** What happens to a connection. */
export type SessionEvent =
  | { readonly kind: "opened" }
  | { readonly kind: "userMustProve"; readonly user: Id; readonly challenge: string }
  | { readonly kind: "userAccepted"; readonly user: Id; readonly challenge: string }
  | { readonly kind: "serverJoining"; readonly server: Id }
  | { readonly kind: "serverMustProve"; readonly server: Id }
  | { readonly kind: "serverLinked"; readonly server: Id }
  | { readonly kind: "closing" }
  | { readonly kind: "closed" };

/** An event that cannot happen in a state: our own mistake, never a peer's. */
export class SessionError extends Error {
  /** The class, for logs. */
  override readonly name = "SessionError";
}

/**
 * The next state of a connection.
 *
 * @example
 * ```ts
 * import { advance } from "./session.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(advance({ phase: "dialling" }, { kind: "opened" }), { phase: "helloSent" });
 * ```
 *
 * @param session The state it is in.
 * @param event What happened.
 * @returns The state it is in now.
 * @throws {SessionError} If the event cannot happen in this state.
 */
export function advance(session: Session, event: SessionEvent): Session {
  if (event.kind === "closed") return { phase: "closed" };
  if (session.phase === "closed") throw new SessionError(`${event.kind} after the link was closed`);
  if (event.kind === "closing") {
    return "peer" in session && session.peer !== undefined
      ? { phase: "closing", peer: session.peer }
      : { phase: "closing" };
  }
  switch (session.phase) {
    case "opening":
      if (event.kind === "userMustProve") {
        return { phase: "proving", peer: event.user, challenge: event.challenge };
      }
      if (event.kind === "userAccepted") {
        return { phase: "user", peer: event.user, challenge: event.challenge };
      }
      if (event.kind === "serverJoining") {
        return { phase: "joining", peer: event.server, announced: false };
      }
      if (event.kind === "serverMustProve") {
        return { phase: "joining", peer: event.server, announced: true };
      }
      if (event.kind === "serverLinked") return { phase: "server", peer: event.server };
      break;
    case "proving":
      if (event.kind === "userAccepted" && event.user === session.peer) {
        return { phase: "user", peer: session.peer, challenge: session.challenge };
      }
      break;
    case "joining":
      if (event.kind === "serverMustProve" && event.server === session.peer) {
        return { phase: "joining", peer: session.peer, announced: true };
      }
      if (event.kind === "serverLinked" && event.server === session.peer) {
        return { phase: "server", peer: session.peer };
      }
      break;
    case "dialling":
      if (event.kind === "opened") return { phase: "helloSent" };
      break;
    case "helloSent":
      if (event.kind === "serverMustProve") {
        return { phase: "joining", peer: event.server, announced: true };
      }
      if (event.kind === "serverLinked") return { phase: "server", peer: event.server };
      break;
  }
  throw new SessionError(`${event.kind} in state ${session.phase}`);
}

/**
 * Whether a message of this row may be received in this state at this end.
 *
 * @example
 * ```ts
 * import { admits } from "./session.ts";
 * import { rowOf } from "../protocol/catalog.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(admits("server", "opening", rowOf("USER_HELLO")));
 * assertFalse(admits("server", "user", rowOf("USER_HELLO")));
 * assertFalse(admits("user", "server", rowOf("MSG_DIRECT")));
 * ```
 *
 * @param end Who we are on this link.
 * @param phase The state of the link.
 * @param row The message's row of the catalog.
 * @returns True if it may.
 */
export function admits(end: End, phase: Phase, row: Row): boolean {
  return (row.receiver === "both" || row.receiver === end) && row.during.includes(phase);
}

/** What to tell whoever sent a message that is not admitted, after the message's name. */
export const WHY_NOT: Readonly<Record<Phase, string>> = {
  opening: "cannot be the first frame: expected USER_HELLO, SERVER_HELLO_JOIN or SERVER_ANNOUNCE",
  proving: "is not allowed before USER_PROOF: this user id has given proof before (D19)",
  user: "is not for a user to send",
  joining: "is not allowed yet: expected SERVER_ANNOUNCE, or HEARTBEAT with the nonce (D12)",
  dialling: "came before our own first frame",
  helloSent: "is not allowed yet: expected the answer to the first frame",
  server: "is not allowed on this link now",
  closing: "came after the link was said to close",
  closed: "came after the link was closed",
};
