import { assert, assertEquals, assertMatch } from "@std/assert";
import type { JsonObject } from "../../lib/protocol/json.ts";
import type { RawServer } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

/** An introducer whose welcome the test writes. */
async function introducer(world: World, name = "rome"): Promise<RawServer> {
  const rome = await world.rawServer(name);
  rome.listens();
  return rome;
}

/** A welcome with the introducer in its list, signed. */
function welcome(rome: RawServer, assigned: string, lists?: JsonObject): Promise<string> {
  const own = { server_id: rome.id, ...rome.introduction };
  const payload = { assigned_id: assigned, ...(lists ?? { servers: [own], clients: [] }) };
  return rome.says("SERVER_WELCOME", assigned, payload);
}

scene(
  "a server joins: it asks, is welcomed, announces itself, and the link stands",
  async (world) => {
    const london = await world.server("london");
    const paris = await world.server("paris", { introducers: ["london"] });
    const said = world.network.sent.map(({ from, text }) => `${from}: ${JSON.parse(text).type}`);
    assertEquals(said, [
      "paris: SERVER_HELLO_JOIN",
      "london: SERVER_WELCOME",
      "paris: SERVER_ANNOUNCE",
      "paris: HEARTBEAT",
      "london: SERVER_ANNOUNCE",
      "london: HEARTBEAT",
    ], "the heartbeats are the proofs of both keys (D12)");
    assertEquals([london.linked, paris.linked], [["paris"], ["london"]]);
    assertEquals(world.network.connections("london", "paris"), 1);
    assertEquals(paris.store.load().servers.map(({ host }) => host), ["london"]);
    assertEquals(london.store.load().servers.map(({ host }) => host), ["paris"]);
  },
);

scene("the join names the address it dialled, the welcome lists the introducer", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.dials(london);
  await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
  const [answer] = rome.received;
  assertEquals([answer?.type, answer?.to], ["SERVER_WELCOME", rome.id]);
  assertEquals(answer?.payload["assigned_id"], rome.id);
  assertEquals(answer?.payload["clients"], []);
  assertEquals(answer?.payload["servers"], [{
    server_id: london.id,
    host: "london",
    port: 8765,
    pubkey: london.keys.publicKey,
  }]);
});

scene(
  "an introducer that nobody pinned is pinned at first sight, with a warning",
  async (world) => {
    await world.server("london");
    const paris = await world.server("paris", { introducers: ["london"] });
    const [warning, ...others] = paris.log.filter(({ level }) => level === "warn");
    assertMatch(warning?.message ?? "", /pinned the key of london:8765 at first sight/);
    assertMatch(`${warning?.fields["fingerprint"]}`, /^SHA256:/);
    assertEquals(others, []);
    assertEquals(paris.store.load().introducers.map(({ host }) => host), ["london"]);
  },
);

scene("an introducer with another key than pinned is given up for the next", async (world) => {
  await world.server("london");
  const rome = await world.server("rome");
  const paris = await world.server("paris", {
    introducers: [{ host: "london", port: 8765, pubkey: rome.keys.publicKey }, "rome"],
  });
  await world.advance(2_000);
  assertEquals(paris.linked, ["rome"]);
  assertEquals(paris.store.load().servers.map(({ host }) => host), ["rome"]);
});

scene("a welcome whose signature is wrong is not believed", async (world) => {
  const rome = await introducer(world);
  await world.server("oslo");
  const paris = await world.server("paris", { introducers: ["rome", "oslo"] });
  const before = paris.id;
  const id = world.entropy.id();
  const text = await welcome(rome, id);
  await rome.sends(text.replace(/"assigned_id":"[^"]+"/, `"assigned_id":"${world.entropy.id()}"`));
  assertEquals(rome.closed?.code, 1008);
  await world.advance(2_000);
  assertEquals([paris.id, paris.linked], [before, ["oslo"]]);
});

scene("an introducer that never welcomes is given up after 10 s", async (world) => {
  const rome = await introducer(world);
  await world.server("oslo");
  const paris = await world.server("paris", { introducers: ["rome", "oslo"] });
  await world.advance(9_999);
  assertEquals([paris.linked, rome.refusals], [[], []]);
  await world.advance(1);
  assertEquals(rome.refusals, ["TIMEOUT"]);
  assertEquals(paris.linked, ["oslo"]);
});

scene("an id that is another's is replaced, and the new one kept (§8.1)", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris", { introducers: ["london"] });
  const rome = await world.closedServer("rome", { introducers: ["london"], id: paris.id });
  await rome.open();
  const { id } = rome;
  assert(id !== paris.id);
  assertEquals(london.linked, ["paris", "rome"]);
  assertEquals(rome.store.load().serverId, id);
  await world.settle();
  assertEquals(rome.linked, ["london", "paris"]);
  await rome.close();
  await rome.open();
  assertEquals(rome.id, id);
});

