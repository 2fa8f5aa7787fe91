import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PROOF_MS } from "../../lib/protocol/limits.ts";
import { RawServer } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

/** A server that says it has the id of another. */
async function impostor(world: World, { name, id }: RawServer): Promise<RawServer> {
  return new RawServer(world, `false-${name}`, id, await world.crypto.generateKeyPair());
}

scene(
  "THREATS 5: who joins with another's id gets a new one, the old link stays",
  async (world) => {
    const london = await world.server("london");
    const rome = await world.rawServer("rome");
    await rome.links(london);
    const mallory = await impostor(world, rome);
    await mallory.dials(london);
    await mallory.sends(
      await mallory.says("SERVER_HELLO_JOIN", "london:8765", mallory.introduction),
    );
    const [welcome] = mallory.of("SERVER_WELCOME");
    assert(welcome !== undefined && welcome.payload["assigned_id"] !== rome.id);
    assertEquals([rome.closed, london.linked], [undefined, ["rome"]]);
    assertEquals(london.node.state.servers.get(rome.id)?.key, rome.keys.publicKey);
  },
);

scene("THREATS 5: who announces another's id with another key is sent away", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const mallory = await impostor(world, rome);
  await mallory.links(london);
  assert(mallory.closed !== undefined);
  assertEquals(mallory.refusals, ["INVALID_SIG"]);
  assertEquals([rome.closed, london.linked], [undefined, ["rome"]]);
});

scene("THREATS 5: an introducer with another key than pinned: the next is asked", async (world) => {
  const london = await world.server("london");
  const rome = await world.server("rome");
  const paris = await world.server("paris", {
    introducers: [
      { ...london.address, pubkey: rome.keys.publicKey },
      { ...rome.address, pubkey: rome.keys.publicKey },
    ],
  });
  await world.advance(5_000);
  assertEquals([paris.linked, london.linked], [["rome"], []]);
  const warning = paris.said("warn").find((line) => line.includes("london:8765"));
  assertStringIncludes(warning ?? "", "does not have the key that is pinned for it");
});

scene("THREATS 5: what opened a link to one server opens none to another", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const opener = world.network.sent.find(({ from, text }) =>
    from === "paris" && text.includes("SERVER_ANNOUNCE") && text.includes("nonce")
  );
  const rome = await world.server("rome");
  const mallory = await world.rawServer("mallory");
  await mallory.dials(rome);
  await mallory.sends(opener?.text ?? "");
  assertEquals(mallory.refusals, ["INVALID_SIG"]);
  assertEquals([mallory.closed?.code, rome.linked], [1008, []]);
});

scene("THREATS 5: a copied opener replaces no link where proof is required", async (world) => {
  const london = await world.server("london", { requireProof: true });
  const paris = await world.server("paris", { introducers: ["london"] });
  const opener = world.network.sent.find(({ from, text }) =>
    from === "paris" && text.includes("SERVER_ANNOUNCE")
  );
  // Without its memory London cannot know that the frame is old.
  await london.crash();
  world.network.forbid("paris", "london");
  await london.open();
  const mallory = await world.rawServer("mallory");
  await mallory.dials(london);
  await mallory.sends(opener?.text ?? "");
  assertEquals([london.linked, mallory.refusals], [[], []], "it must prove the key first");
  const before = london.tables;
  await mallory.sends(
    await paris.signs("USER_ADVERTISE", { user_id: mallory.id, server_id: paris.id, meta: {} }),
  );
  await world.advance(PROOF_MS);
  assertEquals([mallory.refusals, mallory.closed?.code], [["TIMEOUT"], 1008]);
  assertEquals(london.tables, before, "what it sent meanwhile was never looked at");
});

scene("THREATS 5: nobody takes an id by telling of it before its server comes", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  const mallory = await world.rawServer("mallory");
  await mallory.links(london);
  const squat = new RawServer(world, "squat", rome.id, mallory.keys);
  await mallory.sends(
    await squat.says("SERVER_ANNOUNCE", "*", { ...squat.introduction, receiver: "*" }),
  );
  assertEquals(london.node.state.servers.get(rome.id)?.key, mallory.keys.publicKey);
  await rome.links(london);
  assertEquals([rome.refusals, london.linked.includes("rome")], [[], true]);
  assertEquals(london.node.state.servers.get(rome.id)?.key, rome.keys.publicKey);
  // What it has said itself is firm.
  await mallory.sends(
    await squat.says("SERVER_ANNOUNCE", "*", { ...squat.introduction, receiver: "*" }),
  );
  assertEquals(mallory.refusals, ["INVALID_SIG"]);
  assertEquals(london.node.state.servers.get(rome.id)?.key, rome.keys.publicKey);
});

scene("THREATS 5: only who was asked to let a newcomer in gives it an id", async (world) => {
  const london = await world.server("london");
  const [rome, ghost] = [await world.rawServer("rome"), await world.rawServer("ghost")];
  rome.listens();
  await rome.links(london);
  const before = london.id;
  // A frame of a stranger makes London ask Rome, which is its only peer and goes.
  await rome.sends(await ghost.advertise(await world.stranger("bob")));
  await world.advance(5_000);
  const own = { server_id: rome.id, ...rome.introduction };
  const payload = { assigned_id: world.entropy.id(), servers: [own], clients: [] };
  await rome.sends(await rome.says("SERVER_WELCOME", london.id, payload));
  assertEquals([london.id, london.store.load().serverId], [before, before]);
});

scene("THREATS 5: of two who come at once under one id the first is believed", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  const mallory = await impostor(world, rome);
  const openers = [];
  for (const server of [rome, mallory]) {
    await server.dials(london);
    const said = { ...server.introduction, receiver: london.id, nonce: world.entropy.nonce() };
    openers.push(await server.says("SERVER_ANNOUNCE", "*", said));
  }
  // Both are verified before either is believed.
  await Promise.all([rome.sends(openers[0] ?? ""), mallory.sends(openers[1] ?? "")]);
  await world.advance(2_000);
  assertEquals([rome.closed, mallory.closed?.code, mallory.refusals], [undefined, 1008, [
    "BAD_KEY",
  ]]);
  assertEquals(london.node.state.links.server(rome.id)?.remote, "rome");
});

scene("THREATS 5: whoever is dialled speaks for nobody else", async (world) => {
  const london = await world.server("london");
  const [bonn, rome] = [await world.rawServer("bonn"), await world.rawServer("rome")];
  await bonn.links(london);
  const bob = await world.stranger("bob");
  const links = { receiver: "*", links: [bonn.id] };
  await bonn.sends(await rome.says("SERVER_ANNOUNCE", "*", { ...rome.introduction, ...links }));
  await bonn.sends(await rome.advertise(bob));
  assertEquals(london.presence, ["bob at rome"]);
  const mallory = await world.rawServer("mallory");
  mallory.listens();
  await mallory.dials(london);
  await mallory.sends(
    await mallory.says("SERVER_HELLO_JOIN", "london:8765", mallory.introduction),
  );
  await mallory.hangsUp();
  await world.advance(2_000);
  const forged = { ...mallory.introduction, receiver: "*", links: [], users: [] };
  const frame = { ...mallory.frame("SERVER_ANNOUNCE", "*", forged), from: rome.id };
  await mallory.sends(await mallory.signed(frame));
  assertEquals([mallory.refusals, london.presence], [["INVALID_SIG"], ["bob at rome"]]);
});
