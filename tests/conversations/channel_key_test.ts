import { assert, assertEquals } from "@std/assert";
import type { JsonObject } from "../../lib/protocol/json.ts";
import type { Frame, RawUser } from "../support/raw_peer.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { digestOf, sharePayload, type TestKey } from "../support/shares.ts";
import { scene, type World } from "../support/world.ts";

const FIRST: TestKey = { epoch: 1, name: "the first key" };
const SECOND: TestKey = { epoch: 2, name: "the second key" };

async function enters(world: World, name: string, server: ServerActor): Promise<RawUser> {
  const user = await world.rawUser(name, server);
  await user.enters();
  return user;
}

/** A user shares a key with others. */
async function shares(
  from: RawUser,
  key: TestKey,
  ...members: RawUser[]
): Promise<JsonObject> {
  const payload = await sharePayload(from, key, members);
  await from.sends(JSON.stringify(from.frame("PUBLIC_CHANNEL_KEY_SHARE", "*", payload)));
  return payload;
}

/** A user asks for a key. */
async function asks(user: RawUser, add: readonly string[] = [user.id]): Promise<void> {
  await user.sends(JSON.stringify(user.frame("PUBLIC_CHANNEL_ADD", "*", { add })));
}

const named = (frames: Frame[]) => frames.map(({ payload }) => payload["add"]);

/** What was signed of a share that came, whoever passed it on. */
function signedPart({ payload }: Frame): JsonObject {
  const { type: _type, ts: _ts, origin: _origin, ...signed } = payload;
  return signed;
}

scene(
  "who comes is named to everybody as one who needs the key, those of one moment together (§9.3)",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const alice = await enters(world, "alice", paris);
    await world.advance(1_000);
    alice.news();
    const bob = await enters(world, "bob", london);
    await world.advance(60);
    const carol = await enters(world, "carol", london);
    await world.advance(39);
    assertEquals(alice.of("PUBLIC_CHANNEL_ADD"), []);
    await world.advance(1);
    for (const user of [alice, bob, carol]) {
      const [add, ...others] = user.of("PUBLIC_CHANNEL_ADD");
      assertEquals([add?.from, add?.payload["add"], others], [london.id, [bob.id, carol.id], []]);
      assertEquals(add?.payload["if_version"], 3, "two members since the group began");
    }
    await world.advance(60_000);
    assertEquals(alice.of("PUBLIC_CHANNEL_ADD").length, 1);
  },
);

scene("who has left before it was said needs nothing", async (world) => {
  const london = await world.server("london");
  const alice = await enters(world, "alice", london);
  await world.advance(1_000);
  alice.news();
  const bob = await enters(world, "bob", london);
  await bob.hangsUp();
  await world.advance(1_000);
  assertEquals(named(alice.of("PUBLIC_CHANNEL_ADD")), []);
});

scene(
  "who asks for its key is named, once in five seconds however often it asks",
  async (world) => {
    const london = await world.server("london");
    const alice = await enters(world, "alice", london);
    await world.advance(10_000);
    alice.news();
    for (let second = 0; second < 20; second += 1) {
      await asks(alice);
      await world.advance(1_000);
    }
    assertEquals(alice.refusals, []);
    assertEquals(named(alice.of("PUBLIC_CHANNEL_ADD")), new Array(4).fill([alice.id]));
  },
);

scene(
  "a share goes to the servers and to those who are in it, signed by the sharer's server (D23)",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const alice = await enters(world, "alice", london);
    const bob = await enters(world, "bob", london);
    const carol = await enters(world, "carol", paris);
    const dave = await enters(world, "dave", paris);
    await world.advance(1_000);
    for (const user of [alice, bob, carol, dave]) user.news();
    const payload = await shares(alice, FIRST, alice, bob, carol);
    for (const user of [bob, carol]) {
      const [share, ...others] = user.of("PUBLIC_CHANNEL_KEY_SHARE");
      assert(share);
      assertEquals([share.from, signedPart(share), others], [london.id, payload, []]);
      assertEquals([share.payload["origin"], share.payload["ts"]], [london.id, share.ts]);
    }
    assertEquals([alice.received, dave.received], [[], []]);
  },
);

