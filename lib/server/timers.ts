/**
 * What a server does because time has passed.
 *
 * @module
 */

import { CLOSE } from "../link/transport.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { DELIVERY_MS, FIRST_FRAME_MS, HEARTBEAT_MS, LINK_DEAD_MS } from "../protocol/limits.ts";
import type { Id } from "../protocol/ids.ts";
import { close, type Effect, type LinkId, send } from "./effects.ts";
import { announceDue, nextAnnouncing } from "./announce.ts";
import { channelDue, nextChannelDue } from "./channel.ts";
import { askForThoseBehind } from "./channel_healing.ts";
import { failDelivery } from "./handlers/direct.ts";
import { askWhoIsThere } from "./mesh_link.ts";
import { persisted } from "./pinning.ts";
import { forgetUnreachable, hasSpoken, nextLoss } from "./reachability.ts";
import { failWaiting } from "./passage.ts";
import { seek } from "./questions.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/**
 * Does what is due.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function tick(state: ServerState, now: number): Effect[] {
  askForThoseBehind(state, now);
  return [
    ...cutSilent(state, now),
    ...endReplaced(state, now),
    ...keepAlive(state, now),
    ...forgetUnreachable(state, now),
    ...announceDue(state, now),
    ...channelDue(state, now),
    ...askForStrangers(state, now),
    ...failWaiting(state, now),
    ...failUnconfirmed(state, now),
    ...giveUpDialling(state, now),
    ...state.planner.due(now, isLinkedIn(state))
      .map((target): Effect => ({ kind: "dial", target })),
  ];
}

/**
 * When {@linkcode tick} has something to do at the earliest. Links of users have no deadline once they
 * are in, so this looks at few things however many users there are.
 *
 * @param state The server.
 * @returns Unix ms; infinity for never.
 */
export function nextDeadline(state: ServerState): number {
  let next = Math.min(
    state.deliveries.nextDeadline,
    state.waiting.nextDeadline,
    state.strangers.nextDeadline,
    nextAnnouncing(state),
    nextChannelDue(state),
    nextLoss(state),
  );
  for (const { deadline } of state.links.expected()) next = Math.min(next, deadline);
  for (const { deadline } of state.links.replaced()) next = Math.min(next, deadline);
  for (const { nextHeartbeat, lastHeard } of state.links.serverEntries()) {
    next = Math.min(next, nextHeartbeat, lastHeard + LINK_DEAD_MS);
  }
  return Math.min(next, state.planner.nextDeadline(isLinkedIn(state)));
}

/** Who does not say what is expected is told so and sent away (§6, D19, §8.1). */
function cutSilent(state: ServerState, now: number): Effect[] {
  const effects: Effect[] = [];
  for (const link of [...state.links.expected()]) {
    if (link.deadline > now) continue;
    link.deadline = Infinity;
    link.dialBack = undefined;
    const detail = WHAT_WAS_EXPECTED[link.session.phase] ?? "nothing was said in time";
    const peer = "peer" in link.session ? link.session.peer : undefined;
    const error = new ProtocolError("TIMEOUT", detail);
    state.log("info", "cut a silent link", { ...state.about(link), detail });
    effects.push(...state.refusal([link.id], peer ?? "*", error, now));
    effects.push(close(link.id, CLOSE.policy, `TIMEOUT: ${detail}`));
  }
  return effects;
}

const WHAT_WAS_EXPECTED: Partial<Record<LinkEntry["session"]["phase"], string>> = {
  opening: `no first frame within ${FIRST_FRAME_MS / 1000} s: expected USER_HELLO, ` +
    "SERVER_HELLO_JOIN or SERVER_ANNOUNCE",
  proving: "no USER_PROOF came in time: this user id has given proof before (D19)",
  joining: "no SERVER_ANNOUNCE, or no proof of the key, came in time (D12)",
  helloSent: "no SERVER_WELCOME came in time",
};

/** Exactly one link stays between two servers (§8.1). */
function endReplaced(state: ServerState, now: number): Effect[] {
  return [...state.links.replaced()].filter(({ deadline }) => deadline <= now).map((link) => {
    link.deadline = Infinity;
    return close(link.id, CLOSE.normal, "a newer link to this server stands");
  });
}

/** Heartbeats to all servers that are due for one; whoever was silent too long is dead (§8.4). */
function keepAlive(state: ServerState, now: number): Effect[] {
  const effects: Effect[] = [];
  const due: LinkId[] = [];
  for (const link of state.links.serverEntries()) {
    if (now - link.lastHeard >= LINK_DEAD_MS) {
      const reason = `nothing heard for ${LINK_DEAD_MS / 1000} s`;
      state.log("warn", "a server link is dead", { ...state.about(link), reason });
      effects.push(close(link.id, CLOSE.normal, reason));
    } else if (link.nextHeartbeat <= now) {
      link.nextHeartbeat = now + HEARTBEAT_MS;
      due.push(link.id);
      const { session } = link;
      if (session.phase === "server" && hasSpoken(link)) state.planner.stable(session.peer);
    }
  }
  const heartbeat = { type: "HEARTBEAT", from: state.id, to: "*", ts: now, payload: {} } as const;
  return [...effects, ...send(due, heartbeat)];
}

/**
 * Whose key the first peer did not tell is asked for everywhere else it was heard of, and of the first in
 * the way that every team's server understands (§8.1).
 */
function askForStrangers(state: ServerState, now: number): Effect[] {
  if (state.strangers.nextDeadline > now) return [];
  const due = state.strangers.due(now);
  if (state.strangers.giveUp(now)) state.knowledge += 1;
  return due.flatMap(({ id, links }) =>
    links.flatMap((name, number) => {
      const link = state.links.get(name);
      if (link?.session.phase !== "server") return [];
      return number > 0 && link.gossips
        ? seek(state, link, id, now)
        : askWhoIsThere(state, link, now);
    })
  );
}

/** Servers of which nothing was heard for a day are not dialled any more, after a restart neither. */
function giveUpDialling(state: ServerState, now: number): Effect[] {
  return state.planner.giveUp(now, isLinkedIn(state)).flatMap((id) => {
    const known = state.servers.get(id);
    if (known === undefined) return [];
    state.servers.set({ ...known, dialled: false });
    state.log("info", "a server was silent for a day: not dialled until it is heard of again", {
      server: id,
    });
    return state.servers.isKept(id) ? persisted(state, id) : [];
  });
}

/** Nobody said that a message arrived, and nobody said that it did not (D21). */
function failUnconfirmed(state: ServerState, now: number): Effect[] {
  return state.deliveries.expired(now).flatMap((delivery) => {
    const detail = `the server of ${delivery.recipient} did not confirm within ` +
      `${DELIVERY_MS / 1000} s: the message may or may not have arrived`;
    return failDelivery(state, delivery, { code: "TIMEOUT", detail }, now);
  });
}

function isLinkedIn({ links }: ServerState): (server: Id) => boolean {
  return (server) => links.server(server) !== undefined;
}
