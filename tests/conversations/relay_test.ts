import { assert, assertEquals } from "@std/assert";
import type { Id } from "../../lib/protocol/ids.ts";
import { RawServer } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

/** London and Rome, which cannot reach each other, with Paris between them. */
async function line(world: World) {
  const london = await world.server("london");
  const paris = await world.server("paris", { introducers: ["london"] });
  world.network.forbid("london", "rome");
  const rome = await world.server("rome", { introducers: ["paris"] });
  await world.advance(5_000);
  return { london, paris, rome };
}

scene("two servers that cannot reach each other talk across a third", async (world) => {
  const { london, paris, rome } = await line(world);
  assertEquals([london.linked, paris.linked, rome.linked], [["paris"], ["london", "rome"], [
    "paris",
  ]]);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", rome);
  await world.advance(2_000);
  assertEquals([alice.sees, bob.sees], [["bob"], ["alice"]]);
  const question = await alice.says("hi", bob);
  const answer = await bob.says("hello", alice);
  await world.advance(1_000);
  assertEquals([bob.heard, alice.heard], [["alice: hi"], ["bob: hello"]]);
  assertEquals([question.state, answer.state], ["taken", "taken"]);
});

scene("what is passed on is passed on byte for byte", async (world) => {
  const { london, rome } = await line(world);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", rome);
  await world.advance(2_000);
  await alice.says("hi", bob);
  await world.advance(1_000);
  for (const type of ["SERVER_DELIVER", "USER_ADVERTISE"]) {
    const said = (from: string, to: string) =>
      world.network.sent.filter((sent) =>
        sent.from === from && sent.to === to && JSON.parse(sent.text).type === type &&
        JSON.parse(sent.text).from === london.id
      ).map(({ text }) => text);
    const passedOn = said("paris", "rome");
    assert(passedOn.length > 0, type);
    for (const text of passedOn) assert(said("london", "paris").includes(text), type);
  }
});

scene(
  "a server that can no longer be reached over the one is reached over the other",
  async (world) => {
    const { london, paris, rome } = await line(world);
    const oslo = await world.server("oslo", { introducers: ["london", "rome"] });
    await world.advance(20_000);
    assertEquals(oslo.linked, ["london", "paris", "rome"]);
    const alice = await world.person("alice", london);
    const bob = await world.person("bob", rome);
    await world.advance(1_000);
    await paris.crash();
    await world.advance(1_000);
    const message = await alice.says("still there?", bob);
    await world.advance(20_000);
    assertEquals([message.state, bob.heard], ["taken", ["alice: still there?"]]);
  },
);

scene("people behind a server that relays no more are gone after their time", async (world) => {
  const { london, paris, rome } = await line(world);
  const alice = await world.person("alice", london);
  await world.person("bob", rome);
  await world.advance(2_000);
  await paris.crash();
  await world.advance(44_000);
  assertEquals(alice.sees, ["bob"]);
  await world.advance(2_000);
  assertEquals([alice.sees, london.presence], [[], ["alice at london"]]);
});

scene(
  "people of another team's server are gone when nobody is linked to it any more",
  async (world) => {
    const { london, paris } = await line(world);
    const oslo = await world.rawServer("oslo");
    world.network.forbid("london", "oslo");
    await oslo.links(paris);
    const carol = await world.stranger("carol");
    await oslo.sends(await oslo.advertise(carol));
    await world.advance(1_000);
    assertEquals(london.presence, ["carol at oslo"]);
    await oslo.hangsUp();
    await world.advance(44_000);
    assertEquals([paris.presence, london.presence], [["carol at oslo"], ["carol at oslo"]]);
    await world.advance(2_000);
    assertEquals([paris.presence, london.presence], [[], []]);
  },
);

