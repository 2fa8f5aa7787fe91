import { assertEquals } from "@std/assert";
import { MAX_ADDED, MAX_WRAPS } from "../../../lib/protocol/messages/channel.ts";
import {
  askForKey,
  channelDue,
  keepShare,
  nextChannelDue,
  welcomeToChannel,
} from "../../../lib/server/channel.ts";
import { removeLocal } from "../../../lib/server/gossip.ts";
import { TOGETHER_MS } from "../../../lib/server/tables/key_needs.ts";
import { idOf } from "../../contract/store_contract.ts";
import { ALICE, BLOCK, BOB, NOW, THERE } from "../protocol/examples.ts";
import {
  alice,
  bob,
  carol,
  digest,
  frames,
  key,
  named,
  register,
  setUp,
  share,
} from "./key_holders.ts";
import { keyOf } from "./small_server.ts";

Deno.test("a server that nobody needs anything of has nothing to say, ever", () => {
  const { state } = setUp();
  assertEquals([nextChannelDue(state), channelDue(state, NOW)], [Infinity, []]);
});

Deno.test("who needs the key is named to all servers and all local users, in one frame", () => {
  const { state, there, links } = setUp();
  askForKey(state, alice, NOW);
  welcomeToChannel(state, links.bob, bob, NOW);
  assertEquals(nextChannelDue(state), NOW + TOGETHER_MS);
  const effects = channelDue(state, NOW + TOGETHER_MS);
  assertEquals(named(effects), [[ALICE, BOB]]);
  const [add] = frames(effects, "PUBLIC_CHANNEL_ADD");
  assertEquals(add?.links, [there.id, links.alice.id, links.bob.id]);
  assertEquals([add?.frame.payload["if_version"], add?.frame.to], [1, "*"]);
});

Deno.test("a crowd is named in as many frames as it takes", () => {
  const { server, state } = setUp();
  for (let number = 0; number <= MAX_ADDED; number += 1) {
    server.localUser(idOf(number), keyOf(5));
    askForKey(state, idOf(number), NOW);
  }
  const sizes = named(channelDue(state, NOW + TOGETHER_MS))
    .map((add) => Array.isArray(add) && add.length);
  assertEquals(sizes, [MAX_ADDED, 1]);
});

Deno.test("who has left, or is elsewhere now, is not named", () => {
  const { server, state } = setUp();
  askForKey(state, alice, NOW);
  askForKey(state, bob, NOW);
  removeLocal(state, alice, NOW);
  server.remoteUser(BOB, THERE);
  assertEquals(named(channelDue(state, NOW + TOGETHER_MS)), []);
});

Deno.test("a share is kept for whoever is registered here, in one fact, and told of with its wraps", () => {
  const { state, there, links } = setUp();
  const one = share(key(1, "a"), alice, bob, carol);
  const [fact, ...others] = keepShare(state, one, NOW);
  assertEquals(others, []);
  assertEquals(fact?.kind === "persist" && fact.fact, {
    kind: "share",
    share: {
      messageRef: one.messageRef,
      payload: one.payload,
      wraps: [{ member: alice, wrappedKey: BLOCK }, { member: bob, wrappedKey: BLOCK }],
    },
  });
  const [told, ...more] = channelDue(state, NOW + TOGETHER_MS);
  assertEquals(more, []);
  if (told?.kind !== "send") throw new TypeError("nothing was told");
  assertEquals(told.links, [there.id, links.alice.id, links.bob.id]);
  const { version, wraps } = told.frame.payload;
  const wrap = { wrapped_key: BLOCK, epoch: 1, channel_pub: digest("a") };
  assertEquals([version, wraps], [3, [{ member_id: ALICE, ...wrap }, { member_id: BOB, ...wrap }]]);
});

Deno.test("of a share for nobody here nothing is kept or told", () => {
  const { state } = setUp();
  assertEquals(keepShare(state, share(key(1, "a"), carol), NOW), []);
  assertEquals(nextChannelDue(state), Infinity);
});

Deno.test("many wraps are told of in as many frames as it takes", () => {
  const { server, state } = setUp();
  const many = Array.from({ length: MAX_WRAPS + 1 }, (_, number) => idOf(number));
  for (const userId of many) register(server, userId);
  keepShare(state, share(key(1, "a"), ...many), NOW);
  const told = frames(channelDue(state, NOW + TOGETHER_MS), "PUBLIC_CHANNEL_UPDATED");
  assertEquals(told.length, 2);
});

Deno.test("who comes gets what is kept, as it was signed", () => {
  const { state, links } = setUp();
  assertEquals(welcomeToChannel(state, links.alice, alice, NOW), []);
  const one = share(key(1, "a"), alice);
  keepShare(state, one, NOW);
  const [effect] = welcomeToChannel(state, links.alice, alice, NOW);
  if (effect?.kind !== "send") throw new TypeError("nothing was given");
  const { type: _type, ts: _ts, origin: _origin, ...signed } = effect.frame.payload;
  assertEquals([effect.links, signed], [[links.alice.id], one.payload]);
});
