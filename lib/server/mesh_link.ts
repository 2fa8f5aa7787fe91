/**
 * A link between two servers comes to stand, and ends (§8.1, §8.4).
 *
 * @module
 */

import { CLOSE } from "../link/transport.ts";
import { addressText } from "../mesh/address.ts";
import type { MessageOf, RawEnvelope, UnsignedFrame } from "../protocol/envelope.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { HEARTBEAT_MS, PROOF_MS } from "../protocol/limits.ts";
import { announceSoon, introduceOthers, joinsGossip } from "./announce.ts";
import { close, type Effect, send } from "./effects.ts";
import { advertiseAllTo } from "./gossip.ts";
import { keep } from "./pinning.ts";
import { doubtUsers, hasSpoken, heardOf, linkedTo, lostLink, nextHop } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/** How long a link that was replaced is still listened to: a message may be on its way over it. In ms. */
const REPLACED_MS = 1_000;

/**
 * This server's introduction on a link. It names its receiver, who cannot use it to introduce himself
 * elsewhere (D9), and brings the nonce of this end (D12).
 *
 * @param state The server.
 * @param link The link.
 * @param receiver The server at the other end.
 * @param now Unix ms.
 */
export function introductionOn(
  state: ServerState,
  link: LinkEntry,
  receiver: Id,
  now: number,
): UnsignedFrame {
  const payload = { ...state.introduction, receiver, nonce: link.nonce };
  return state.author("SERVER_ANNOUNCE", "*", payload, state.stamp(now));
}

/**
 * The other end sent a nonce: it is a server of ours, and is sent the proof of this server's key, once
 * (D12). The proof names whom it is for, who can thus not pass the nonce of a third on and have it signed.
 *
 * @param state The server.
 * @param link The link.
 * @param peer The server at the other end.
 * @param nonce What it sent; undefined if it sent none.
 * @param now Unix ms.
 */
export function prove(
  state: ServerState,
  link: LinkEntry,
  peer: Id,
  nonce: string | undefined,
  now: number,
): Effect[] {
  if (nonce === undefined) return [];
  joinsGossip(state, link, now);
  if (link.hasProved) return [];
  link.hasProved = true;
  const payload = { nonce, receiver: peer };
  return send([link.id], state.author("HEARTBEAT", peer, payload, state.stamp(now)));
}

/**
 * A server has introduced itself on a link, or was dialled: the link stands, or waits for the proof of the
 * peer's key where the operator requires one (D12). Exactly one stays between two servers (§8.1).
 *
 * @param state The server.
 * @param link The link.
 * @param peer Who is at the other end.
 * @param ts When the peer introduced itself by its own clock, Unix ms; undefined if it has not yet.
 * @param now Unix ms.
 */
export function meetServer(
  state: ServerState,
  link: LinkEntry,
  peer: Id,
  ts: number | undefined,
  now: number,
): Effect[] {
  link.introducedAt = ts;
  if (isSecond(state, link, peer, ts)) {
    return [close(link.id, CLOSE.normal, "another link to this server stands")];
  }
  if (!state.serversMustProve || link.proven) return linkServer(state, link, peer, now);
  state.links.advance(link, { kind: "serverMustProve", server: peer });
  link.deadline = now + PROOF_MS;
  return [];
}

/**
 * A link to a server stands from now on, and an older one to the same server ends.
 *
 * @param state The server.
 * @param link The link.
 * @param peer Who is at the other end.
 * @param now Unix ms.
 */