scene("users who came before the new id are sent away and come back", async (world) => {
  const london = await world.closedServer("london");
  const rome = await world.server("rome", { introducers: ["london"] });
  const alice = await world.person("alice", rome);
  Object.assign(london.choices, { id: rome.id });
  await london.open();
  await world.advance(5_000);
  assert(rome.id !== london.id);
  assertEquals(alice.client.server?.server, rome.id);
  assertEquals(london.presence, ["alice at rome"]);
});

const LISTED = {
  "only `servers`": (server: JsonObject, own: JsonObject) => ({ servers: [own, server] }),
  "servers among `clients`, by server_id": (server: JsonObject, own: JsonObject) => ({
    servers: [own],
    clients: [server],
  }),
  "servers among `clients`, by user_id": ({ server_id, ...server }: JsonObject) => ({
    clients: [{ user_id: server_id ?? "", ...server }],
  }),
};

for (const [form, lists] of Object.entries(LISTED)) {
  scene(`a welcome with ${form} makes the joiner link to all of them (D10)`, async (world) => {
    const rome = await introducer(world);
    const oslo = await world.server("oslo");
    const paris = await world.server("paris", {
      introducers: [{ host: "rome", port: 8765, pubkey: rome.keys.publicKey }],
    });
    const own = { server_id: rome.id, ...rome.introduction };
    const listed = { server_id: oslo.id, ...oslo.address, pubkey: oslo.keys.publicKey };
    await rome.sends(await welcome(rome, paris.id, lists(listed, own)));
    assertEquals(rome.of("SERVER_ANNOUNCE").length, 1);
    assertEquals([paris.linked, oslo.linked], [["oslo", "rome"], ["paris"]]);
  });
}

for (const type of ["SERVER_HELLO_LINK", "PEER_HELLO_LINK", "SERVER_ANNOUNCE"]) {
  scene(`${type} opens a link (D11)`, async (world) => {
    const london = await world.server("london");
    await world.person("alice", london);
    const rome = await world.rawServer("rome");
    await rome.dials(london);
    await rome.sends(await rome.says(type, "*", rome.introduction));
    assertEquals([london.linked, rome.refusals], [["rome"], []]);
    assertEquals(rome.of("USER_ADVERTISE").length, 1);
  });
}

scene("a joiner that never announces itself leaves no trace", async (world) => {
  const london = await world.server("london");
  const before = [london.tables, london.store.load()];
  const rome = await world.rawServer("rome");
  await rome.dials(london);
  await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
  await world.advance(10_000);
  assertEquals([rome.refusals, rome.closed?.code], [["TIMEOUT"], 1008]);
  await rome.dials(london);
  const unsigned = rome.frame("SERVER_HELLO_JOIN", "london:8765", rome.introduction);
  await rome.sends(JSON.stringify(unsigned));
  await rome.hangsUp();
  assertEquals([london.tables, london.store.load()], before);
});

scene(
  "a joiner that drops the connection is dialled back, if it has signed (D11)",
  async (world) => {
    const london = await world.server("london");
    const rome = await world.rawServer("rome");
    rome.listens();
    await rome.dials(london);
    await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
    await rome.hangsUp();
    await world.advance(1_000);
    assertEquals([london.linked, rome.of("SERVER_ANNOUNCE").length], [["rome"], 1]);
  },
);

scene("a joiner whose announce has another key or id is sent away", async (world) => {
  const london = await world.server("london");
  const other = await world.rawServer("other");
  for (const way of ["key", "id"]) {
    const rome = await world.rawServer("rome");
    await rome.dials(london);
    await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", rome.introduction));
    const frame = way === "key"
      ? rome.frame("SERVER_ANNOUNCE", "*", other.introduction)
      : other.frame("SERVER_ANNOUNCE", "*", rome.introduction);
    await rome.sends(await rome.signed(frame, way === "key" ? other.keys : rome.keys));
    assertEquals(rome.closed?.code, 1008, way);
  }
  assertEquals(london.tables.servers, []);
});

scene("the own address in the list is skipped", async (world) => {
  const london = await world.server("london", { introducers: ["london"] });
  await world.advance(60_000);
  assertEquals([london.log, world.network.sent], [[], []]);
});

scene("a server that dials itself under another name finds out and stops", async (world) => {
  const london = await world.closedServer("london", {
    introducers: [{ host: "alias", port: 8765 }],
  });
  await london.open();
  world.network.alias("alias:8765", "london:8765");
  await world.advance(120_000);
  const joins = world.network.sent.filter(({ text }) => text.includes("SERVER_HELLO_JOIN"));
  assertEquals([joins.length, london.linked], [1, []]);
});

