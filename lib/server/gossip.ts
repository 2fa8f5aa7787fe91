/**
 * What everybody is told (§8.2): passed on unchanged to all other servers and to the local users, each
 * frame once, never back.
 *
 * @module
 */

import type { RawEnvelope } from "../protocol/envelope.ts";
import type { Id } from "../protocol/ids.ts";
import { type Effect, forward, send } from "./effects.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import type { LocalUser } from "./tables/users.ts";

/**
 * Passes a frame on to all other servers and all local users.
 *
 * @param state The server.
 * @param message The frame, verified.
 * @param via The link it came by, which does not get it back.
 */
export function spread(state: ServerState, message: RawEnvelope, via: LinkEntry): Effect[] {
  return forward([...state.links.servers(via), ...state.links.users(via)], message.text);
}

/** Tells everybody that a local user is here. */
export function advertise(state: ServerState, user: LocalUser): Effect[] {
  return send([...state.links.servers(), ...state.links.users()], user.advert);
}

/** How old an advertisement may be to go out again as it is: well within the window of D27, in ms. */
const FRESH_MS = 60_000;

/**
 * Tells a server which users are here, so that the tables agree after a partition (§8.1). What it may
 * have heard over an earlier link is said anew: a second copy would be dropped as seen. Servers of ours ask
 * for what they miss, so that not every user is signed anew for every link.
 *
 * @param state The server.
 * @param link The link to that server.
 * @param now Unix ms.
 */
export function advertiseAllTo(state: ServerState, link: LinkEntry, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const user of state.users.local()) {
    const oldest = link.gossips ? now - FRESH_MS : link.openedAt;
    if (user.advert.ts < oldest) user.advert = advertOf(state, user, now);
    effects.push(...send([link.id], user.advert));
  }
  return effects;
}

/** The advertisement of a local user (§8.2), with the user's key in it (D14). */
export function advertOf(
  state: ServerState,
  { id, key, meta }: Pick<LocalUser, "id" | "key" | "meta">,
  now: number,
): LocalUser["advert"] {
  const payload = { user_id: id, server_id: state.id, meta: { ...meta, pubkey: key } };
  return state.author("USER_ADVERTISE", "*", payload, state.stamp(now));
}

/**
 * A user was here and is not any more: everybody is told.
 *
 * @param state The server.
 * @param userId Who has left this server.
 * @param now Unix ms.
 */
export function removeLocal(state: ServerState, userId: Id, now: number): Effect[] {
  state.users.delete(userId);
  state.keyLag.delete(userId);
  const payload = { user_id: userId, server_id: state.id };
  const frame = state.author("USER_REMOVE", "*", payload, state.stamp(now));
  return send([...state.links.servers(), ...state.links.users()], frame);
}

/**
 * A user of another server is gone as far as this server can tell. Its users are told in this server's
 * own name; other servers judge for themselves.
 *
 * @param state The server.
 * @param userId Who cannot be reached any more.
 * @param server Where the user was.
 * @param now Unix ms.
 */
export function removeRemote(state: ServerState, userId: Id, server: Id, now: number): Effect[] {
  state.users.delete(userId);
  lookElsewhere(state, userId, now);
  const payload = { user_id: userId, server_id: server };
  const frame = state.author("USER_REMOVE", "*", payload, state.stamp(now));
  return send(state.links.users(), frame);
}

/** How long an advertisement may be on its way behind the announce that lists its user, in ms. */
export const COMPARE_MS = 1_000;

/**
 * A user is not where it was believed to be. If another server lists it, the advertisement was lost, or did
 * not count against an older one whose clock was ahead: it is asked for.
 *
 * @param state The server.
 * @param userId The user.
 * @param now Unix ms.
 */
export function lookElsewhere(state: ServerState, userId: Id, now: number): void {
  for (const [, heard] of state.reach.all()) {
    if (heard.via === undefined || heard.announced?.users?.has(userId) !== true) continue;
    heard.compareAt = Math.min(heard.compareAt, Math.max(now + COMPARE_MS, heard.nextAsk));
  }
}
