import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileWordText } from "../../lib/client/file_control.ts";
import { seal } from "../../lib/e2ee/seal.ts";
import { NO_LIMITS } from "../../lib/link/link_limits.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { offerTo } from "../support/file_scenes.ts";
import { MemorySource, someBytes } from "../support/memory_files.ts";
import { RawSender } from "../support/raw_sender.ts";
import { scene, type World } from "../support/world.ts";

const CHUNK = 14_272;

/** Bob, to whom Mallory offers a file. */
async function offered(world: World, size = 3 * CHUNK, told: { size?: number } = {}) {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const mallory = await RawSender.enters(world, "mallory", london, bob);
  const bytes = someBytes(size);
  await mallory.offers(bytes, told);
  const piece = (index: number) => bytes.subarray(index * CHUNK, (index + 1) * CHUNK);
  return { london, bob, mallory, bytes, piece, offer: offerTo(bob) };
}

/** The same, accepted. */
async function accepted(world: World, size?: number, told?: { size?: number }) {
  const scene = await offered(world, size, told);
  scene.bob.client.accept(scene.offer);
  await world.settle();
  assertEquals((await scene.mallory.hears()).map(({ say }) => say), ["offered", "accept"]);
  return scene;
}

/** What must be true of a transfer that broke the rules (THREATS 20). */
async function assertFailed(
  { bob, mallory, offer }: Awaited<ReturnType<typeof offered>>,
  code: string,
): Promise<void> {
  assertEquals(offer.state, "failed");
  assertEquals(bob.landing.last.state, "discarded");
  assertEquals((await mallory.hears()).at(-1), { file_id: "f", say: "failed", why: code });
}

scene(
  "20: what is sent in order arrives, so that what follows is no mistake of the sender",
  async (world) => {
    const play = await accepted(world);
    for (const index of [0, 1, 2]) await play.mallory.chunk(index, play.piece(index));
    assertEquals([play.offer.state, play.bob.landing.last.state], ["done", "finished"]);
    assertEquals((await play.mallory.hears()).at(-1)?.say, "done");
  },
);

scene("20: one byte more than promised, in the last chunk or behind it", async (world) => {
  const play = await accepted(world, 1000);
  await play.mallory.chunk(0, someBytes(1001));
  await assertFailed(play, "hash");
});

scene("20: a whole block more than promised is seen before it is decrypted", async (world) => {
  const play = await accepted(world, 446);
  await play.mallory.chunk(0, someBytes(447));
  await assertFailed(play, "order");
});

scene("20: a chunk more than promised", async (world) => {
  const play = await accepted(world);
  await play.mallory.chunk(0, play.piece(0));
  await play.mallory.chunk(3, play.piece(0));
  await assertFailed(play, "order");
});

scene("20: a chunk that comes twice", async (world) => {
  const play = await accepted(world);
  for (const index of [0, 1, 1]) await play.mallory.chunk(index, play.piece(index));
  await assertFailed(play, "order");
});

scene("20: a chunk that is left out is asked for three times, and no more", async (world) => {
  const play = await accepted(world);
  await play.mallory.chunk(0, play.piece(0));
  for (const pass of [0, 1, 2]) {
    await play.mallory.chunk(2, play.piece(2), { pass });
    assertEquals((await play.mallory.hears()).at(-1), { file_id: "f", say: "accept", have: 1 });
  }
  await play.mallory.chunk(2, play.piece(2), { pass: 3 });
  await assertFailed(play, "order");
});

scene("20: a sender that stops in the middle is asked three times, and given up", async (world) => {
  const play = await accepted(world);
  await play.mallory.chunk(0, play.piece(0));
  await world.advance(119_000);
  assertEquals((await play.mallory.hears()).map(({ say }) => say), ["accept", "accept", "accept"]);
  assertEquals(play.offer.state, "running");
  await world.advance(2_000);
  await assertFailed(play, "timeout");
});

