import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
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
import { scene } from "../support/world.ts";

for (const size of [0, 1, 446, 447, 14_272, 14_273, 5_000_000]) {
  scene(`a file of ${size} bytes gets from one server to another as it was`, async (world) => {
    const { alice, bob } = await twoCities(world);
    const source = new MemorySource(someBytes(size), "a file.bin");
    const sent = alice.client.offer(bob.id, source);
    await world.settle();
    const offer = offerTo(bob);
    assertEquals([sent.state, offer.state, offer.name, offer.size], [
      "offered",
      "offered",
      "a file.bin",
      size,
    ]);
    bob.client.accept(offer);
    // Servers let a user's file through at 256 KiB a second (THREATS 17).
    await world.advance(30_000);
    assertEquals([offer.state, sent.state], ["done", "done"]);
    assertEquals([offer.done, sent.done], [size, size]);
    assertEquals(offer.savedAs, "/files/a file.bin");
    assertArrived(bob, source);
    assertEquals(source.closed >= 1, true);
  });
}

scene("whoever does not want a file says so, and nothing of it is sent", async (world) => {
  const { alice, bob } = await twoCities(world);
  const source = new MemorySource(someBytes(1000));
  const sent = alice.client.offer(bob.id, source);
  await world.settle();
  const offer = offerTo(bob);
  bob.client.reject(offer);
  await world.settle();
  assertEquals([offer.state, sent.state, sent.why], [
    "rejected",
    "rejected",
    "bob does not want it",
  ]);
  assertEquals([source.readUpTo, source.closed >= 1], [0, true]);
  assertEquals(bob.landing.sinks, []);
  assertThrows(() => bob.client.accept(offer), FileError, "not offered");
});

scene("the sender calls a file off in the middle", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent, offer, source } = await midway(world, alice, bob);
  alice.client.cancel(sent);
  await world.advance(1_000);
  assertEquals([sent.state, offer.state, offer.why], [
    "cancelled",
    "cancelled",
    "alice has called it off",
  ]);
  assertEquals([bob.landing.last.state, source.closed >= 1], ["discarded", true]);
}, SLOW_WIRES);

scene("the recipient calls a file off in the middle", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { sent, offer, source } = await midway(world, alice, bob);
  bob.client.cancel(offer);
  await world.advance(1_000);
  assertEquals([offer.state, sent.state, sent.why], [
    "cancelled",
    "cancelled",
    "bob has called it off",
  ]);
  assertEquals([bob.landing.last.state, source.closed >= 1], ["discarded", true]);
}, SLOW_WIRES);

scene("an offer can be called off before it is answered", async (world) => {
  const { alice, bob } = await twoCities(world);
  const sent = alice.client.offer(bob.id, new MemorySource(someBytes(10)));
  await world.settle();
  alice.client.cancel(sent);
  await world.settle();
  assertEquals(offerTo(bob).state, "cancelled");
});

scene("a file that changes or disappears while it is sent fails on both sides", async (world) => {
  const { alice, bob } = await twoCities(world);
  const source = new MemorySource(someBytes(1_000_000));
  source.beforeRead = (offset) => {
    if (offset > 500_000) throw new FileError("file.bin is gone");
  };
  const { sent, offer } = await begins(world, alice, bob, source);
  await world.advance(60_000);
  assertEquals([sent.state, sent.why], ["failed", "file.bin is gone"]);
  assertEquals(offer.state, "failed");
  assertStringIncludes(offer.why ?? "", "changed or disappeared at alice's");
  assertEquals([bob.landing.last.state, source.closed >= 1], ["discarded", true]);
}, SLOW_WIRES);

scene("a disk that is full in the middle fails on both sides", async (world) => {
  const { alice, bob } = await twoCities(world);
  bob.landing.beforeWrite = ({ pieces }) => {
    if (pieces.length === 20) throw new FileError("no space left on device");
  };
  const { sent, offer } = await begins(world, alice, bob);
  await world.advance(60_000);
  assertEquals([offer.state, offer.why], ["failed", "no space left on device"]);
  assertEquals(sent.state, "failed");
  assertStringIncludes(sent.why ?? "", "could not be written at bob's");
  assertEquals(bob.landing.last.state, "discarded");
}, SLOW_WIRES);

scene("a disk without room for a file fails before anything is sent", async (world) => {
  const { alice, bob } = await twoCities(world);
  bob.landing.refusal = "only 12 KB are free";
  const { sent, offer, source } = await begins(world, alice, bob);
  await world.settle();
  assertEquals([offer.state, offer.why, sent.state], ["failed", "only 12 KB are free", "failed"]);
  assertEquals(source.readUpTo, 0);
});

scene("a file that is not what was promised fails on both sides", async (world) => {
  const { alice, bob } = await twoCities(world);
  const source = new MemorySource(someBytes(100_000));
  source.beforeRead = () => void (source.bytes[50_000] = 1);
  source.bytes[50_000] = 2;
  const { sent, offer } = await begins(world, alice, bob, source);
  await world.settle();
  assertEquals([offer.state, offer.why], ["failed", "what arrived is not what was offered"]);
  assertEquals([sent.state, sent.why], ["failed", "what arrived at bob's is not what was offered"]);
  assertEquals(bob.landing.last.state, "discarded");
});

scene("files go both ways at once", async (world) => {
  const { alice, bob } = await twoCities(world);
  const there = new MemorySource(someBytes(300_000));
  const back = new MemorySource(someBytes(200_000));
  alice.client.offer(bob.id, there);
  bob.client.offer(alice.id, back);
  await world.settle();
  bob.client.accept(offerTo(bob));
  alice.client.accept(offerTo(alice));
  await world.settle();
  assertArrived(bob, there);
  assertArrived(alice, back);
  assertEquals(alice.client.transfers().map(({ number, state }) => [number, state]), [
    [1, "done"],
    [2, "done"],
  ]);
});

