/**
 * Which servers can be reached, and over which link: the one that stands to a server itself, else the one
 * by which its frames come (§10).
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import { HEARTBEAT_MS, LINK_DEAD_MS, PRESENCE_GRACE_MS } from "../protocol/limits.ts";
import type { Effect } from "./effects.ts";
import { removeRemote } from "./gossip.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import type { Heard } from "./tables/reach.ts";

/**
 * The next step towards a server.
 *
 * @param state The server that asks.
 * @param server Where to.
 * @returns The link, or undefined if the server cannot be reached now.
 */
export function nextHop(state: ServerState, server: Id): LinkEntry | undefined {
  const direct = state.links.server(server);
  if (direct !== undefined && hasSpoken(direct)) return direct;
  const via = state.reach.get(server)?.via;
  const link = via === undefined ? undefined : state.links.get(via);
  return link?.session.phase === "server" && hasSpoken(link) ? link : undefined;
}

/**
 * Whether the server at the other end of a link has said anything under its key. Whatever listens at an
 * address that was dialled may be somebody else, and nothing is sent over it in trust.
 *
 * @param link The link.
 */
export function hasSpoken({ target, spokeAt }: LinkEntry): boolean {
  // Whoever was joined has welcomed this server.
  return target?.kind !== "server" || spokeAt !== undefined;
}

/**
 * The server at the other end of a link has spoken for the first time.
 *
 * @param state The server.
 * @param link The link.
 * @param server Who is at its other end.
 * @param ts When it spoke by its own clock, Unix ms.
 * @param now Unix ms.
 */
export function spokeFirst(
  state: ServerState,
  link: LinkEntry,
  server: Id,
  ts: number,
  now: number,
): void {
  link.spokeAt = ts;
  state.reach.of(server).via = standing(state, link).id;
  state.reach.of(server).heardAt = now;
  state.reachable.add(server);
  state.planner.alive(server, now);
}

/**
 * A verified frame of a server came, from itself or passed on.
 *
 * @param state The server that heard it.
 * @param link The link it came by.
 * @param server Who authored it.
 * @param now Unix ms.
 * @param shortest Whether it was the first copy of a frame that goes to everybody: the way it came is then
 *   the shortest there is.
 */
export function heardOf(
  state: ServerState,
  link: LinkEntry,
  server: Id,
  now: number,
  shortest = false,
): void {
  if (server === state.id) return;
  const heard = state.reach.of(server);
  heard.heardAt = now;
  const before = nextHop(state, server);
  if (before === undefined || (shortest && state.links.server(server) === undefined)) {
    heard.via = standing(state, link).id;
  }
  if (before === undefined) state.reachable.add(server);
}

/**
 * A link stands to a server itself.
 *
 * @param state The server that it leads from.
 * @param link The link.
 * @param server Who is at its other end.
 * @param older The link that it replaces, if it does: what came over that comes over this from now on.
 * @param now Unix ms.
 */
export function linkedTo(
  state: ServerState,
  link: LinkEntry,
  server: Id,
  older: LinkEntry | undefined,
  now: number,
): void {
  for (const [, heard] of state.reach.all()) {
    if (older !== undefined && heard.via === older.id) heard.via = link.id;
    // What was asked for in vain, somebody may hear now.
    heard.nextAsk = 0;
  }
  const heard = state.reach.of(server);
  heard.direct = true;
  if (!hasSpoken(link)) return;
  heard.via = link.id;
  heard.heardAt = now;
  state.reachable.add(server);
  state.planner.alive(server, now);
}

/** A link has ended: the servers that were heard over it cannot be reached, until they are heard otherwise. */
export function lostLink(state: ServerState, link: LinkEntry, now: number): void {
  for (const [server, heard] of state.reach.all()) {
    const direct = state.links.server(server);
    if (direct === undefined) heard.direct = false;
    if (heard.via !== link.id) continue;
    if (direct === undefined || !hasSpoken(direct)) lost(state, server, now);
    else heard.via = direct.id;
  }
}

/** A server cannot be reached any more: its users are kept for a while (§8.4). */
function lost(state: ServerState, server: Id, now: number): void {
  const heard = state.reach.of(server);
  heard.via = undefined;
  doubtUsers(state, server, now + PRESENCE_GRACE_MS);
}

/**
 * A server of ours is not linked to another any more: unless somebody else says that it is, that one cannot be
 * reached over others, before its silence tells.
 *
 * @param state The server.
 * @param server The other one.
 * @param now Unix ms.
 */
export function vouchedForByNobody(state: ServerState, server: Id, now: number): void {
  const heard = state.reach.get(server);
  if (heard === undefined || heard.direct) return;
  if (heard.via !== undefined && state.links.get(heard.via)?.gossips !== true) return;
  for (const [voucher, { announced }] of state.reach.all()) {
    if (announced?.links.has(server) && nextHop(state, voucher) !== undefined) return;
  }
  if (heard.via !== undefined) lost(state, server, now);
  // Out of reach already, and whoever knew it best has lost it too: gossip says better than silence (§8.4).
  else heard.graceUntil = Math.min(heard.graceUntil, now + HEARTBEAT_MS);
}

/**
 * Whether the users of a server are still there is uncertain: whoever is not spoken of again in time is
 * gone.
 *
 * @param state The server that doubts.
 * @param server The users' server.
 * @param until Unix ms.
 */
export function doubtUsers(state: ServerState, server: Id, until: number): void {
  for (const user of state.users.behind(server)) {
    user.doubted = true;
    state.reach.of(server).graceUntil = until;
  }
}

/** When {@linkcode forgetUnreachable} has something to do at the earliest, Unix ms. */
export function nextLoss(state: ServerState): number {
  let next = Infinity;
  for (const [, heard] of state.reach.all()) {
    next = Math.min(next, heard.graceUntil, silentAt(state, heard));
  }
  return next;
}

/**
 * When a server that is heard over others counts as silent: ours announce themselves again and again, and
 * tell of whom they are linked to, so of a server that lives something is heard. Of what lies behind a
 * server of another team nobody tells. Whether a server that is linked lives, its link tells (§8.4).
 */
function silentAt(state: ServerState, { via, heardAt, direct }: Heard): number {
  if (via === undefined || direct || state.links.get(via)?.gossips !== true) return Infinity;
  return heardAt + LINK_DEAD_MS;
}

/**
 * The servers that are silent cannot be reached, and the users of those that stayed out of reach, or did
 * not speak of them again, are gone (§8.4).
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function forgetUnreachable(state: ServerState, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const [server, heard] of state.reach.all()) {
    if (silentAt(state, heard) <= now) lost(state, server, now);
    if (heard.graceUntil > now) continue;
    heard.graceUntil = Infinity;
    const isReached = nextHop(state, server) !== undefined;
    for (const user of [...state.users.behind(server)]) {
      if (isReached && !user.doubted) continue;
      effects.push(...removeRemote(state, user.id, server, now));
    }
  }
  return effects;
}

/** The link that has replaced one, if one has. */
function standing(state: ServerState, link: LinkEntry): LinkEntry {
  const { session } = link;
  return session.phase === "server" ? state.links.server(session.peer) ?? link : link;
}
