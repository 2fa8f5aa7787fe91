import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileWordText } from "../../lib/client/file_control.ts";
import { channelKeyOf } from "../../lib/e2ee/channel_key.ts";
import { assertArrived, offerTo, SLOW_WIRES } from "../support/file_scenes.ts";
import { MemorySource, someBytes } from "../support/memory_files.ts";
import type { Person } from "../support/person.ts";
import { scene, type World } from "../support/world.ts";

/** Alice, and three others on two servers; all of them hold a key of the channel. */
async function four(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(2_000);
  const key = await channelKeyOf(world.crypto, 1, await world.crypto.generateKeyPair());
  const people: Person[] = [];
  for (
    const [name, server] of [["alice", london], ["bob", paris], ["carol", paris], [
      "dave",
      london,
    ]] as const
  ) {
    const person = await world.stranger(name);
    person.keyring.take(key);
    await person.enters(server);
    people.push(person);
  }
  await world.advance(2_000);
  const [alice, bob, carol, dave] = people;
  assert(alice && bob && carol && dave);
  return { alice, bob, carol, dave, london, paris };
}

scene("a file for everybody goes to everybody who accepts, and to nobody else", async (world) => {
  const { alice, bob, carol, dave } = await four(world);
  const source = new MemorySource(someBytes(300_000));
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  assertEquals([sent.state, sent.to, offerTo(dave).to], ["offered", "public", "public"]);
  for (const person of [bob, carol]) person.client.accept(offerTo(person));
  dave.client.reject(offerTo(dave));
  await world.advance(30_000);
  for (const person of [bob, carol]) assertArrived(person, source);
  assertEquals(sent.state, "done");
  assertEquals(sent.takers, { accepted: 2, complete: 2 });
  assertEquals(dave.landing.sinks, []);
}, SLOW_WIRES);

scene("whoever comes late to a public file gets it after the others", async (world) => {
  const { alice, bob, carol, dave } = await four(world);
  const source = new MemorySource(someBytes(2_000_000));
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  for (const person of [bob, carol]) person.client.accept(offerTo(person));
  await world.advance(400);
  dave.client.accept(offerTo(dave));
  await world.advance(200);
  assertEquals(sent.takers, { accepted: 3, complete: 0 });
  assertEquals(offerTo(dave).done, 0);
  await world.advance(60_000);
  for (const person of [bob, carol, dave]) assertArrived(person, source);
  assertEquals([sent.state, sent.takers], ["done", { accepted: 3, complete: 3 }]);
  // The offer stands: who changes their mind a minute later is served too.
  assertEquals(source.closed, 0);
  alice.client.cancel(sent);
  assertEquals([sent.state, source.closed >= 1], ["done", true]);
}, SLOW_WIRES);

scene("one who stalls holds the others up for a minute, not for ever", async (world) => {
  const { alice, bob, carol, dave } = await four(world);
  const source = new MemorySource(someBytes(800_000));
  carol.landing.beforeWrite = () => new Promise(() => {});
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  carol.client.accept(offerTo(carol));
  await world.advance(1_000);
  for (const person of [bob, dave]) person.client.accept(offerTo(person));
  await world.advance(20_000);
  assertEquals([sent.state, sent.done, offerTo(bob).done], ["running", 0, 0]);
  await world.advance(180_000);
  for (const person of [bob, dave]) assertArrived(person, source);
  assertEquals(sent.state, "done");
  assertEquals(offerTo(carol).state, "failed");
  assertEquals(sent.takers, { accepted: 2, complete: 2 });
}, SLOW_WIRES);

scene(
  "when the only one who took it stays away, it is offered again and waits for nobody",
  async (world) => {
    const { alice, bob, carol } = await four(world);
    const source = new MemorySource(someBytes(2_000_000));
    const sent = alice.client.offer("public", source);
    await world.advance(1_000);
    bob.client.accept(offerTo(bob));
    await world.advance(400);
    world.network.forbid("bob", "paris");
    world.network.cutOff("bob");
    await world.advance(60_000);
    assertEquals([sent.state, sent.why], ["paused", "bob is not online"]);
    await world.advance(600_000);
    assertEquals([sent.state, sent.why, sent.takers.accepted], ["offered", undefined, 0]);
    carol.client.accept(offerTo(carol));
    await world.advance(60_000);
    assertArrived(carol, source);
  },
  SLOW_WIRES,
);

