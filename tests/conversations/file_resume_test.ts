import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FileError } from "../../lib/client/file_ports.ts";
import {
  assertArrived,
  begins,
  midway,
  offerTo,
  SLOW_WIRES,
  twoCities,
} from "../support/file_scenes.ts";
import { MemorySource, someBytes } from "../support/memory_files.ts";
import { Person } from "../support/person.ts";
import { scene, type World } from "../support/world.ts";

/** The indexes of the chunks that somebody sends from now on. */
function chunksOf(world: World, name: string): number[] {
  const indexes: number[] = [];
  world.network.watch = ({ from, text }) => {
    if (from !== name || !text.includes('"FILE_CHUNK"')) return;
    indexes.push(JSON.parse(text).payload.index);
  };
  return indexes;
}

/** How many offers somebody has sent. */
function offersOf(world: World, name: string): number {
  return world.network.sent.filter(({ from, text }) =>
    from === name && text.includes('"FILE_START"')
  )
    .length;
}

for (const name of ["alice", "bob"]) {
  scene(`a file goes on where it was after ${name}'s connection was lost`, async (world) => {
    const { alice, bob } = await twoCities(world);
    const { sent, offer, source } = await midway(world, alice, bob);
    const { written } = { written: Math.floor(offer.done / 14_272) };
    const again = chunksOf(world, "alice");
    world.network.cutOff(name);
    await world.advance(500);
    assertEquals([sent.state, offer.state], ["paused", "paused"]);
    assertStringIncludes(`${sent.why} ${offer.why}`, "the connection was lost");
    await world.advance(60_000);
    assertEquals([sent.state, offer.state], ["done", "done"]);
    assertArrived(bob, source);
    assert((again[0] ?? 0) >= written, `from ${again[0]} on, of ${written}`);
    assertEquals(offersOf(world, "alice"), 1);
  }, SLOW_WIRES);
}

scene("that a file goes on is told after the connection that it goes on over", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent, offer } = await midway(world, alice, bob);
  world.network.cutOff("bob");
  await world.advance(500);
  assertEquals(offer.state, "paused");
  const before = bob.events.length;
  await world.advance(60_000);
  const news = bob.events.slice(before).map(({ kind }) => kind);
  assert(news.indexOf("ready") < news.indexOf("file"), news.join());
  assertEquals([sent.state, offer.state], ["done", "done"]);
}, SLOW_WIRES);

scene(
  "that a file waits for somebody is told after they have left, and goes on after",
  async (world) => {
    const { alice, bob } = await twoCities(world);
    await midway(world, alice, bob);
    const before = bob.events.length;
    world.network.cutOff("alice");
    await world.advance(60_000);
    const news = bob.events.slice(before).flatMap((event) => {
      if (event.kind === "presence") return [event.person.online ? "is here" : "left"];
      return event.kind === "file" && !event.progress ? [event.transfer.direction] : [];
    });
    assertEquals(news.slice(0, 3), ["left", "in", "is here"], news.join());
  },
  SLOW_WIRES,
);

for (const victim of ["london", "paris"] as const) {
  scene(`a file goes on where it was after ${victim} was killed and came back`, async (world) => {
    const cities = await twoCities(world);
    const { alice, bob } = cities;
    const { sent, offer, source } = await midway(world, alice, bob);
    const before = offer.done;
    const again = chunksOf(world, "alice");
    await cities[victim].crash();
    await world.advance(5_000);
    // The other one hears of it when presence behind a dead link is given up (§8.4).
    const { state, why } = victim === "london" ? sent : offer;
    assertEquals([state, why], ["paused", "the connection was lost"]);
    await cities[victim].open();
    await world.advance(240_000);
    assertEquals([sent.state, offer.state], ["done", "done"]);
    assertArrived(bob, source);
    assert((again.at(-1) ?? 0) > 0 && Math.min(...again) >= Math.floor(before / 14_272));
    assertEquals(offersOf(world, "alice"), 1);
  }, SLOW_WIRES);
}

scene("chunks that a broken link between servers lost are asked for again", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent, offer, source } = await midway(world, alice, bob);
  world.network.cut("london", "paris");
  await world.advance(120_000);
  assertEquals([sent.state, offer.state], ["done", "done"]);
  assertArrived(bob, source);
}, SLOW_WIRES);

scene("a recipient whose client was restarted has to be offered the file again", async (world) => {
  const { alice, bob, paris } = await twoCities(world);
  const { sent, source } = await midway(world, alice, bob);
  const { last } = bob.landing;
  world.network.cutOff("bob");
  await bob.moves(paris);
  await world.advance(60_000);
  assertEquals(sent.state, "failed");
  assert(sent.why?.match(/restarted|has left/), sent.why);
  assertEquals([last.state, source.closed >= 1], ["discarded", true]);
}, SLOW_WIRES);

scene("a sender whose client was restarted has nothing to go on with", async (world) => {
  const { alice, bob, london } = await twoCities(world);
  const { offer } = await midway(world, alice, bob);
  world.network.forbid("alice", "london");
  world.network.cutOff("alice");
  await world.advance(1_000);
  const restarted = new Person(world, "alice again", alice.id, alice.keys);
  await restarted.enters(london);
  await world.advance(60_000);
  assertEquals(offer.state, "failed");
  assertStringIncludes(offer.why ?? "", "alice again does not offer it any more");
  assertEquals(bob.landing.last.state, "discarded");
}, SLOW_WIRES);

