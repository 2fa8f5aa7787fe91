/**
 * What a server does for the key of the public channel (§9.3, D23): it says who needs the key, hands out what
 * it has kept, tells who has got it. The key itself it never sees.
 *
 * @module
 */

import { type ChannelKeyName, winsOver } from "../protocol/channel_key.ts";
import type { UnsignedFrame } from "../protocol/envelope.ts";
import type { Id } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { MAX_ADDED } from "../protocol/messages/channel.ts";
import { type Effect, persist, send } from "./effects.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import type { FreshWrap } from "./tables/fresh_wraps.ts";
import { ARRIVED_AGAIN_MS, ASKED_AGAIN_MS } from "./tables/key_needs.ts";
import type { SignedShare } from "./tables/key_shares.ts";

/**
 * A user has come: is given the share that is kept for it, and is named to those who may have a newer key.
 *
 * @param state The server.
 * @param link The user's link.
 * @param user Who has come.
 * @param now Unix ms.
 */
export function welcomeToChannel(
  state: ServerState,
  link: LinkEntry,
  user: Id,
  now: number,
): Effect[] {
  state.keyNeeds.add(user, ARRIVED_AGAIN_MS, now);
  const held = state.keyShares.of(user);
  if (held === undefined) return [];
  return send([link.id], shareFrame(state, held.share.payload, now));
}

/**
 * A local user lacks the key, or has one that others do not use any more: is named to everybody soon.
 *
 * @param state The server.
 * @param user Who.
 * @param now Unix ms.
 */
export function askForKey(state: ServerState, user: Id, now: number): void {
  state.keyNeeds.add(user, ASKED_AGAIN_MS, now);
}

/**
 * Shares as this server says them: as they were signed, under its own name (D23).
 *
 * @param state The server.
 * @param payload What was signed, and nothing else: this server signs it, and nobody is to have it sign what
 *   would pass as another frame (D9).
 * @param now Unix ms.
 */
export function shareFrame(state: ServerState, payload: JsonObject, now: number): UnsignedFrame {
  return state.author("PUBLIC_CHANNEL_KEY_SHARE", "*", payload, state.stamp(now));
}

/**
 * Keeps a share for those of its members who are registered here. All of it is one fact, so one frame makes
 * the database write once.
 *
 * @param state The server.
 * @param share The share, verified.
 * @param now Unix ms.
 */
export function keepShare(state: ServerState, share: SignedShare, now: number): Effect[] {
  const before = new Map<Id, ChannelKeyName | undefined>();
  for (const member of share.wraps.keys()) {
    if (state.users.registration(member) === undefined) continue;
    before.set(member, state.keyShares.of(member)?.key);
  }
  const record = state.keyShares.take(share, before.keys());
  if (record === undefined) return [];
  for (const { member } of record.wraps) {
    const held = state.keyShares.of(member);
    if (held === undefined) continue;
    state.freshWraps.add({ member, wrappedKey: held.wrappedKey, key: held.key }, now);
    if (held.key !== undefined && winsOver(held.key, before.get(member))) {
      state.keyLag.delete(member);
    }
  }
  state.keyLag.lookSoon(now);
  return [persist({ kind: "share", share: record })];
}

/** When {@linkcode channelDue} has something to do at the earliest, Unix ms. */
export function nextChannelDue({ keyLag, keyNeeds, freshWraps }: ServerState): number {
  return Math.min(keyLag.nextLook, keyNeeds.nextDeadline, freshWraps.nextDeadline);
}

/**
 * Tells everybody what is due: who needs the key, and who has got it.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function channelDue(state: ServerState, now: number): Effect[] {
  return [...nameNeedy(state, now), ...tellWraps(state, now)];
}

function nameNeedy(state: ServerState, now: number): Effect[] {
  // Who has left meanwhile needs nothing.
  const users = state.keyNeeds.take(now).filter((id) => state.users.get(id)?.at === "local");
  const effects: Effect[] = [];
  for (let first = 0; first < users.length; first += MAX_ADDED) {
    const add = users.slice(first, first + MAX_ADDED);
    const payload = { add, if_version: state.keyShares.version };
    const frame = state.author("PUBLIC_CHANNEL_ADD", "*", payload, state.stamp(now));
    effects.push(...send([...state.links.servers(), ...state.links.users()], frame));
  }
  return effects;
}

function tellWraps(state: ServerState, now: number): Effect[] {
  return state.freshWraps.take(now).flatMap((wraps) => {
    const payload = { version: state.keyShares.version, wraps: wraps.map(spelled) };
    const frame = state.author("PUBLIC_CHANNEL_UPDATED", "*", payload, state.stamp(now));
    return send([...state.links.servers(), ...state.links.users()], frame);
  });
}

function spelled({ member, wrappedKey, key }: FreshWrap): JsonObject {
  return {
    member_id: member,
    wrapped_key: wrappedKey,
    ...(key === undefined ? {} : { epoch: key.epoch, channel_pub: key.channelPub }),
  };
}