export function linkServer(state: ServerState, link: LinkEntry, peer: Id, now: number): Effect[] {
  const older = state.links.server(peer);
  state.links.advance(link, { kind: "serverLinked", server: peer });
  link.nextHeartbeat = now + HEARTBEAT_MS;
  link.turn = state.nextTurn();
  link.linkedAt = now;
  state.knowledge += 1;
  linkedTo(state, link, peer, older, now);
  // Who left the peer while there was no link is not advertised again, so silence counts (§8.1).
  doubtUsers(state, peer, now + HEARTBEAT_MS);
  announceSoon(state, now);
  if (hasSpoken(link)) tellLinked(state, link);
  if (older !== undefined && older !== link) state.links.replace(older, now + REPLACED_MS);
  return [
    ...(hasSpoken(link) ? keep(state, peer) : []),
    ...advertiseAllTo(state, link, now),
    ...(link.gossips ? introduceOthers(state, link, now) : []),
  ];
}

/**
 * Tells the operator that a link stands: when the peer has said something, since whatever listens at an
 * address that was dialled may be somebody else.
 *
 * @param state The server.
 * @param link The link.
 */
export function tellLinked(state: ServerState, link: LinkEntry): void {
  const direction = link.target === undefined ? "in" : "out";
  state.log("info", "linked to a server", { ...state.about(link), direction });
}

/**
 * Whether another link to the same server is to stay instead of this one. Of two dialled by the same end
 * the newer stays. Of two dialled at once by both, that which the smaller id dialled; but a peer that had
 * already spoken on the older one before it introduced itself on this has lost the older, by a restart
 * for example (§8.1).
 *
 * @param state The server.
 * @param link This link.
 * @param peer Who is at its other end.
 * @param ts When the peer introduced itself on it by its own clock, Unix ms; undefined if it has not yet.
 */
export function isSecond(
  state: ServerState,
  link: LinkEntry,
  peer: Id,
  ts: number | undefined,
): boolean {
  const older = state.links.server(peer);
  if (older === undefined || older === link) return false;
  const olderIsOurs = older.target !== undefined;
  if (olderIsOurs === (link.target !== undefined)) return false;
  if (ts !== undefined && older.spokeAt !== undefined && older.spokeAt < ts) return false;
  return olderIsOurs === (state.id < peer);
}

/**
 * Somebody has said again that a user is there, in a frame that was verified the first time. It counts on the
 * way by which the user's server is heard: who passes its frames on knows better than silence.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param message The frame.
 * @param now Unix ms.
 */
export function confirmPresence(
  state: ServerState,
  link: LinkEntry,
  message: MessageOf<"USER_ADVERTISE">,
  now: number,
): void {
  const user = state.users.get(toId(message.payload.user_id));
  const author = toId(message.from);
  if (user?.at !== "remote" || user.server !== author || !repeats(user.advert, message)) return;
  if (link.session.phase !== "server") return;
  if (nextHop(state, author) === undefined && link.gossips) heardOf(state, link, author, now);
  if (nextHop(state, author) === link) user.doubted = false;
}

/** Whether a frame says the same: signed anew, the same frame has other bytes. */
function repeats(text: string, { ts, rawPayload }: RawEnvelope): boolean {
  const before = JSON.parse(text);
  return before.ts === ts && JSON.stringify(before.payload) === JSON.stringify(rawPayload);
}

/** How long to wait before asking again who is in the mesh, in ms. */
const ASK_AGAIN_MS = 10_000;

/**
 * Joins anew through a peer, which brings the list of who is in the mesh now (§8.1): the way to ask that
 * every team's server understands.
 *
 * @param state The server.
 * @param link The link to the peer.
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
 * The link to a server has ended: whoever was heard over it cannot be reached, unless by another way.
 *
 * @param state The server.
 * @param link The link, already out of the tables.
 * @param peer Who was at the other end.
 * @param now Unix ms.
 */
export function unlinkServer(state: ServerState, link: LinkEntry, peer: Id, now: number): void {
  lostLink(state, link, now);
  announceSoon(state, now);
  if (!hasSpoken(link)) return;
  state.planner.alive(peer, now);
  if (state.stopping) return;
  const known = state.servers.get(peer);
  state.log("warn", "lost the link to a server, will dial it again", {
    peer,
    address: known === undefined ? link.remote : addressText(known.address),
  });
}
