import { assert, assertEquals } from "@std/assert";
import type { JsonObject } from "../../lib/protocol/json.ts";
import type { RawUser } from "../support/raw_peer.ts";
import { digestOf, sharePayload, type TestKey } from "../support/shares.ts";
import { scene, type World } from "../support/world.ts";

const KEY: TestKey = { epoch: 1, name: "a key" };

/** Alice and Bob are in London, Carol in Paris; Rome is an attacker's server, linked to London. */
async function town(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const [alice, bob, carol] = [
    await world.rawUser("alice", london),
    await world.rawUser("bob", london),
    await world.rawUser("carol", paris),
  ];
  for (const user of [alice, bob, carol]) await user.enters();
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await world.advance(20_000);
  for (const peer of [alice, bob, carol, rome]) peer.news();
  return { london, paris, alice, bob, carol, rome };
}

const said = (user: RawUser, payload: JsonObject) =>
  JSON.stringify(user.frame("PUBLIC_CHANNEL_KEY_SHARE", "*", payload));

scene(
  "THREATS 1: a user shares a key in nobody else's name, and in its own only signed",
  async (world) => {
    const { london, paris, alice, bob, carol, rome } = await town(world);
    // Of its own for each: what was verified once is dropped as a copy.
    const own = () => sharePayload(alice, KEY, [bob, carol]);
    const stolen = await sharePayload(carol, KEY, [bob]);
    const { creator: _, ...anonymous } = await own();
    const forged: [string, JsonObject, string][] = [
      ["another's share", stolen, "INVALID_SIG"],
      [
        "another's name over one's own signature",
        { ...await own(), creator: carol.id },
        "INVALID_SIG",
      ],
      ["nobody's name", anonymous, "INVALID_SIG"],
      [
        "another signature",
        { ...await own(), content_sig: stolen["content_sig"] ?? "" },
        "INVALID_SIG",
      ],
      ["other shares", { ...await own(), shares: stolen["shares"] ?? [] }, "INVALID_SIG"],
      [
        "another's key, signed by one's own",
        await sharePayload(alice, KEY, [bob], { creator_pub: carol.keys.publicKey }),
        "BAD_KEY",
      ],
      [
        "a key that is none",
        await sharePayload(alice, KEY, [bob], { creator_pub: "dummy" }),
        "BAD_KEY",
      ],
    ];
    for (const [what, payload, code] of forged) {
      alice.news();
      await alice.sends(said(alice, payload));
      assertEquals(alice.refusals, [code], what);
    }
    await world.advance(1_000);
    for (const peer of [bob, carol, rome]) assertEquals(peer.received, [], peer.name);
    for (const server of [london, paris]) assertEquals(server.store.load().channel.shares, []);
  },
);

scene(
  "THREATS 1: what another server shares is given and kept only if its creator's known key signed it",
  async (world) => {
    const { london, alice, bob, rome } = await town(world);
    const mallory = await world.stranger("mallory");
    const unknown = await sharePayload(mallory, KEY, [bob]);
    const { creator: _, ...anonymous } = await sharePayload(alice, KEY, [bob]);
    const oslo = await world.rawServer("oslo");
    await oslo.links(london);
    for (const payload of [unknown, anonymous]) {
      oslo.news();
      const text = await rome.says("PUBLIC_CHANNEL_KEY_SHARE", "*", payload);
      await rome.sends(text);
      // It may mean something to the users of other teams, so it goes on as it is.
      assertEquals(oslo.of("PUBLIC_CHANNEL_KEY_SHARE").map((frame) => JSON.stringify(frame)), [
        text,
      ]);
    }
    assertEquals(rome.refusals, []);
    oslo.news();
    const own = await sharePayload(alice, KEY, [bob]);
    const wrong: [string, JsonObject, string][] = [
      ["a signature that is not Alice's", { ...unknown, creator: alice.id }, "INVALID_SIG"],
      [
        "a key that is not Alice's",
        await sharePayload(alice, KEY, [bob], { creator_pub: mallory.keys.publicKey }),
        "BAD_KEY",
      ],
    ];
    for (const [what, payload, code] of wrong) {
      rome.news();
      await rome.sends(await rome.says("PUBLIC_CHANNEL_KEY_SHARE", "*", payload));
      assertEquals(rome.refusals, [code], what);
    }
    assertEquals([bob.received, oslo.of("PUBLIC_CHANNEL_KEY_SHARE")], [[], []]);
    assertEquals(london.store.load().channel.shares, []);
    const good = await rome.says("PUBLIC_CHANNEL_KEY_SHARE", "*", own);
    await rome.sends(good);
    assertEquals(bob.of("PUBLIC_CHANNEL_KEY_SHARE").map((frame) => JSON.stringify(frame)), [good]);
    assertEquals(london.store.load().channel.shares.length, 1);
  },
);

scene(
  "THREATS 2: nobody has its server sign what would pass as another frame beside a share",
  async (world) => {
    const { london, alice, bob, rome } = await town(world);
    const payload = await sharePayload(alice, KEY, [bob]);
    const meta = { pubkey: alice.keys.publicKey };
    const beside = { user_id: bob.id, server_id: london.id, meta, msg_ref: "AAAA" };
    await alice.sends(said(alice, { ...payload, ...beside }));
    const [share] = rome.of("PUBLIC_CHANNEL_KEY_SHARE");
    assertEquals(Object.keys(share?.payload ?? {}).sort(), [
      "content_sig",
      "creator",
      "creator_pub",
      "origin",
      "shares",
      "ts",
      "type",
    ]);
  },
);

