import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { open, seal } from "../../lib/e2ee/seal.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import { hex } from "../support/file_scenes.ts";
import { offerTo } from "../support/file_scenes.ts";
import { MemorySource, sha256, someBytes } from "../support/memory_files.ts";
import { scene, type World } from "../support/world.ts";

/** Bob, and Rob with another team's client. */
async function withRob(world: World) {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const rob = await world.rawUser("rob", london);
  await rob.enters();
  const bytes = someBytes(1_000);
  const says = (type: string, payload: JsonObject) =>
    rob.sends(JSON.stringify(rob.frame(type, bob.id, { file_id: "f", ...payload })));
  const start = (more: JsonObject = {}) =>
    says("FILE_START", {
      name: "a.txt",
      size: 1_000,
      sha256: hex(sha256(bytes)),
      mode: "dm",
      ...more,
    });
  const chunk = async (index: number, piece: Uint8Array) => {
    const ciphertext = await seal(world.crypto, bob.keys.publicKey, piece);
    await says("FILE_CHUNK", { index, ciphertext });
  };
  const end = () => says("FILE_END", {});
  return { bob, rob, bytes, start, chunk, end };
}

scene("a file of another team's client, unsigned and unasked, waits undecrypted", async (world) => {
  const { bob, bytes, start, chunk, end } = await withRob(world);
  await start();
  for (const index of [0, 1, 2]) {
    await chunk(index, bytes.subarray(index * 400, (index + 1) * 400));
  }
  await end();
  const offer = offerTo(bob);
  assertEquals([offer.state, offer.name, bob.landing.sinks], ["offered", "a.txt", []]);
  assertStringIncludes(offer.why ?? "", "unsigned");
  bob.client.accept(offer);
  await world.settle();
  assertEquals([offer.state, bob.landing.last.bytes], ["done", bytes]);
});

scene("a file of another team's client that stops short fails", async (world) => {
  const { bob, bytes, start, chunk, end } = await withRob(world);
  await start();
  bob.client.accept(offerTo(bob));
  await chunk(0, bytes.subarray(0, 400));
  await end();
  assertEquals([offerTo(bob).state, bob.landing.last.state], ["failed", "discarded"]);
});

scene(
  "a file of another team's client that leaves a piece out or brings more fails",
  async (world) => {
    const { bob, bytes, start, chunk } = await withRob(world);
    await start();
    bob.client.accept(offerTo(bob));
    await chunk(0, bytes.subarray(0, 400));
    await chunk(2, bytes.subarray(800));
    assertEquals([offerTo(bob).state, bob.landing.last.state], ["failed", "discarded"]);
    await start({ file_id: "g", size: 300 });
    bob.client.accept(offerTo(bob));
    const more = await seal(world.crypto, bob.keys.publicKey, bytes.subarray(0, 400));
    const frame = { file_id: "g", index: 0, ciphertext: more };
    const rob = world.nameOf(offerTo(bob).from);
    assertEquals(rob, "rob");
    world.network.inject(
      "rob",
      "london",
      JSON.stringify({
        type: "FILE_CHUNK",
        from: offerTo(bob).from,
        to: bob.id,
        ts: world.clock.now() + 1,
        payload: frame,
      }),
    );
    await world.settle();
    assertEquals([offerTo(bob).state, bob.landing.last.state], ["failed", "discarded"]);
  },
);

scene(
  "a file to another team's client goes at once, one block a chunk, at a pace",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.person("alice", london);
    const rob = await world.rawUser("rob", london);
    await rob.enters();
    await world.settle();
    const source = new MemorySource(someBytes(4_100));
    const sent = alice.client.offer(rob.id, source);
    await world.settle();
    assertEquals([sent.state, rob.of("FILE_START").length], ["running", 1]);
    await world.advance(500);
    assert(
      rob.of("FILE_CHUNK").length <= 5,
      `${rob.of("FILE_CHUNK").length} chunks in half a second`,
    );
    await world.advance(5_000);
    assertEquals([sent.state, sent.done, rob.of("FILE_END").length], ["done", 4_100, 1]);
    const pieces = await Promise.all(
      rob.of("FILE_CHUNK").map(({ payload }) =>
        open(world.crypto, rob.keys.privateKey, String(payload["ciphertext"]))
      ),
    );
    assertEquals(pieces.map((piece) => piece?.length), [...Array(10).fill(400), 100]);
    assertEquals(new Uint8Array(pieces.flatMap((piece) => [...piece ?? []])), source.bytes);
    assertEquals(source.closed >= 1, true);
    assertEquals(rob.of("USER_DELIVER"), []);
  },
);

scene("a file to another team's client that is cut off has to be sent again", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const rob = await world.rawUser("rob", london);
  await rob.enters();
  const sent = alice.client.offer(rob.id, new MemorySource(someBytes(40_000)));
  await world.advance(1_000);
  await rob.hangsUp();
  assertEquals(sent.state, "failed");
  assertStringIncludes(sent.why ?? "", "send it again");
});