scene("a file that is taken at once is not said to wait for another one", async (world) => {
  const { alice, bob } = await twoCities(world);
  alice.client.offer(bob.id, new MemorySource(someBytes(10)));
  await world.settle();
  const states: string[] = [];
  bob.client.listen((event) => event.kind === "file" && states.push(event.transfer.state));
  bob.client.accept(offerTo(bob));
  await world.settle();
  assertEquals(new Set(states), new Set(["running", "done"]));
});

scene("of many accepted files three land at a time, two of one person", async (world) => {
  const { alice, bob, london } = await twoCities(world);
  const carol = await world.person("carol", london);
  await world.advance(500);
  for (let i = 0; i < 4; i++) alice.client.offer(bob.id, new MemorySource(someBytes(300_000)));
  await world.advance(500);
  carol.client.offer(bob.id, new MemorySource(someBytes(300_000)));
  await world.advance(500);
  for (const offer of bob.client.transfers()) bob.client.accept(offer);
  await world.advance(200);
  const states = bob.client.transfers().map(({ state }) => state);
  assertEquals(states, ["running", "running", "paused", "paused", "running"]);
  assertEquals(bob.landing.sinks.length, 3);
  await world.advance(60_000);
  assertEquals(bob.landing.sinks.map(({ state }) => state), Array(5).fill("finished"));
  assertEquals(alice.client.transfers().map(({ state }) => state), Array(4).fill("done"));
}, SLOW_WIRES);

scene("a direct message during a transfer arrives within a second", async (world) => {
  const { alice, bob } = await twoCities(world);
  const { offer } = await midway(world, alice, bob, new MemorySource(someBytes(3_000_000)));
  const message = alice.client.tell(bob.id, "hi");
  const answer = bob.client.tell(alice.id, "hello");
  await world.advance(1_000);
  assertEquals([message.state, answer.state], ["taken", "taken"]);
  assertEquals([bob.heard, alice.heard], [["alice: hi"], ["bob: hello"]]);
  assertEquals(offer.state, "running");
}, SLOW_WIRES);

scene("a recipient that hears nothing does not fill a server's queue", async (world) => {
  const { alice, bob } = await twoCities(world);
  await midway(world, alice, bob, new MemorySource(someBytes(3_000_000)));
  world.network.part("bob", "paris");
  let onTheWay = 0;
  world.network.watch = ({ from, text }) => {
    if (from === "alice" && text.includes("FILE_CHUNK")) onTheWay += text.length;
  };
  await world.advance(50_000);
  assert(onTheWay > 0 && onTheWay < 1024 * 1024, `${onTheWay} bytes on the way`);
}, SLOW_WIRES);

scene("neither end holds more than a little of a file, however large", async (world) => {
  const { alice, bob } = await twoCities(world);
  const source = new MemorySource(someBytes(2_000_000));
  let ahead = 0;
  let open = Promise.withResolvers<void>();
  source.beforeRead = (offset) => {
    ahead = Math.max(ahead, offset - bob.landing.last.bytes.length);
  };
  bob.landing.beforeWrite = () => open.promise;
  const { offer } = await begins(world, alice, bob, source);
  await world.advance(20_000);
  // The disk stands still: so does the sender, a window ahead.
  assertEquals(offer.done, 0);
  assertEquals(source.readUpTo, 16 * 14_272);
  open.resolve();
  open = Promise.withResolvers();
  open.resolve();
  await world.advance(60_000);
  assertArrived(bob, source);
  assert(ahead <= 17 * 14_272, `${ahead} bytes ahead`);
}, SLOW_WIRES);

scene("a file for oneself, or for somebody never seen, is refused at once", async (world) => {
  const { alice } = await twoCities(world);
  assertThrows(
    () => alice.client.offer(alice.id, new MemorySource(someBytes(1))),
    FileError,
    "you",
  );
  const stranger = await world.stranger("carol");
  const source = new MemorySource(someBytes(1));
  assertThrows(() => alice.client.offer(stranger.id, source), FileError, "no key is known");
  assertEquals(source.closed, 1);
});

scene("no file goes to or comes from somebody whose key has changed", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  const before = bob.client.offer(alice.id, new MemorySource(someBytes(10)));
  await world.settle();
  const offer = offerTo(alice);
  // Another server, which never knew the old key, shows another one for the same id.
  const impostor = world.twin(bob, await world.crypto.generateKeyPair());
  await impostor.enters(paris);
  await alice.says("hi", bob);
  await alice.moves(paris);
  const changed = "key of this person has changed";
  const source = new MemorySource(someBytes(10));
  assertThrows(() => alice.client.offer(bob.id, source), FileError, changed);
  impostor.client.offer(alice.id, new MemorySource(someBytes(10)));
  await world.settle();
  assertEquals(alice.client.transfers(), []);
  assertStringIncludes(alice.of("refused")[0]?.reason ?? "", "does not verify");
  assertEquals([offer.state, before.state], ["cancelled", "offered"]);
});

scene("a file that is offered as soon as that is possible does not wait", async (world) => {
  const london = await world.server("london");
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  alice.client.listen(({ kind }) => {
    if (kind === "ready") alice.client.offer(bob.id, new MemorySource(someBytes(10)));
  });
  world.network.cutOff("alice");
  await world.advance(20_000);
  assertEquals(alice.of("file").map(({ transfer }) => transfer.why), [undefined]);
});
