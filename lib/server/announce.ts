/**
 * What a server says of itself to everybody, again and again: where it is, whom it is linked to, and who
 * its users are. Whoever hears it sees at once what was lost on the way, and asks for it; so the tables
 * agree after partitions, restarts and lost gossip, across servers that only pass frames on too (§8.1).
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import type { UnsignedFrame } from "../protocol/envelope.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { HEARTBEAT_MS } from "../protocol/limits.ts";
import { MAX_LISTED_USERS } from "../protocol/messages/bootstrap.ts";
import { bestKeyHere, keyAnnounced } from "./channel_healing.ts";
import { type Effect, forward, type LinkId, send } from "./effects.ts";
import { removeRemote } from "./gossip.ts";
import { advertiseAnew, askForLacking, compareSoon, nextQuestion } from "./questions.ts";
import { heardOf, nextHop, vouchedForByNobody } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import { type LinkEntry, ownerOf } from "./tables/links.ts";
import type { Announced, Heard } from "./tables/reach.ts";

/** How often a server announces itself, in ms. */
export const ANNOUNCE_MS: number = HEARTBEAT_MS;

/** After a change of links it does so at once, but one time for changes that come together, in ms. */
const SOON_MS = 500;

/** An announce to everybody is due soon. */
export function announceSoon(state: ServerState, now: number): void {
  state.nextAnnounce = Math.min(state.nextAnnounce, now + SOON_MS);
}

/** The peer of a link turned out to be a server of ours, which hears announces and passes them on. */
export function joinsGossip(state: ServerState, link: LinkEntry, now: number): void {
  if (link.gossips) return;
  link.gossips = true;
  announceSoon(state, now);
}

/** An announce that everybody may pass on, and that introduces nobody on a link. */
function announcement(state: ServerState, now: number): UnsignedFrame {
  const users = [...state.users.local()].map(({ id }) => id);
  const key = bestKeyHere(state);
  return state.author("SERVER_ANNOUNCE", "*", {
    ...state.introduction,
    receiver: "*",
    links: [...state.links.serverEntries()].map(ownerOf).sort(),
    ...(users.length > MAX_LISTED_USERS ? {} : { users }),
    ...(key === undefined ? {} : { channel: { epoch: key.epoch, channel_pub: key.channelPub } }),
  }, state.stamp(now));
}

/**
 * An announce to everybody was taken: tells what differs from what is known here, and passes it on to those
 * who cannot hear it from its author.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param message The announce.
 * @param now Unix ms.
 */
export function announceHeard(
  state: ServerState,
  link: LinkEntry,
  { from, ts, text, payload }: VerifiedOf<"SERVER_ANNOUNCE">,
  now: number,
): Effect[] {
  const author = toId(from);
  const announced: Announced = {
    text,
    ts,
    links: new Set((payload.links ?? []).map(toId)),
    users: payload.users && new Set(payload.users.map(toId)),
  };
  const heard = state.reach.of(author);
  const before = heard.announced?.links ?? [];
  state.reach.announce(heard, announced);
  state.planner.alive(author, now);
  keyAnnounced(state, payload, now);
  for (const id of announced.links) {
    // Of a server that does not announce itself nobody else tells that it lives, and can be reached.
    const linked = state.reach.get(id);
    if (linked?.announced !== undefined) continue;
    if (linked !== undefined) heardOf(state, link, id, now);
    state.planner.alive(id, now);
  }
  for (const id of before) if (!announced.links.has(id)) vouchedForByNobody(state, id, now);
  return [
    ...agree(state, author, heard, announced, now),
    ...forward(unlinkedTo(state, author, announced, link), text),
  ];
}

/** The links of servers of ours that do not hear the author itself. */
function unlinkedTo(
  state: ServerState,
  author: Id,
  { links }: Announced,
  via: LinkEntry,
): LinkId[] {
  const ids: LinkId[] = [];
  for (const link of state.links.serverEntries()) {
    const { session } = link;
    if (link === via || !link.gossips || session.phase !== "server") continue;
    if (session.peer !== author && !links.has(session.peer)) ids.push(link.id);
  }
  return ids;
}

/** Who is not listed has left; who is listed and not known is asked for, if nothing comes soon. */
function agree(
  state: ServerState,
  author: Id,
  heard: Heard,
  { users, ts }: Announced,
  now: number,
): Effect[] {
  const effects: Effect[] = [];
  for (const user of [...state.users.behind(author)]) {
    // With too many to list them it says no more than that it lives.
    if (users?.has(user.id) !== false) user.doubted = false;
    else if (user.ts < ts) effects.push(...removeRemote(state, user.id, author, now));
  }
  heard.graceUntil = Infinity;
  compareSoon(state, author, now);
  return effects;
}

/**
 * Tells a server of ours, at the beginning of a link, who else is there: what others announced, and the
 * users of those who announce nothing.
 *
 * @param state The server.
 * @param link The link.
 * @param now Unix ms.
 */
export function introduceOthers(state: ServerState, link: LinkEntry, now: number): Effect[] {
  const effects: Effect[] = [];
  const peer = ownerOf(link);
  for (const [server, { announced, heardAt }] of state.reach.all()) {
    if (announced === undefined || server === peer || announced.links.has(peer)) continue;
    if (nextHop(state, server) === undefined || now - heardAt > 2 * ANNOUNCE_MS) continue;
    effects.push(...forward([link.id], announced.text));
  }
  for (const user of state.users.all()) {
    // Who was heard of since then was spread over the link already.
    if (user.at === "local" || user.server === peer || user.turn > link.turn) continue;
    if (state.reach.get(user.server)?.announced !== undefined) continue;
    const hop = nextHop(state, user.server);
    // What was heard too long ago is no sign of life to anybody else.
    const heardAt = state.reach.get(user.server)?.heardAt ?? 0;
    if (hop === undefined || (hop.gossips && now - heardAt > 2 * ANNOUNCE_MS)) continue;
    effects.push(...forward([link.id], user.advert));
  }
  return effects;
}

/** When {@linkcode announceDue} has something to do at the earliest, Unix ms. */
export function nextAnnouncing(state: ServerState): number {
  return Math.min(state.nextAnnounce, nextQuestion(state));
}

/**
 * Says what is due: the announce, the users whom somebody lacks, and the question for users lacking here.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function announceDue(state: ServerState, now: number): Effect[] {
  return [...announce(state, now), ...advertiseAnew(state, now), ...askForLacking(state, now)];
}

function announce(state: ServerState, now: number): Effect[] {
  if (state.nextAnnounce > now) return [];
  const links = [...state.links.serverEntries()].filter(({ gossips }) => gossips)
    .map(({ id }) => id);
  state.nextAnnounce = links.length === 0 ? Infinity : now + ANNOUNCE_MS;
  return links.length === 0 ? [] : send(links, announcement(state, now));
}
