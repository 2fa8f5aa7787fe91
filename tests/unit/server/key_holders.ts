/**
 * A server with two users who have keys of the public channel, for tests of what becomes of those.
 *
 * @module
 */

import type { ChannelKeyName } from "../../../lib/protocol/channel_key.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import { type SignedShare, wrapsOf } from "../../../lib/server/tables/key_shares.ts";
import { idOf } from "../../contract/store_contract.ts";
import { ALICE, BLOCK, BOB, THERE } from "../protocol/examples.ts";
import { CAROL, id, keyOf, SmallServer } from "./small_server.ts";

/** Their ids, and that of somebody who is not here. */
export const [alice, bob, carol] = [id(ALICE), id(BOB), id(CAROL)];
/** A digest that differs with a letter. */
export const digest = (letter: string) => `${letter.repeat(42)}A`;
/** The name of a key. */
export const key = (epoch: number, letter: string): ChannelKeyName => ({
  epoch,
  channelPub: digest(letter),
});

/** Alice and Bob are here and registered; another server is linked. */
export function setUp() {
  const server = new SmallServer();
  const { state } = server;
  const there = server.server(THERE, keyOf(1));
  const links = { alice: server.localUser(ALICE, keyOf(2)), bob: server.localUser(BOB, keyOf(3)) };
  for (const userId of [alice, bob]) register(server, userId);
  return { server, state, there, links };
}

/** Somebody is registered at a server. */
export function register({ state }: SmallServer, userId: Id): void {
  state.users.register({ userId, pubkey: keyOf(2), meta: {}, version: 1, proven: false });
}

let shared = 0;

/** A share of a key, each by somebody else: so each counts. */
export function share({ epoch, channelPub }: ChannelKeyName, ...members: Id[]): SignedShare {
  const shares = members.map((member) => ({
    member,
    wrapped_public_channel_key: BLOCK,
    epoch,
    channel_pub: channelPub,
  }));
  const payload = { shares, creator: CAROL, creator_pub: keyOf(4), content_sig: BLOCK };
  const creator = idOf(++shared);
  return { messageRef: `share ${shared}`, creator, payload, size: 9, wraps: wrapsOf({ shares }) };
}

/** The frames of a type that are sent, and to whom. */
export const frames = (effects: Effect[], type: string) =>
  effects.flatMap((effect) => effect.kind === "send" && effect.frame.type === type ? [effect] : []);
/** Who is named as needing the key, frame by frame. */
export const named = (effects: Effect[]) =>
  frames(effects, "PUBLIC_CHANNEL_ADD").map(({ frame }) => frame.payload["add"]);
