import { assert, assertEquals } from "@std/assert";
import { toId } from "../../lib/protocol/ids.ts";
import { RawServer } from "../support/raw_peer.ts";
import { presenceOf } from "../support/tables.ts";
import { scene } from "../support/world.ts";

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  scene(`two servers that dial each other at once keep one link (seed ${seed})`, async (world) => {
    const london = await world.closedServer("london", { introducers: ["paris"] });
    const paris = await world.closedServer("paris", { introducers: ["london"] });
    await Promise.all([london.open(), paris.open()]);
    await world.advance(30_000);
    assertEquals(world.network.connections("london", "paris"), 1);
    assertEquals([london.linked, paris.linked], [["paris"], ["london"]]);
    // Known to each other, they meet again in the other order: by announcing.
    await Promise.all([london.crash(), paris.crash()]);
    await Promise.all([london.open(), paris.open()]);
    await world.advance(30_000);
    assertEquals(world.network.connections("london", "paris"), 1);
    const alice = await world.person("alice", london);
    await world.advance(1_000);
    assertEquals([alice.client.server?.server, paris.presence], [london.id, ["alice at london"]]);
  }, { seed, slowness: 40 });
}

const ID_OF = {
  smaller: toId("00000000-0000-4000-8000-000000000000"),
  greater: toId("ffffffff-ffff-4fff-bfff-ffffffffffff"),
};

for (const [size, id] of Object.entries(ID_OF)) {
  scene(
    `a second link from a server with the ${size} id: one of both stays (§8.1)`,
    async (world) => {
      const rome = new RawServer(world, "rome", id, await world.crypto.generateKeyPair());
      const london = await world.closedServer("london");
      const pubkey = rome.keys.publicKey;
      london.store.apply([{
        kind: "server",
        server: { serverId: id, ...rome.address, pubkey, dialled: true },
      }]);
      rome.listens();
      await london.open();
      assertEquals(rome.of("SERVER_ANNOUNCE").length, 1);
      const dialler = new RawServer(world, "rome", id, rome.keys);
      await dialler.links(london);
      // What is on its way over a link that is replaced still comes.
      await world.advance(1_000);
      const stands = [rome, dialler].map(({ closed }) => closed === undefined);
      assertEquals(stands, size === "smaller" ? [false, true] : [true, false]);
    },
  );
}

scene("a heartbeat goes to each server every 15 s and keeps the link", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(5 * 60_000);
  const beats = world.network.sent.filter(({ from, text }) =>
    from === "london" && text.includes("HEARTBEAT") && !text.includes("nonce")
  );
  assertEquals(beats.length, 20);
  assertEquals(beats.map(({ text }) => JSON.parse(text).payload), beats.map(() => ({})));
  assertEquals(london.linked, ["paris"]);
  assertEquals(london.said("warn"), []);
});

scene("45 s without any frame from a server and it is dead (§8.4)", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await world.advance(44_999);
  assertEquals([london.linked, rome.closed], [["rome"], undefined]);
  await world.advance(1);
  assertEquals([london.linked, rome.closed?.code], [[], 1000]);
});

scene("any frame is a sign of life (§8.4)", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  for (let i = 0; i < 5; i++) {
    await world.advance(40_000);
    await rome.sends(await rome.says("HEARTBEAT", london.id, {}));
  }
  assertEquals(london.linked, ["rome"]);
});

scene("a lost link is dialled again, and both tables agree", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  await world.person("bob", paris);
  await world.advance(20_000);
  world.network.cut("london", "paris");
  await world.person("carol", paris);
  await world.advance(5_000);
  assertEquals(london.linked, ["paris"]);
  assertEquals(alice.sees, ["bob", "carol"]);
  assertEquals(presenceOf(london.node.state), presenceOf(paris.node.state));
});

scene("people behind a dead link are kept 45 s more, then gone (§8.4)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  await world.person("bob", paris);
  await paris.crash();
  await world.advance(44_999);
  assertEquals(alice.sees, ["bob"]);
  await world.advance(1);
  assertEquals([alice.sees, london.presence], [[], ["alice at london"]]);
});

scene("people whose server was away for 90 s are seen again when it is back", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  world.network.part("london", "paris");
  await world.advance(95_000);
  assertEquals([alice.sees, bob.sees], [[], []]);
  world.network.heal("london", "paris");
  await world.advance(30_000);
  assertEquals([alice.sees, bob.sees], [["bob"], ["alice"]]);
  await alice.says("you are back", bob);
  assertEquals(bob.heard, ["alice: you are back"]);
});

scene("who left while the link was down is gone when it is up again", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const carol = await world.person("carol", paris);
  await world.advance(20_000);
  world.network.cut("london", "paris");
  await bob.leaves();
  await world.advance(30_000);
  assertEquals(london.linked, ["paris"]);
  await world.advance(60_000);
  assertEquals([alice.sees, carol.sees], [["carol"], ["alice"]]);
});

scene("a server that restarts keeps its id and its pins; its users return", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const before = [paris.id, paris.store.load().servers];
  await paris.crash();
  await paris.open();
  await world.advance(10_000);
  assertEquals([paris.id, paris.store.load().servers], before);
  assertEquals([alice.sees, bob.sees], [["bob"], ["alice"]]);
  const message = await bob.says("I am back", alice);
  assertEquals([message.state, alice.heard], ["taken", ["bob: I am back"]]);
});

scene(
  "a pinned server id cannot be had with another key, after a restart neither",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    await paris.crash();
    await london.crash();
    await london.open();
    const thief = await world.rawServer("thief");
    await thief.dials(london);
    const frame = { ...thief.frame("SERVER_ANNOUNCE", "*", thief.introduction), from: paris.id };
    await thief.sends(await thief.signed(frame));
    assertEquals([thief.refusals, thief.closed?.code], [["INVALID_SIG"], 1008]);
    assertEquals(london.linked, []);
  },
);

scene("a server that shuts down says so to everybody (§6)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const bob = await world.person("bob", paris);
  rome.news();
  alice.news();
  await london.close();
  assertEquals(rome.received.map(({ type }) => type), ["USER_REMOVE", "CTRL_CLOSE"]);
  assertEquals(alice.received.map(({ type }) => type), ["CTRL_CLOSE"]);
  assertEquals([rome.closed?.code, alice.closed?.code], [1001, 1001]);
  assertEquals([bob.sees, paris.presence], [[], ["bob at paris"]]);
});