scene("20: a sender that goes on for ever without anything new is given up", async (world) => {
  const play = await accepted(world);
  await play.mallory.chunk(0, play.piece(0), { pass: 5 });
  for (let i = 0; i < 16; i++) {
    await world.advance(10_000);
    await play.mallory.chunk(0, play.piece(0), { pass: 4 });
  }
  await assertFailed(play, "timeout");
});

scene("20: a file that is smaller or larger than its offer says", async (world) => {
  const smaller = await accepted(world, 1000, { size: 900 });
  await smaller.mallory.chunk(0, someBytes(1000));
  await assertFailed(smaller, "hash");
});

scene("20: a file of more bytes than any disk has takes no room before it comes", async (world) => {
  const play = await accepted(world, 1000, { size: Number.MAX_SAFE_INTEGER });
  await play.mallory.chunk(0, someBytes(1000));
  await assertFailed(play, "order");
});

scene("20: a sender that ignores the window fails before memory is full", async (world) => {
  const play = await accepted(world, 40 * CHUNK);
  play.bob.landing.beforeWrite = () => new Promise(() => {});
  for (let index = 0; index < 40; index++) await play.mallory.chunk(index, play.piece(index));
  assertEquals(play.offer.state, "failed");
  const words = await play.mallory.hears();
  assertEquals(words.at(-1), { file_id: "f", say: "failed", why: "flood" });
});

scene("20: nothing is decrypted or written before the user has accepted", async (world) => {
  const play = await offered(world);
  const { decrypt } = world.crypto;
  let decrypted = 0;
  world.crypto.decrypt = (key, block) => {
    decrypted++;
    return decrypt.call(world.crypto, key, block);
  };
  for (const index of [0, 1, 2]) await play.mallory.chunk(index, play.piece(index));
  assertEquals([decrypted, play.bob.landing.sinks, play.offer.state], [0, [], "offered"]);
  play.bob.client.accept(play.offer);
  await world.settle();
  for (const index of [0, 1, 2]) await play.mallory.chunk(index, play.piece(index), { pass: 1 });
  assertEquals(play.offer.state, "done");
});

scene(
  "8: a chunk that is not signed, or by somebody else, neither helps nor harms",
  async (world) => {
    const play = await accepted(world, 1000);
    const ciphertext = await seal(world.crypto, play.bob.keys.publicKey, play.bytes);
    const bare = { file_id: "f", index: 0, ciphertext, pass: 0 };
    await play.mallory.user.sends(
      JSON.stringify(play.mallory.user.frame("FILE_CHUNK", play.bob.id, bare)),
    );
    const trudy = await RawSender.enters(world, "trudy", play.london, play.bob);
    await trudy.chunk(0, someBytes(999));
    await trudy.chunk(7, someBytes(999));
    assertEquals([play.offer.state, play.bob.landing.last.pieces], ["running", []]);
    await play.mallory.chunk(0, play.bytes);
    assertEquals(play.offer.state, "done");
  },
);

scene("8: words about a file count only from the one it is with", async (world) => {
  const play = await accepted(world, 1000);
  const trudy = await RawSender.enters(world, "trudy", play.london, play.bob);
  await trudy.says({ file_id: "f", say: "cancel", why: "cancelled" });
  assertEquals(play.offer.state, "running");
  await trudy.says({ file_id: "f", say: "again" });
  assertEquals(await trudy.hears(), [{ file_id: "f", say: "failed", why: "unknown" }]);
  // And the other way round: a file that Bob offers to Alice.
  const alice = await world.person("alice", play.london);
  const source = new MemorySource(someBytes(1000));
  const sent = play.bob.client.offer(alice.id, source);
  await world.settle();
  const start = world.network.sent.findLast(({ from, text }) =>
    from === "bob" && text.includes('"FILE_START"')
  );
  const file_id: string = JSON.parse(start?.text ?? "").payload.file_id;
  for (const say of ["reject", "failed"] as const) {
    await trudy.says({ file_id, say, why: "no" });
  }
  await trudy.says({ file_id, say: "accept", have: 0 });
  await trudy.says({ file_id, say: "done" });
  assertEquals([sent.state, source.readUpTo], ["offered", 0]);
});

