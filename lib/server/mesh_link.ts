/**
 * A link between two servers comes to stand, and ends (§8.1, §8.4).
 *
 * @module
 */

import { CLOSE } from "../link/transport.ts";
import { addressText } from "../mesh/address.ts";
import type { MessageOf } from "../protocol/envelope.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { HEARTBEAT_MS, PRESENCE_GRACE_MS } from "../protocol/limits.ts";
import { close, type Effect } from "./effects.ts";
import { advertiseAllTo } from "./gossip.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/**
 * A link turned out to be a server's. Exactly one stays between two servers: of two, that which the
 * server with the smaller id dialled; of two dialled by the same server, the newer (§8.1).
 *
 * @param state The server.
 * @param link The link.
 * @param peer Who is at the other end.
 * @param now Unix ms.
 */
export function linkServer(state: ServerState, link: LinkEntry, peer: Id, now: number): Effect[] {
  const older = state.links.server(peer);
  if (older !== undefined && older !== link && prefersOlder(state, older, link, peer)) {
    return [close(link.id, CLOSE.normal, "another link to this server stands")];
  }
  state.links.advance(link, { kind: "serverLinked", server: peer });
  link.nextHeartbeat = now + HEARTBEAT_MS;
  doubtUsers(state, peer, now);
  const how = link.target === undefined ? "in" : "out";
  state.log("info", "linked to a server", { ...state.about(link), direction: how });
  const effects = advertiseAllTo(state, link, now);
  return older === undefined || older === link
    ? effects
    : [...effects, close(older.id, CLOSE.normal, "a newer link to this server stands")];
}

/** Who left the peer while there was no link is not advertised again, so silence counts (§8.1). */
function doubtUsers(state: ServerState, peer: Id, now: number): void {
  state.servers.grace.delete(peer);
  for (const user of state.users.behind(peer)) {
    user.doubted = true;
    state.servers.grace.set(peer, now + PRESENCE_GRACE_MS);
  }
}

/**
 * The peer has said again that a user is there, in a frame that was verified the first time.
 *
 * @param state The server.
 * @param link The link it said it on.
 * @param message What it said.
 */
export function confirmPresence(
  state: ServerState,
  { session }: LinkEntry,
  { from, payload }: MessageOf<"USER_ADVERTISE">,
): void {
  const user = state.users.get(toId(payload.user_id));
  const author = toId(from);
  const itsOwn = session.phase === "server" && session.peer === author;
  if (itsOwn && user?.at === "remote" && user.server === author) user.doubted = false;
}

function prefersOlder(
  state: ServerState,
  older: LinkEntry,
  newer: LinkEntry,
  peer: Id,
): boolean {
  const weDialledOlder = older.target !== undefined;
  const weDialledNewer = newer.target !== undefined;
  if (weDialledOlder === weDialledNewer) return false;
  const weAreSmaller = state.id < peer;
  return weDialledOlder === weAreSmaller;
}

/** How long to wait before asking again who is in the mesh, in ms. */
const ASK_AGAIN_MS = 10_000;

/**
 * Somebody passed on a frame of a server that this one has never heard of: two that joined at the same
 * moment are not in each other's welcome. Joining anew brings the list as it is now (§8.1).
 *
 * @param state The server.
 * @param link The link to whoever passed it on, who knows that server.
 * @param now Unix ms.
 */
export function askWhoIsThere(state: ServerState, link: LinkEntry, now: number): Effect[] {
  const peer = link.session.phase === "server" ? state.servers.get(link.session.peer) : undefined;
  if (peer === undefined || now < state.nextAsk) return [];
  state.nextAsk = now + ASK_AGAIN_MS;
  const { address, key } = peer;
  return [{ kind: "dial", target: { kind: "introducer", address, pubkey: key } }];
}

/**
 * The link to a server has ended: its users are kept for a while, in case it comes back and says that
 * they are still there (§8.4).
 *
 * @param state The server.
 * @param link The link, already out of the tables.
 * @param peer Who was at the other end.
 * @param now Unix ms.
 */
export function unlinkServer(state: ServerState, link: LinkEntry, peer: Id, now: number): void {
  state.servers.grace.set(peer, now + PRESENCE_GRACE_MS);
  if (state.stopping) return;
  const known = state.servers.get(peer);
  state.log("warn", "lost the link to a server, will dial it again", {
    peer,
    address: known === undefined ? link.remote : addressText(known.address),
  });
}