scene(
  "who was behind a server that died is gone everywhere 45 s later, and no more",
  async (world) => {
    const { london, rome } = await line(world);
    await world.person("alice", london);
    const bob = await world.person("bob", rome);
    await world.advance(20_000);
    await rome.crash();
    await world.advance(40_000);
    assertEquals(london.presence, ["alice at london", `${bob.name} at rome`]);
    await world.advance(6_000);
    assertEquals(london.presence, ["alice at london"]);
  },
);

scene(
  "the key of a server that is heard of for the first time is asked for once",
  async (world) => {
    const london = await world.server("london");
    const ghost = await world.rawServer("ghost");
    const rome = await world.rawServer("rome");
    await rome.dials(london);
    const opener = { ...rome.introduction, receiver: london.id, nonce: world.entropy.nonce() };
    await rome.sends(await rome.says("SERVER_ANNOUNCE", "*", opener));
    const people = [await world.stranger("bob"), await world.stranger("carol")];
    for (const person of people) await rome.sends(await ghost.advertise(person));
    const asked = rome.of("SERVER_ANNOUNCE").filter(({ payload }) => "seeks" in payload);
    assertEquals(asked.map(({ payload }) => payload["seeks"]), [[ghost.id]]);
    assertEquals([london.presence, rome.refusals], [[], []], "its frames wait");
    await rome.sends(
      await ghost.says("SERVER_ANNOUNCE", "*", { ...ghost.introduction, receiver: "*" }),
    );
    assertEquals(london.presence, ["bob at ghost", "carol at ghost"]);
  },
);

scene("what waits for a key is bounded, and refused when the key does not come", async (world) => {
  const london = await world.server("london");
  const ghost = await world.rawServer("ghost");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const meta = { extras: { padding: "x".repeat(60_000) } };
  for (let i = 0; i < 10; i++) {
    await rome.sends(await ghost.advertise(await world.stranger(`user${i}`), { meta }));
  }
  assertEquals(rome.refusals, ["INVALID_SIG", "INVALID_SIG"], "half a megabyte waits");
  await world.advance(30_000);
  assertEquals([rome.refusals.length, london.presence], [10, []]);
});

scene(
  "what was last heard over a link that is replaced is heard over the new one",
  async (world) => {
    const london = await world.server("london");
    const [bonn, rome] = [await world.rawServer("bonn"), await world.rawServer("rome")];
    const opens = async (by: typeof bonn) => {
      await by.dials(london);
      const said = { ...bonn.introduction, receiver: london.id, nonce: world.entropy.nonce() };
      await by.sends(await bonn.says("SERVER_ANNOUNCE", "*", said));
    };
    const announces = async (server: typeof bonn, links: Id[]) =>
      await server.says("SERVER_ANNOUNCE", "*", { ...server.introduction, receiver: "*", links });
    await opens(bonn);
    await bonn.sends(await announces(bonn, [rome.id]), await announces(rome, [bonn.id]));
    const bob = await world.stranger("bob");
    await bonn.sends(await rome.advertise(bob));
    const newer = new RawServer(world, "bonn", bonn.id, bonn.keys);
    await opens(newer);
    await bonn.sends(await announces(rome, [bonn.id]));
    await world.advance(1_500);
    assertEquals([london.linked, london.presence], [["bonn"], ["bob at rome"]]);
    // Rome dies, and Bonn says that it is not linked to it any more.
    await newer.sends(await announces(bonn, []));
    await world.advance(44_000);
    await newer.sends(await bonn.says("HEARTBEAT", "*", {}));
    await world.advance(2_000);
    assertEquals([london.linked, london.presence], [["bonn"], []]);
  },
);

scene("who died behind a partition is gone within two heartbeats of its end", async (world) => {
  const { london, rome } = await line(world);
  await world.person("bob", rome);
  await world.advance(20_000);
  world.network.part("london", "paris");
  await world.advance(100);
  await rome.crash();
  await world.advance(55_000);
  assertEquals([london.linked, london.presence], [[], ["bob at rome"]]);
  world.network.heal("london", "paris");
  await world.advance(29_000);
  assertEquals([london.linked, london.presence], [["paris"], []]);
});