scene("introducers out of reach: one warning each, retried ever more slowly", async (world) => {
  const paris = await world.server("paris", { introducers: ["london", "rome"] });
  const alice = await world.person("alice", paris);
  const attempts = () => world.network.dials.filter(({ to }) => to === "london:8765");
  await world.advance(600_000);
  assertEquals(paris.said("warn"), [
    "bootstrap: cannot reach london:8765 (nobody listens there), will try again",
    "bootstrap: cannot reach rome:8765 (nobody listens there), will try again",
  ]);
  const gaps = attempts().map(({ at }, i, all) => at - (all[i - 1]?.at ?? at));
  assert(gaps.length > 10 && gaps.every((gap) => gap <= 10_000), `${gaps}`);
  assert(Math.max(...gaps.slice(-20)) > 7_000, `${gaps}`);
  // It has served its users alone meanwhile, and joins when somebody is there.
  assertEquals(alice.client.server?.server, paris.id);
  await world.server("london");
  await world.advance(60_000);
  assertEquals(paris.linked, ["london"]);
});

scene(
  "two servers that join at once learn of each other from what both announce",
  async (world) => {
    await world.server("london");
    const bern = await world.closedServer("bern", { introducers: ["london"] });
    const riga = await world.closedServer("riga", { introducers: ["london"] });
    await Promise.all([bern.open(), riga.open()]);
    await world.advance(10_000);
    assertEquals([bern.linked, riga.linked], [["london", "riga"], ["bern", "london"]]);
    const anna = await world.person("anna", bern);
    const rolf = await world.person("rolf", riga);
    await world.advance(1_000);
    assertEquals([anna.sees, rolf.sees], [["rolf"], ["anna"]]);
  },
  { slowness: 30 },
);

scene(
  "nobody makes a server dial without end by telling of servers that nobody knows",
  async (world) => {
    const london = await world.server("london");
    const rome = await world.rawServer("rome");
    await rome.links(london);
    const before = world.network.dials.length;
    for (let i = 0; i < 20; i++) {
      const stranger = await world.rawServer(`stranger${i}`);
      const payload = { user_id: stranger.id, server_id: stranger.id, meta: {} };
      await rome.sends(await stranger.says("USER_ADVERTISE", "*", payload));
    }
    await world.settle();
    assertEquals(london.presence, []);
    assertEquals(world.network.dials.length - before, 1);
  },
);

scene(
  "who has not the key pinned for an address cannot come in by announcing it",
  async (world) => {
    const rome = await introducer(world);
    const other = await world.rawServer("other");
    const paris = await world.server("paris", {
      introducers: [{ host: "rome", port: 8765, pubkey: other.keys.publicKey }],
    });
    await world.settle();
    await rome.dials(paris);
    await rome.sends(await rome.says("SERVER_ANNOUNCE", "*", rome.introduction));
    assertEquals(paris.linked, []);
    assertEquals(rome.refusals, ["BAD_KEY"]);
    assertMatch(JSON.stringify(paris.log), /rome:8765 is pinned to another key/);
  },
);

scene("one bad entry of a welcome does not keep a server out of the mesh", async (world) => {
  const rome = await introducer(world);
  const oslo = await world.server("oslo");
  const paris = await world.server("paris", { introducers: ["rome"] });
  const own = { server_id: rome.id, ...rome.introduction };
  const good = { server_id: oslo.id, ...oslo.address, pubkey: oslo.keys.publicKey };
  const bad = {
    server_id: world.entropy.id(),
    host: "mars",
    port: 1,
    pubkey: "OVERRIDE_PUBLIC_KEY",
  };
  await rome.sends(await welcome(rome, paris.id, { servers: [own, bad, 7, {}, good] }));
  assertEquals(paris.linked, ["oslo", "rome"]);
  assertEquals(paris.said("warn").includes("a server is listed with a key that is none"), true);
});

scene("an announce that was made for one server introduces nobody to another", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris", { introducers: ["london"] });
  const announce = world.network.sent.find(({ text }) => text.includes("SERVER_ANNOUNCE"));
  assert(announce);
  const oslo = await world.server("oslo");
  const mallory = await world.rawServer("mallory");
  await mallory.dials(oslo);
  await mallory.sends(announce.text);
  assertEquals([mallory.refusals, mallory.closed?.code], [["INVALID_SIG"], 1008]);
  assertEquals([oslo.linked, london.linked], [[], ["paris"]]);
  assertEquals(oslo.node.state.servers.get(paris.id), undefined);
});

scene(
  "a known introducer that answers the join with an ACK is sent away, calmly",
  async (world) => {
    const rome = await introducer(world);
    const paris = await world.server("paris", { introducers: ["rome"] });
    await rome.sends(await welcome(rome, paris.id));
    assertEquals(paris.linked, ["rome"]);
    await rome.hangsUp();
    await world.advance(10_000);
    await rome.sends(await rome.says("ACK", paris.id, { msg_ref: "x" }));
    assertEquals(rome.closed?.code, 1008);
  },
);
