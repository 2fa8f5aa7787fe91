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
import type { JsonObject } from "../protocol/json.ts";
import { HEARTBEAT_MS } from "../protocol/limits.ts";
import { MAX_LISTED_USERS } from "../protocol/messages/bootstrap.ts";
import { type Effect, forward, type LinkId, send } from "./effects.ts";
import { advertOf, COMPARE_MS, removeRemote } from "./gossip.ts";
import { heardOf, nextHop } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import type { Announced, Heard } from "./tables/reach.ts";

/** How often a server announces itself, in ms. */
export const ANNOUNCE_MS: number = HEARTBEAT_MS;

/** After a change of links it does so at once, but one time for changes that come together, in ms. */
const SOON_MS = 500;

/**
 * The shortest time between two rounds in which the users are advertised anew, in ms, and how much longer it
 * is for each of them: every advertisement is signed, and whoever asks must not keep a server busy.
 */
const ROUND_MS = { least: 5_000, each: 20 };

/** Servers that are introduced to one who asks in one frame. */
const MAX_INTRODUCED_AT_ONCE = 64;

/** How the questions for users who never come grow rarer: a server may be refused what it says. In ms. */
const ASK_AGAIN_MS = { base: 10_000, cap: 300_000 };

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

/** What one server wants to know of another: its users, or its key. */
export type Question = "asks" | "seeks";

/** An announce that everybody may pass on, and that introduces nobody on a link; or a question in its form. */
function announcement(
  state: ServerState,
  now: number,
  question?: Readonly<Partial<Record<Question, readonly Id[]>>>,
): UnsignedFrame {
  const users = [...state.users.local()].map(({ id }) => id);
  return state.author("SERVER_ANNOUNCE", "*", {
    ...state.introduction,
    receiver: "*",
    links: [...state.links.serverEntries()].map(({ session }) => peerOf(session)).sort(),
    ...(users.length > MAX_LISTED_USERS ? {} : { users }),
    ...question as JsonObject | undefined,
  }, state.stamp(now));
}

function peerOf(session: LinkEntry["session"]): string {
  if (session.phase === "server") return session.peer;
  throw new TypeError(`a link in state ${session.phase} is in the table of servers`);
}

/**
 * Asks a server, over the next step to it, to advertise its users, or the peer of a link for the key of a
 * server that it has passed something on of.
 *
 * @param state The server that asks.
 * @param link The link.
 * @param question What is asked for.
 * @param server Of which server.
 * @param now Unix ms.
 */
export function ask(
  state: ServerState,
  link: LinkEntry,
  question: Question,
  server: Id,
  now: number,
): Effect[] {
  return send([link.id], announcement(state, now, { [question]: [server] }));
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
  // A question is not kept: told to others later it would be asked again.
  const isQuestion = payload.asks !== undefined || payload.seeks !== undefined;
  if (!isQuestion) state.reach.announce(heard, announced);
  state.planner.alive(author, now);
  for (const id of announced.links) {
    // Of a server that does not announce itself nobody else tells that it lives, and can be reached.
    const linked = state.reach.get(id);
    if (linked !== undefined && linked.announced === undefined) heardOf(state, link, id, now);
  }
  return [
    ...agree(state, author, heard, announced, now),
    ...(isQuestion
      ? [
        ...answer(state, link, (payload.asks ?? []).map(toId), text, now),
        ...introduce(state, link, (payload.seeks ?? []).map(toId)),
      ]
      : forward(unlinkedTo(state, author, announced, link), text)),
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
  const lacking = lackingOf(state, author, heard);
  if (lacking.length === 0) {
    heard.fruitless = 0;
    return effects;
  }
  // Who was asked for in vain, since nobody here believes that it is there, keeps no other waiting.
  const isNew = lacking.some((id) => !heard.inVain.has(id));
  if (isNew) heard.fruitless = 0;
  const due = isNew ? now + COMPARE_MS : Math.max(now + COMPARE_MS, heard.nextAsk);
  heard.compareAt = Math.min(heard.compareAt, due);
  return effects;
}

/** The users whom a server lists, and whom this one does not know to be there. */
function lackingOf(state: ServerState, server: Id, { announced }: Heard): Id[] {
  return [...announced?.users ?? []].filter((id) => {
    const user = state.users.get(id);
    if (user === undefined) return true;
    if (user.at === "local" || user.server === server) return false;
    // Claimed by two: the newer word counts as long as the other one stands by it (D15).
    const other = state.reach.get(user.server);
    const stands = other?.via !== undefined && other.announced?.users?.has(id) !== false;
    return !stands && user.ts < (announced?.ts ?? 0);
  });
}

/** Somebody lacks the users of some servers: they are advertised, or the question goes a step further. */
function answer(
  state: ServerState,
  link: LinkEntry,
  asks: readonly Id[],
  text: string,
  now: number,
): Effect[] {
  const further = new Set<LinkId>();
  for (const server of asks) {
    if (server === state.id) {
      state.roundLinks.add(link.id);
      const pause = Math.max(ROUND_MS.least, ROUND_MS.each * state.users.localCount);
      state.nextRound = Math.min(state.nextRound, Math.max(now, state.lastRound + pause));
      continue;
    }
    const hop = nextHop(state, server);
    if (hop === undefined || hop === link || !hop.gossips) continue;
    state.wanted.add(server, link.id, now);
    further.add(hop.id);
  }
  return forward([...further], text);
}

/** Somebody does not know the keys of some servers: what they said of themselves is passed on. */
function introduce(state: ServerState, link: LinkEntry, seeks: readonly Id[]): Effect[] {
  return [...new Set(seeks)].slice(0, MAX_INTRODUCED_AT_ONCE).flatMap((server) => {
    const introduction = state.reach.get(server)?.introduction;
    return introduction === undefined ? [] : forward([link.id], introduction);
  });
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
  const peer = peerOf(link.session);
  for (const [server, { announced, heardAt }] of state.reach.all()) {
    if (announced === undefined || server === peer || announced.links.has(toId(peer))) continue;
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
  let next = Math.min(state.nextAnnounce, state.nextRound);
  for (const [, { compareAt }] of state.reach.all()) next = Math.min(next, compareAt);
  return next;
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

/** To those who asked: others know already. */
function advertiseAnew(state: ServerState, now: number): Effect[] {
  if (state.nextRound > now) return [];
  const links = [...state.roundLinks];
  state.roundLinks.clear();
  state.nextRound = Infinity;
  state.lastRound = now;
  return [...state.users.local()].flatMap((user) => {
    user.advert = advertOf(state, user, now);
    return send(links, user.advert);
  });
}

function askForLacking(state: ServerState, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const [server, heard] of state.reach.all()) {
    if (heard.compareAt > now) continue;
    heard.compareAt = Infinity;
    const lacking = lackingOf(state, server, heard);
    if (lacking.length === 0) continue;
    const hop = nextHop(state, server);
    if (hop === undefined || !hop.gossips) continue;
    const { base, cap } = ASK_AGAIN_MS;
    heard.nextAsk = now + Math.min(cap, base * 2 ** Math.min(heard.fruitless, 10));
    heard.fruitless += 1;
    heard.inVain = new Set(lacking);
    effects.push(...ask(state, hop, "asks", server, now));
  }
  return effects;
}