scene("whoever is slower than those a run is for gets the rest in the next", async (world) => {
  const { alice, bob, carol } = await four(world);
  const source = new MemorySource(someBytes(1_000_000));
  const slowly = Promise.withResolvers<void>();
  carol.landing.beforeWrite = () => slowly.promise;
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  for (const person of [bob, carol]) person.client.accept(offerTo(person));
  await world.advance(20_000);
  assertEquals([offerTo(bob).state, offerTo(carol).state], ["done", "running"]);
  slowly.resolve();
  await world.advance(60_000);
  for (const person of [bob, carol]) assertArrived(person, source);
  assertEquals([sent.state, sent.takers], ["done", { accepted: 2, complete: 2 }]);
}, SLOW_WIRES);

scene("one of several who is cut off gets the rest in a run of its own", async (world) => {
  const { alice, bob, carol, dave } = await four(world);
  const source = new MemorySource(someBytes(2_000_000));
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  for (const person of [bob, carol, dave]) person.client.accept(offerTo(person));
  await world.advance(400);
  world.network.cutOff("carol");
  await world.advance(120_000);
  for (const person of [bob, carol, dave]) assertArrived(person, source);
  assertEquals([sent.state, sent.takers], ["done", { accepted: 3, complete: 3 }]);
}, SLOW_WIRES);

scene("a file for everybody waits for a key of the channel", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  const source = new MemorySource(someBytes(1_000));
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  assertEquals([sent.state, sent.why], ["paused", "nobody has shared a channel key yet"]);
  await world.advance(10_000);
  assertEquals([sent.state, sent.why], ["offered", undefined]);
  bob.client.accept(offerTo(bob));
  await world.advance(5_000);
  assertArrived(bob, source);
}, SLOW_WIRES);

scene("one who only says again and again what they have holds nobody up", async (world) => {
  const { alice, bob, london } = await four(world);
  const mallory = await world.rawUser("mallory", london);
  await mallory.sends(mallory.hello({ meta: { extras: { files: true } } }));
  const source = new MemorySource(someBytes(800_000));
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  const start = world.network.sent.findLast(({ from, text }) =>
    from === "alice" && text.includes('"FILE_START"')
  );
  const file_id: string = JSON.parse(start?.text ?? "").payload.file_id;
  const says = async (say: "accept" | "have") => {
    const text = fileWordText({ file_id, say, have: 0 });
    await mallory.sends(await mallory.direct(alice, text));
  };
  await says("accept");
  await world.advance(1_000);
  bob.client.accept(offerTo(bob));
  for (let i = 0; i < 6; i++) {
    await world.advance(20_000);
    await says("have");
  }
  assertArrived(bob, source);
  assertEquals([sent.state, sent.takers], ["done", { accepted: 1, complete: 1 }]);
});

scene("whoever is far ahead of those a run is for is waited for, not given up", async (world) => {
  const { alice, bob, carol, dave } = await four(world);
  const source = new MemorySource(someBytes(3_000_000));
  const takes = (person: Person, ms: number) => {
    person.landing.beforeWrite = () =>
      new Promise((write) => void world.clock.at(world.clock.now() + ms, write));
    person.client.accept(offerTo(person));
  };
  const sent = alice.client.offer("public", source);
  await world.advance(1_000);
  takes(bob, 1);
  takes(dave, 400);
  await world.advance(40_000);
  world.network.cutOff("bob");
  takes(carol, 1_000);
  await world.advance(300_000);
  for (const person of [bob, carol, dave]) assertArrived(person, source);
  assertEquals([sent.state, sent.takers], ["done", { accepted: 3, complete: 3 }]);
}, SLOW_WIRES);

scene("a program that answers an offer with a mistake does not end by it", async (world) => {
  const { alice, bob } = await four(world);
  bob.client.listen(({ kind }) => {
    if (kind === "file") throw new TypeError("a mistake of the program");
  });
  alice.client.offer("public", new MemorySource(someBytes(10)));
  await world.advance(1_000);
  assertStringIncludes(JSON.stringify(bob.log.splice(0)), "a mistake of the program");
}, SLOW_WIRES);
