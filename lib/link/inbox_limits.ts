/**
 * How much of a link's text may come in one frame, and wait to be checked.
 *
 * @module
 */

import { MAX_SERVER_FRAME_BYTES, MAX_USER_FRAME_BYTES } from "../protocol/limits.ts";
import type { Session } from "./session.ts";

/** Text that one link may have waiting to be checked, in UTF-16 units. */
export const MAX_INBOX = 4 * 1024 * 1024;

/**
 * The same from a server: whoever is new there hears of everybody online in one breath (§8.1, D18), and is
 * slower to check it than the network to bring it.
 */
export const MAX_SERVER_INBOX = 32 * 1024 * 1024;

/**
 * The largest frame that is taken on a link in this state.
 *
 * @param session The state.
 * @returns UTF-8 bytes.
 */
export function frameLimit(session: Session): number {
  return isFromServer(session) ? MAX_SERVER_FRAME_BYTES : MAX_USER_FRAME_BYTES;
}

/**
 * How much may wait on a link in this state.
 *
 * @param session The state.
 * @returns UTF-16 units.
 */
export function inboxLimit(session: Session): number {
  return isFromServer(session) ? MAX_SERVER_INBOX : MAX_INBOX;
}

/** What a text costs beside its characters while it waits, in UTF-16 units, about. */
const OVERHEAD = 64;

/**
 * What a text counts for that waits: a million of the shortest are many too.
 *
 * @param text The text.
 * @returns UTF-16 units.
 */
export function weightOf({ length }: string): number {
  return length + OVERHEAD;
}

/**
 * Whether a text is longer than so many bytes. A UTF-16 unit is at most three bytes of UTF-8, so most texts
 * need no counting.
 *
 * @param text The text.
 * @param bytes Bytes of UTF-8.
 * @returns True if it is.
 */
export function exceeds(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}

function isFromServer({ phase }: Session): boolean {
  return phase === "helloSent" || phase === "server";
}