scene("who has got the key is told to everybody, with the new wraps only (§9.3)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await enters(world, "alice", london);
  const bob = await enters(world, "bob", london);
  const carol = await enters(world, "carol", paris);
  await world.advance(1_000);
  for (const user of [alice, bob, carol]) user.news();
  const { shares: wrapped } = await shares(alice, FIRST, alice, bob, carol);
  await world.advance(100);
  assert(Array.isArray(wrapped));
  const spelled = (share: JsonObject) => ({
    member_id: share["member"] ?? "",
    wrapped_key: share["wrapped_public_channel_key"] ?? "",
    epoch: share["epoch"] ?? "",
    channel_pub: share["channel_pub"] ?? "",
  });
  for (const user of [alice, bob, carol]) {
    const told = user.of("PUBLIC_CHANNEL_UPDATED").map(({ from, payload }) => ({
      from,
      version: payload["version"],
      wraps: payload["wraps"],
    })).sort((one) => one.from === london.id ? -1 : 1);
    assertEquals(told, [
      { from: london.id, version: 5, wraps: [wrapped[0], wrapped[1]].map(spelled) },
      { from: paris.id, version: 3, wraps: [spelled(wrapped[2])] },
    ]);
  }
  // The same key again, signed anew, is no news to anybody.
  for (const user of [alice, bob, carol]) user.news();
  await shares(alice, FIRST, bob);
  await world.advance(1_000);
  assertEquals(carol.received, []);
});

scene(
  "who comes back is given its share, though its server was killed and nobody else is there",
  async (world) => {
    const london = await world.server("london");
    const alice = await enters(world, "alice", london);
    const bob = await enters(world, "bob", london);
    const payload = await shares(alice, FIRST, alice, bob);
    await london.crash();
    await london.open();
    bob.news();
    await bob.dials(london);
    await bob.enters();
    const [share, ...others] = bob.of("PUBLIC_CHANNEL_KEY_SHARE");
    assert(share);
    assertEquals([share.from, signedPart(share), others], [london.id, payload, []]);
    await world.advance(1_000);
    assertEquals(bob.of("PUBLIC_CHANNEL_ADD")[0]?.payload["if_version"], 5);
  },
);

scene(
  "a share is kept for a member who is away, and not for one of another server",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const alice = await enters(world, "alice", london);
    const bob = await enters(world, "bob", paris);
    await world.advance(1_000);
    await bob.hangsUp();
    await shares(alice, FIRST, bob);
    await world.advance(1_000);
    const kept = (server: ServerActor) =>
      server.store.load().channel.shares.flatMap(({ wraps }) => wraps.map(({ member }) => member));
    assertEquals([kept(london), kept(paris)], [[], [bob.id]]);
    await bob.dials(paris);
    await bob.enters();
    assertEquals(bob.of("PUBLIC_CHANNEL_KEY_SHARE").length, 1);
  },
);

scene(
  "after a partition in which both sides made a key, those who are behind are asked for until they have the better one",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const alice = await enters(world, "alice", london);
    const bob = await enters(world, "bob", paris);
    await world.advance(1_000);
    world.network.part("london", "paris");
    await world.advance(120_000);
    await shares(alice, FIRST, alice);
    await shares(bob, SECOND, bob);
    await world.advance(1_000);
    world.network.heal("london", "paris");
    for (const user of [alice, bob]) user.news();
    await world.advance(60_000);
    const about = (who: RawUser) =>
      bob.of("PUBLIC_CHANNEL_ADD").filter(({ payload }) =>
        JSON.stringify(payload["add"]) === JSON.stringify([who.id])
      ).length;
    assertEquals([about(alice) > 0, about(bob)], [true, 0], "only Alice is behind");
    await shares(bob, SECOND, alice);
    assertEquals(alice.of("PUBLIC_CHANNEL_KEY_SHARE").length, 1);
    bob.news();
    await world.advance(1_200_000);
    assertEquals(about(alice), 0, "she has it");
    const digest = await digestOf(world, SECOND);
    const said = world.network.sent.findLast(({ from, text }) =>
      from === "london" && text.includes('"SERVER_ANNOUNCE"')
    );
    assertEquals(JSON.parse(said?.text ?? "").payload.channel, { epoch: 2, channel_pub: digest });
  },
);

scene(
  "nobody is asked for without end: if the better key never comes, it is asked for ever less often",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const alice = await enters(world, "alice", london);
    const bob = await enters(world, "bob", paris);
    await shares(alice, FIRST, alice);
    await shares(bob, SECOND, bob);
    await world.advance(60_000);
    alice.news();
    await world.advance(3_600_000);
    const times = alice.of("PUBLIC_CHANNEL_ADD").length;
    assert(times >= 5 && times <= 12, `${times} times in an hour`);
  },
);