scene("a program that is ended in the middle says so", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { offer, source } = await midway(world, alice, bob);
  const left = alice.client.stop();
  await world.advance(5_000);
  await left;
  assertEquals([offer.state, offer.why], ["cancelled", "alice has left"]);
  assertEquals([bob.landing.last.state, source.closed >= 1], ["discarded", true]);
}, SLOW_WIRES);

scene("a recipient that ends its program leaves nothing behind and says so", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent } = await midway(world, alice, bob);
  const left = bob.client.stop();
  await world.advance(5_000);
  await left;
  assertEquals([sent.state, sent.why], ["cancelled", "bob has left"]);
  assertEquals(bob.landing.last.state, "discarded");
}, SLOW_WIRES);

scene("who stays away for ten minutes is not waited for any longer", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent, offer } = await midway(world, alice, bob);
  world.network.forbid("bob", "paris");
  world.network.cutOff("bob");
  await world.advance(11 * 60_000);
  assertEquals([sent.state, sent.why], ["failed", "bob was away for too long"]);
  assertEquals(offer.state, "failed");
  assertStringIncludes(offer.why ?? "", "held up for too long: the connection was lost");
  assertEquals(bob.landing.last.state, "discarded");
}, SLOW_WIRES);

scene("an offer waits for a recipient who is not online, and for a connection", async (world) => {
  const { alice, bob, paris } = await twoCities(world);
  await bob.leaves();
  await world.advance(1_000);
  const source = new MemorySource(someBytes(1000));
  const sent = alice.client.offer(bob.id, source);
  await world.advance(1_000);
  assertEquals([sent.state, sent.why], ["paused", "bob is not online"]);
  world.network.cutOff("alice");
  await world.advance(100);
  await bob.enters(paris);
  await world.advance(60_000);
  assertEquals(sent.state, "offered");
  bob.client.accept(offerTo(bob));
  await world.advance(1_000);
  assertEquals(sent.state, "done");
  assertArrived(bob, source);
}, SLOW_WIRES);

scene("an offer that was lost on the way goes out again and is shown once", async (world) => {
  const { alice, bob } = await twoCities(world);
  world.network.part("bob", "paris");
  const sent = alice.client.offer(bob.id, new MemorySource(someBytes(1000)));
  await world.advance(1_000);
  world.network.dropHeldUp("bob", "paris");
  world.network.heal("bob", "paris");
  await world.advance(60_000);
  assertEquals(bob.client.transfers().length, 1);
  world.network.cutOff("bob");
  await world.advance(60_000);
  assertEquals(bob.client.transfers().length, 1);
  bob.client.accept(offerTo(bob));
  await world.advance(1_000);
  assertEquals(sent.state, "done");
}, SLOW_WIRES);

scene("what is accepted while its sender is away begins when the sender is back", async (world) => {
  const { alice, bob } = await twoCities(world);
  const source = new MemorySource(someBytes(50_000));
  const sent = alice.client.offer(bob.id, source);
  await world.advance(1_000);
  world.network.cutOff("alice");
  await world.advance(200);
  const offer = offerTo(bob);
  bob.client.accept(offer);
  await world.advance(200);
  assertEquals([offer.state, offer.why], ["paused", "alice is not online"]);
  await world.advance(60_000);
  assertEquals([sent.state, offer.state], ["done", "done"]);
  assertArrived(bob, source);
}, SLOW_WIRES);

scene("an offer that nobody answers is forgotten after a day", async (world) => {
  // One server, which has no other one to say every 15 s that it lives.
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  const sent = alice.client.offer(bob.id, new MemorySource(someBytes(1000)));
  await world.settle();
  await world.advance(24 * 60 * 60_000 + 60_000);
  assertEquals([sent.state, offerTo(bob).state], ["failed", "failed"]);
});

scene("a sender that falls silent is asked, and given up in the end", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { offer } = await midway(world, alice, bob);
  world.network.part("alice", "london");
  await world.advance(4 * 30_000 + 11 * 60_000);
  assertEquals(offer.state, "failed");
  assertEquals(bob.landing.last.state, "discarded");
}, SLOW_WIRES);

scene("whoever leaves as soon as a file has failed still says why", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { source, sent, offer } = await midway(world, alice, bob);
  let left: Promise<void> | undefined;
  alice.client.listen((event) => {
    if (event.kind === "file" && sent.state === "failed") left ??= alice.client.stop();
  });
  source.beforeRead = () => {
    throw new FileError("it has changed");
  };
  await world.advance(5_000);
  await left;
  assertEquals([offer.state, bob.landing.last.state], ["failed", "discarded"]);
  assertStringIncludes(offer.why ?? "", "the file changed or disappeared");
}, SLOW_WIRES);

scene("whoever leaves while a file is checked leaves when it is there", async (world) => {
  const { alice, bob } = await twoCities(world);
  const checked = Promise.withResolvers<void>();
  bob.landing.beforeFinish = () => checked.promise;
  const { source, sent } = await begins(world, alice, bob, new MemorySource(someBytes(100)));
  await world.advance(2_000);
  const left = bob.client.stop();
  await world.advance(1_000);
  checked.resolve();
  await world.advance(1_000);
  await left;
  assertArrived(bob, source);
  assertEquals(sent.state, "done");
}, SLOW_WIRES);
