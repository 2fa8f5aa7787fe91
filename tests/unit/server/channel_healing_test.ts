import { assertEquals } from "@std/assert";
import type { ChannelKeyName } from "../../../lib/protocol/channel_key.ts";
import { channelDue, keepShare, nextChannelDue } from "../../../lib/server/channel.ts";
import {
  askForThoseBehind,
  bestKeyHere,
  keyAnnounced,
} from "../../../lib/server/channel_healing.ts";
import type { ServerState } from "../../../lib/server/state.ts";
import { HEARTBEAT_MS } from "../../../lib/protocol/limits.ts";
import { removeLocal } from "../../../lib/server/gossip.ts";
import { ASKED_AGAIN_MS, TOGETHER_MS } from "../../../lib/server/tables/key_needs.ts";
import { ALICE, BOB, NOW } from "../protocol/examples.ts";
import { alice, bob, carol, key, named, register, setUp, share } from "./key_holders.ts";
import { CAROL, keyOf, type SmallServer } from "./small_server.ts";

Deno.test("the best key is the one that wins among those of the users who are connected", () => {
  const { state } = setUp();
  assertEquals(bestKeyHere(state), undefined);
  keepShare(state, share(key(1, "b"), alice), NOW);
  keepShare(state, share(key(1, "a"), bob), NOW);
  assertEquals(bestKeyHere(state), key(1, "a"));
  removeLocal(state, bob, NOW);
  assertEquals(bestKeyHere(state), key(1, "b"));
});

Deno.test("a key far above the one that most have is not the best (D23)", () => {
  const { server, state } = setUp();
  server.localUser(CAROL, keyOf(5));
  register(server, carol);
  keepShare(state, share(key(1, "a"), alice, bob), NOW);
  keepShare(state, share(key(1_002, "a"), carol), NOW);
  assertEquals(bestKeyHere(state), key(1, "a"));
  keepShare(state, share(key(1_001, "a"), carol), NOW);
  assertEquals(bestKeyHere(state), key(1_001, "a"));
});

/** Another server has said what its best key is, and this one looks who is behind. */
function heard({ state }: SmallServer, announced: ChannelKeyName, now = NOW): unknown[] {
  const { epoch, channelPub } = announced;
  keyAnnounced(state, { channel: { epoch, channel_pub: channelPub } }, now);
  return looks(state, now);
}

/** It is time to look who is behind. */
function looks(state: ServerState, now: number): unknown[] {
  state.keyLag.nextLook = now;
  askForThoseBehind(state, now);
  return named(channelDue(state, now + TOGETHER_MS));
}

Deno.test("who is behind the key that another server has announced is asked for, and nobody else", () => {
  const { server, state } = setUp();
  keepShare(state, share(key(2, "a"), alice), NOW);
  keepShare(state, share(key(1, "a"), bob), NOW);
  assertEquals(heard(server, key(1, "a")), [[BOB]], "behind a key of this very server");
  keepShare(state, share(key(2, "a"), bob), NOW);
  assertEquals(heard(server, key(2, "b"), NOW + ASKED_AGAIN_MS), [], "theirs are behind");
  assertEquals(heard(server, key(3, "z"), NOW + ASKED_AGAIN_MS), [[ALICE, BOB]]);
  assertEquals(heard(server, key(3, "z"), NOW + 2 * ASKED_AGAIN_MS), [], "not so soon again");
});

Deno.test("what a server announces far above the best here is nothing (D23)", () => {
  const { server, state } = setUp();
  keepShare(state, share(key(5, "a"), alice, bob), NOW);
  assertEquals(heard(server, key(1_006, "a")), []);
  assertEquals(heard(server, key(1_005, "a")), [[ALICE, BOB]]);
});

Deno.test("what was announced once and is not said again is forgotten", () => {
  const { server, state } = setUp();
  keepShare(state, share(key(1, "a"), alice, bob), NOW);
  assertEquals(heard(server, key(2, "a")), [[ALICE, BOB]]);
  keyAnnounced(state, {}, NOW);
  assertEquals(looks(state, NOW + 1_000_000), []);
  assertEquals(nextChannelDue(state), Infinity);
});

Deno.test("where nobody has a key nobody is asked for, until one is announced", () => {
  const { server, state } = setUp();
  assertEquals(looks(state, NOW), []);
  assertEquals(nextChannelDue(state), Infinity);
  assertEquals(heard(server, key(7_000, "a")), [[ALICE, BOB]]);
});

Deno.test("who is behind a key of the same server is asked for, with nobody else to announce it", () => {
  const { state } = setUp();
  keepShare(state, share(key(1, "b"), alice, bob), NOW);
  keepShare(state, share(key(1, "a"), alice), NOW + 1_000);
  channelDue(state, NOW + 2_000);
  const look = NOW + HEARTBEAT_MS;
  assertEquals(nextChannelDue(state), look, "those who have it are given time to share it");
  askForThoseBehind(state, look);
  assertEquals(named(channelDue(state, look + TOGETHER_MS)), [[BOB]]);
  assertEquals(nextChannelDue(state), look + HEARTBEAT_MS, "it may be lost");
  keepShare(state, share(key(1, "a"), bob), look + 1_000);
  channelDue(state, look + 2_000);
  askForThoseBehind(state, look + HEARTBEAT_MS);
  assertEquals(nextChannelDue(state), Infinity);
});
