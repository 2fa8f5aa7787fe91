import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { OutgoingMessage } from "../../lib/client/outgoing.ts";
import { scene } from "../support/world.ts";

scene("a client hears who welcomes it, who is here, and that this is all", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const alice = await world.person("alice", london);
  assertEquals(alice.events.map(({ kind }) => kind), ["connected", "presence", "ready"]);
  assertEquals(alice.of("presence").map(({ initial }) => initial), [true]);
  assertEquals(alice.of("connected")[0]?.firstSight, true);
});

scene("a lost connection is told of and mends", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  world.network.cut("alice", "london");
  await world.settle();
  assertEquals(alice.of("disconnected").length, 1);
  assertEquals(bob.sees, []);
  await world.advance(60_000);
  assertEquals(alice.of("ready").length, 2);
  assertEquals([alice.sees, bob.sees], [["bob"], ["alice"]]);
  assertEquals(alice.of("connected")[1]?.firstSight, false);
});

scene("what was typed without a connection goes out in order, once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  world.network.cut("alice", "london");
  const texts = ["one", "two", "three"];
  const messages: OutgoingMessage[] = [];
  for (const text of texts) messages.push(await alice.says(text, bob));
  assertEquals(messages.map(({ state }) => state), ["sending", "sending", "sending"]);
  await world.advance(60_000);
  assertEquals(messages.map(({ state }) => state), ["taken", "taken", "taken"]);
  assertEquals(bob.heard, texts.map((text) => `alice: ${text}`));
});

scene("what was sent but not answered before the break arrives exactly once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  // The message gets through; its confirmation does not.
  world.network.part("london", "paris");
  const message = await alice.says("hi", bob);
  world.network.cut("alice", "london");
  world.network.heal("london", "paris");
  await world.settle();
  assertEquals([message.state, bob.heard], ["sending", ["alice: hi"]]);
  await world.advance(60_000);
  assertEquals([message.state, bob.heard], ["taken", ["alice: hi"]]);
});

scene("an id that the server still believes in use after a break is tried again", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  world.network.part("alice", "london");
  const message = await alice.says("hi", bob);
  await world.advance(26_000);
  assertEquals(alice.of("disconnected").length >= 1, true);
  world.network.heal("alice", "london");
  await world.advance(120_000);
  assertEquals(alice.of("gaveUp"), []);
  assertEquals(london.presence, ["alice at london", "bob at london"]);
  assertEquals([message.state, bob.heard], ["taken", ["alice: hi"]]);
});

scene("an id that is in use is told at once and not tried again", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const twin = world.twin(alice);
  await twin.enters(london);
  await world.advance(60_000);
  assertEquals(twin.events.map(({ kind }) => kind), ["gaveUp"]);
  assertStringIncludes(twin.of("gaveUp")[0]?.reason ?? "", "NAME_IN_USE");
  assertEquals(alice.of("disconnected"), []);
});

scene("a message to somebody never seen fails with a reason", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const nobody = await world.stranger("nobody");
  const message = await alice.says("hi", nobody);
  assertEquals(message.state, "failed");
  assertStringIncludes(message.why ?? "", "no key is known");
});

scene("another key for somebody blocks sending until it is trusted", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  await bob.says("hi", alice);
  await alice.says("hi", bob);
  // Another server, which never knew the old key, shows another one for the same id.
  const impostor = world.twin(bob, await world.crypto.generateKeyPair());
  await impostor.enters(paris);
  await alice.moves(paris);
  assertEquals(alice.of("keyChanged").length, 1);
  const blocked = await alice.says("is it you?", bob);
  assertEquals(blocked.state, "failed");
  assertStringIncludes(blocked.why ?? "", "key of this person has changed");
  await impostor.says("trust me", alice);
  assertEquals(alice.heard, ["bob: hi"]);
  assertEquals(alice.of("refused").length, 1);
  const trusted = alice.client.trust(bob.id);
  await world.settle();
  assertEquals(typeof await trusted, "string");
  const sent = await alice.says("welcome", bob);
  assertEquals([sent.state, impostor.heard], ["taken", ["alice: welcome"]]);
});

scene("a server with another key than pinned is not spoken to", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  await london.close();
  const thief = await world.closedServer("london", { id: london.id });
  await thief.open();
  await world.advance(60_000);
  assertEquals(alice.client.server, undefined);
  assertEquals(thief.node.state.users.registration(alice.id)?.proven, false);
  assertEquals(alice.of("ready").length, 1);
});

scene("whoever leaves says so, and nobody dials again", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  await alice.leaves();
  assertEquals(london.presence, []);
  const before = world.network.sent.length;
  await world.advance(600_000);
  assertEquals(world.network.sent.length, before);
});