scene("a user asks for no key but its own", async (world) => {
  const { alice, bob, carol, rome } = await town(world);
  for (const add of [[bob.id], [alice.id, bob.id], [alice.id, alice.id], [rome.id]]) {
    alice.news();
    await alice.sends(JSON.stringify(alice.frame("PUBLIC_CHANNEL_ADD", "*", { add })));
    assertEquals(alice.refusals, ["BAD_KEY"], add.join());
  }
  await world.advance(10_000);
  assertEquals([bob, carol, rome].map((peer) => peer.of("PUBLIC_CHANNEL_ADD")), [[], [], []]);
});

scene(
  "THREATS 16: a user who asks without end, or comes and goes, does not flood the mesh",
  async (world) => {
    const { london, alice, bob, carol, rome } = await town(world);
    for (let round = 0; round < 500; round += 1) {
      await alice.sends(
        JSON.stringify(alice.frame("PUBLIC_CHANNEL_ADD", "*", { add: [alice.id] })),
      );
      await world.advance(20);
    }
    assertEquals(alice.refusals, []);
    const times = () => [bob, carol, rome].map((peer) => peer.of("PUBLIC_CHANNEL_ADD").length);
    assertEquals(times(), [2, 2, 2], "in ten seconds");
    await world.advance(10_000);
    for (const peer of [bob, carol, rome]) peer.news();
    for (let round = 0; round < 500; round += 1) {
      await alice.hangsUp();
      await alice.dials(london);
      await alice.enters();
      await world.advance(20);
    }
    for (const count of times()) assert(count <= 10, `${count} times in ten seconds`);
  },
);

scene(
  "THREATS 28: who shares one key again and again makes a server write it once",
  async (world) => {
    const { london, alice, bob } = await town(world);
    let writes = 0;
    const { store } = london;
    const apply = store.apply.bind(store);
    store.apply = (facts) => {
      writes += facts.length;
      apply(facts);
    };
    for (let round = 0; round < 50; round += 1) {
      await alice.sends(said(alice, await sharePayload(alice, KEY, [alice, bob])));
    }
    assertEquals([alice.refusals, writes], [[], 1]);
    assertEquals(store.load().channel.shares.length, 1);
  },
);

scene("a key of an epoch far above all others counts for nobody (D23)", async (world) => {
  const { london, alice, bob, rome } = await town(world);
  const carla = await world.rawUser("carla", london);
  await carla.enters();
  await alice.sends(said(alice, await sharePayload(alice, KEY, [alice, bob])));
  await carla.sends(said(carla, await sharePayload(carla, { epoch: 5_000, name: "x" }, [carla])));
  const channel_pub = await digestOf(world, { epoch: 9_000, name: "y" });
  for (const user of [alice, bob]) user.news();
  for (let round = 0; round < 8; round += 1) {
    const channel = { epoch: 9_000, channel_pub };
    const announce = { ...rome.introduction, receiver: "*", links: [london.id], channel };
    await rome.sends(await rome.says("SERVER_ANNOUNCE", "*", announce));
    await world.advance(15_000);
  }
  // Carol, in Paris, has no key at all: she is rightly asked for, by her own server.
  const named = alice.of("PUBLIC_CHANNEL_ADD").filter(({ from }) => from === london.id)
    .flatMap(({ payload }) => payload["add"]);
  assertEquals(named, [carla.id], "once, because she has come");
  const announced = rome.of("SERVER_ANNOUNCE").findLast(({ payload }) => "channel" in payload);
  assertEquals(announced?.payload["channel"], {
    epoch: KEY.epoch,
    channel_pub: await digestOf(world, KEY),
  });
});

scene(
  "THREATS 16: a server that makes up a better key now and then has nobody asked for each time",
  async (world) => {
    const { london, alice, bob, rome } = await town(world);
    await alice.sends(said(alice, await sharePayload(alice, KEY, [alice, bob])));
    rome.listens();
    await rome.proves(london);
    await world.advance(60_000);
    bob.news();
    const made = { epoch: 900, channel_pub: await digestOf(world, { epoch: 900, name: "none" }) };
    for (let minute = 0; minute < 60; minute += 1) {
      const ts = rome.stamp();
      const links = [london.id];
      const payload = { ...rome.introduction, receiver: "*", links, users: [], channel: made };
      const bound = { ...payload, origin: rome.id, ts };
      await rome.sends(await rome.signed(rome.frame("SERVER_ANNOUNCE", "*", bound, ts)));
      await world.advance(60_000);
    }
    assertEquals(rome.refusals, []);
    const times =
      bob.of("PUBLIC_CHANNEL_ADD").filter(({ from, payload }) =>
        from === london.id && JSON.stringify(payload["add"]).includes(alice.id)
      ).length;
    assert(times >= 2 && times <= 12, `${times} times in an hour`);
  },
);