scene(
  "8: a word about a file is never shown as a text, and a broken one is no word",
  async (world) => {
    const { bob, mallory } = await offered(world);
    await mallory.says({ file_id: "g", say: "cancel", why: "cancelled" });
    assertEquals(bob.heard, []);
    await mallory.user.sends(await mallory.user.direct(bob, "\u0000{}", world.clock.now() + 5));
    assertEquals(bob.heard, ["mallory: \u0000{}"]);
    assertStringIncludes(fileWordText({ file_id: "g", say: "again" }), "\u0000");
  },
);

scene("offers are kept up to a number; more are declined, and told once", async (world) => {
  const { bob, mallory } = await offered(world);
  for (let i = 0; i < 25; i++) await mallory.offers(someBytes(10), { fileId: `more ${i}` });
  assertEquals(bob.client.transfers().length, 20);
  const words = await mallory.hears();
  assertEquals(words.filter(({ say }) => say === "reject").length, 6);
  assertEquals(bob.of("refused").length, 1);
});

scene("an offer with another manifest under the same number is refused", async (world) => {
  const { bob, mallory, offer } = await offered(world);
  await mallory.offers(someBytes(10));
  assertEquals(bob.client.transfers(), [offer]);
  assertStringIncludes(bob.of("refused")[0]?.reason ?? "", "same number");
});

/** Zeros in place of a chunk that cannot be opened may be what was promised; the answer is the same even so. */
for (const promised of ["some bytes", "zeros"] as const) {
  scene(`27: whether a chunk could be opened makes no difference: ${promised}`, async (world) => {
    const london = await world.server("london");
    const bob = await world.person("bob", london);
    const mallory = await RawSender.enters(world, "mallory", london, bob);
    const bytes = promised === "zeros" ? new Uint8Array(CHUNK + 900) : someBytes(CHUNK + 900);
    const wrong = await seal(world.crypto, bob.keys.publicKey, someBytes(CHUNK).reverse());
    const short = await seal(world.crypto, bob.keys.publicKey, someBytes(CHUNK - 1));
    const broken = encodeBase64url(someBytes(32 * 512));
    const outcomes = [];
    for (const [i, first] of [wrong, short, broken].entries()) {
      const file_id = `file ${i}`;
      await mallory.offers(bytes, { fileId: file_id });
      const offer = offerTo(bob);
      bob.client.accept(offer);
      await world.settle();
      await mallory.ciphertext(0, first, { file_id });
      assertEquals(offer.state, "running");
      await mallory.chunk(1, bytes.subarray(CHUNK), { file_id });
      const words = (await mallory.hears()).map((word) => ({ ...word, file_id: "f" }));
      outcomes.push({ words, state: offer.state, why: offer.why, done: offer.done });
    }
    const [one] = outcomes;
    assert(one);
    assertEquals(outcomes, [one, one, one]);
    assertEquals(one.state, "failed");
    assertEquals(one.words.map(({ say }) => say), ["offered", "accept", "failed"]);
  });
}

scene("whoever accepts again and again makes the sender send a little only", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const mallory = await RawSender.enters(world, "mallory", london, alice);
  const sent = alice.client.offer(mallory.id, new MemorySource(someBytes(50 * CHUNK)));
  await world.settle();
  const chunks: number[] = [];
  world.network.watch = ({ from, text }) => {
    if (from === "alice" && text.includes('"FILE_CHUNK"')) {
      chunks.push(JSON.parse(text).payload.pass);
    }
  };
  const start = world.network.sent.findLast(({ text }) => text.includes('"FILE_START"'));
  const file_id: string = JSON.parse(start?.text ?? "").payload.file_id;
  for (let i = 0; i < 50; i++) await mallory.says({ file_id, say: "accept", have: 0 });
  assertEquals(chunks, Array(16).fill(0));
  await world.advance(1_000);
  assertEquals(chunks.slice(16), Array(16).fill(1));
  assertEquals(sent.state, "running");
}, { limits: NO_LIMITS });
