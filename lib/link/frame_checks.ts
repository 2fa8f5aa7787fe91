/**
 * What can be told of a frame without a signature: whether it is allowed in the state of its link, says
 * the same inside and outside, comes from the owner of the link, and is neither too old nor of the future.
 *
 * @module
 */

import { rowOf } from "../protocol/catalog.ts";
import type { Message, RawEnvelope } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { MAX_FUTURE_MS, MAX_PAST_MS } from "../protocol/limits.ts";
import { admits, type End, type Session, WHY_NOT } from "./session.ts";

/** On what a frame came. */
export interface Here {
  /** Which end of the link this is. */
  readonly end: End;
  /** The state of the link. */
  readonly session: Session;
  /** Unix ms. */
  readonly now: number;
}

/**
 * Whether a frame may come in this state at all.
 *
 * @param envelope The frame.
 * @param here On what it came.
 * @throws {ProtocolError} `UNKNOWN_TYPE` if not.
 */
export function checkState(envelope: RawEnvelope, { end, session }: Omit<Here, "now">): void {
  const { phase } = session;
  if (admits(end, phase, rowOf(envelope.type))) return;
  throw new ProtocolError("UNKNOWN_TYPE", `${envelope.spelledType} ${WHY_NOT[phase]}`);
}

/**
 * All the other checks.
 *
 * @param message The frame, its payload read.
 * @param here On what it came.
 * @throws {ProtocolError} If it does not pass.
 */
export function checkMessage(message: Message, here: Here): void {
  checkBinding(message);
  checkOwner(message, here);
  checkTime(message, here);
}

/** What a frame repeats inside its signed payload must be what its envelope says (D9). */
function checkBinding({ rawPayload, spelledType, type, from, ts }: Message): void {
  const bound = rowOf(type).author !== "user" || type === "USER_PROOF";
  if (!bound) return;
  const { ts: signedTs, origin, type: signedType } = rawPayload;
  if (signedTs !== undefined && signedTs !== ts) {
    throw new ProtocolError("INVALID_SIG", `${spelledType}: ts differs from the signed one`);
  }
  if (
    origin !== undefined &&
    !(typeof origin === "string" && origin.toLowerCase() === from.toLowerCase())
  ) {
    throw new ProtocolError("INVALID_SIG", `${spelledType}: from differs from the signed origin`);
  }
  if (signedType !== undefined && signedType !== spelledType) {
    throw new ProtocolError("INVALID_SIG", `${spelledType}: type differs from the signed one`);
  }
}

/** A link speaks for its owner only; on a user's link that goes for everything (D9). */
function checkOwner({ type, spelledType, from }: Message, { session }: Here): void {
  if (!("peer" in session) || session.peer === undefined || type === "CTRL_CLOSE") return;
  // Only a link that stands carries what others have said.
  const owned = rowOf(type).from === "peer" || session.phase !== "server";
  if (owned && from.toLowerCase() !== session.peer) {
    throw new ProtocolError(
      "INVALID_SIG",
      `${spelledType}: from is ${from}, but this link belongs to ${session.peer}`,
    );
  }
}

/** Only a `ts` that some signature covers says anything about the time (D27). */
function checkTime({ type, spelledType, from, rawPayload, ts }: Message, here: Here): void {
  const row = rowOf(type);
  const { contentSig } = row;
  const byAuthor = contentSig !== "none" && contentSig !== "keyShare";
  const covered = byAuthor || rawPayload["ts"] !== undefined;
  // A server passes on to its users who is here as it once heard it, however long ago (D18); what somebody
  // has said grows old, else it could be said again once it is forgotten that it was seen (THREATS 3).
  const replayedToUser = here.end === "user" && row.relay === "gossip" && !byAuthor;
  if (!covered || replayedToUser || (row.untimed === true && ts === 0)) return;
  const ahead = ts - here.now;
  // Who is asked for a server's introduction may have only an old one: it is judged by its handler.
  const past = row.introduces === true && isRelayed(from, here) ? Infinity : MAX_PAST_MS;
  if (ahead >= -past && ahead <= MAX_FUTURE_MS) return;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  throw new ProtocolError(
    "TIMEOUT",
    `${spelledType}: its ts is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the clock here; ` +
      `allowed are ${MAX_PAST_MS / 1000} s behind and ${MAX_FUTURE_MS / 1000} s ahead: ` +
      "compare the clocks",
  );
}

function isRelayed(from: string, { session }: Here): boolean {
  return session.phase === "server" && from.toLowerCase() !== session.peer;
}
