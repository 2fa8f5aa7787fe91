/**
 * What a server asks others for, in the form of an announce: the users of a server that lists more than are
 * known here, and the key of a server that is not known. Both go to who knows best: the server itself,
 * step by step, and the peer that passed something of a stranger on (§8.1).
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { type Effect, forward, type LinkId, send } from "./effects.ts";
import { advertOf, COMPARE_MS } from "./gossip.ts";
import { nextHop } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import type { Heard } from "./tables/reach.ts";

/** Before so much time has passed the same server is not asked again for users, in ms. */
const ASK_AGAIN_MS = 5_000;

/** Users that are asked for in one question at the most; the others are in the next. */
const MAX_ASKED = 5_000;

/** Servers that are introduced to one who asks in one frame. */
const MAX_INTRODUCED_AT_ONCE = 64;

/**
 * The shortest time between two rounds in which users are advertised anew, in ms, and how much longer it is
 * for each of them: every advertisement is signed, and whoever asks must not keep a server busy.
 */
const ROUND_MS = { least: 5_000, each: 20 };

/** A question in the form of an announce, which introduces who asks to those who are to answer. */
function question(state: ServerState, link: LinkEntry, asked: JsonObject, now: number): Effect[] {
  const payload = { ...state.introduction, receiver: "*", ...asked };
  return send([link.id], state.author("SERVER_ANNOUNCE", "*", payload, state.stamp(now)));
}

/**
 * Asks the peer of a link who somebody is of whom it has passed something on.
 *
 * @param state The server that asks.
 * @param link The link.
 * @param server Who is not known.
 * @param now Unix ms.
 */
export function seek(state: ServerState, link: LinkEntry, server: Id, now: number): Effect[] {
  return question(state, link, { seeks: [server] }, now);
}

/**
 * Whether an announce is a question: nobody keeps it, or told to others later it would be asked again.
 *
 * @param announce Its payload.
 */
export function isQuestion(
  { asks, seeks }: Pick<VerifiedOf<"SERVER_ANNOUNCE">["payload"], "asks" | "seeks">,
): boolean {
  return asks !== undefined || seeks !== undefined;
}

/**
 * Somebody asks: this server's users who are lacking are advertised soon, the question goes a step further
 * to the other servers that are asked, and who is sought is introduced.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param message The question.
 * @param now Unix ms.
 */
export function answer(
  state: ServerState,
  link: LinkEntry,
  { payload: { asks, lacks, seeks }, text }: VerifiedOf<"SERVER_ANNOUNCE">,
  now: number,
): Effect[] {
  const further = new Set<LinkId>();
  for (const server of new Set((asks ?? []).map(toId))) {
    if (server === state.id) {
      state.roundLinks.add(link.id);
      for (const user of lacks ?? []) {
        if (state.users.get(toId(user))?.at === "local") state.roundUsers.add(toId(user));
      }
      const pause = Math.max(ROUND_MS.least, ROUND_MS.each * state.lastRoundSize);
      state.nextRound = Math.min(state.nextRound, Math.max(now, state.lastRound + pause));
      continue;
    }
    const hop = nextHop(state, server);
    if (hop === undefined || hop === link || !hop.gossips) continue;
    state.wanted.add(server, link.id, now);
    further.add(hop.id);
  }
  return [...forward([...further], text), ...introduce(state, link, (seeks ?? []).map(toId))];
}

/** Somebody does not know the keys of some servers: what they said of themselves is passed on. */
function introduce(state: ServerState, link: LinkEntry, seeks: readonly Id[]): Effect[] {
  return [...new Set(seeks)].slice(0, MAX_INTRODUCED_AT_ONCE).flatMap((server) => {
    const introduction = state.reach.get(server)?.introduction;
    return introduction === undefined ? [] : forward([link.id], introduction);
  });
}

/**
 * A server lists its users: whether all are known here is looked at when their advertisements had time to
 * come.
 *
 * @param state The server.
 * @param server The other one.
 * @param now Unix ms.
 */
export function compareSoon(state: ServerState, server: Id, now: number): void {
  const heard = state.reach.of(server);
  if (lackingOf(state, server, heard).length === 0) return;
  heard.compareAt = Math.min(heard.compareAt, Math.max(now + COMPARE_MS, heard.nextAsk));
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

/** When something is to be asked or answered at the earliest, Unix ms. */
export function nextQuestion(state: ServerState): number {
  let next = state.nextRound;
  for (const [, { compareAt }] of state.reach.all()) next = Math.min(next, compareAt);
  return next;
}

/**
 * Advertises the users whom somebody lacks, to those who asked: others know already.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function advertiseAnew(state: ServerState, now: number): Effect[] {
  if (state.nextRound > now) return [];
  const links = [...state.roundLinks];
  const users = [...state.roundUsers];
  state.roundLinks.clear();
  state.roundUsers.clear();
  state.nextRound = Infinity;
  state.lastRound = now;
  state.lastRoundSize = users.length;
  return users.flatMap((id) => {
    const user = state.users.get(id);
    if (user?.at !== "local") return [];
    user.advert = advertOf(state, user, now);
    return send(links, user.advert);
  });
}

/**
 * Asks the servers that list users who are not known here.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function askForLacking(state: ServerState, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const [server, heard] of state.reach.all()) {
    if (heard.compareAt > now) continue;
    heard.compareAt = Infinity;
    const lacks = lackingOf(state, server, heard);
    const hop = nextHop(state, server);
    if (lacks.length === 0 || hop === undefined || !hop.gossips) continue;
    heard.nextAsk = now + ASK_AGAIN_MS;
    const asked = { asks: [server], lacks: lacks.slice(0, MAX_ASKED) };
    effects.push(...question(state, hop, asked, now));
  }
  return effects;
}
