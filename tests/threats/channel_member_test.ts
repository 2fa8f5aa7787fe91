import { assert, assertEquals } from "@std/assert";
import { shareFrames } from "../../lib/client/channel_shares.ts";
import { type ChannelKey, channelKeyOf } from "../../lib/e2ee/channel_key.ts";
import { seal } from "../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { toId } from "../../lib/protocol/ids.ts";
import { publicSigningInput } from "../../lib/protocol/signing_input.ts";
import type { Person } from "../support/person.ts";
import { RawHome } from "../support/raw_home.ts";
import type { RawUser } from "../support/raw_peer.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

/** Longer than nobody's key takes to come, in ms. */
const A_WHILE = 5_000;

/** People who have the channel's key. */
async function crowd(world: World, count: number, ...servers: ServerActor[]): Promise<Person[]> {
  const people: Person[] = [];
  for (let i = 0; i < count; i++) {
    const server = servers[i % servers.length];
    assert(server);
    people.push(await world.person(`person ${i}`, server));
  }
  await world.advance(60_000);
  return people;
}

/** A member who means harm. */
async function enters(world: World, server: ServerActor): Promise<RawUser> {
  const mallory = await world.rawUser("mallory", server);
  await mallory.enters();
  await world.advance(A_WHILE);
  return mallory;
}

async function newKey({ crypto }: World, epoch: number): Promise<ChannelKey> {
  return await channelKeyOf(crypto, epoch, await crypto.generateKeyPair());
}

/** Shares a key as a client does. */
async function gives(user: RawUser, key: ChannelKey, ...people: Person[]): Promise<void> {
  const { id, keys, world: { clock, crypto } } = user;
  const members = people.map(({ id, keys }) => ({ id, key: keys.publicKey }));
  const sharer = { id, keys, crypto, stamp: () => clock.now() };
  for await (const text of shareFrames(sharer, key, members)) await user.sends(text);
}

/** Says something under a key that nobody else has. */
async function mumbles(user: RawUser, epoch: number): Promise<void> {
  const { world: { clock, crypto }, id: from, keys } = user;
  const { publicKey } = await crypto.generateKeyPair();
  const ciphertext = await seal(crypto, publicKey, new TextEncoder().encode("hm"));
  const ts = clock.now();
  const signature = await crypto.sign(
    keys.privateKey,
    publicSigningInput({ ciphertext, from, ts }),
  );
  const content_sig = encodeBase64url(signature);
  const payload = { ciphertext, sender_pub: keys.publicKey, content_sig, epoch };
  await user.sends(JSON.stringify(user.frame("MSG_PUBLIC_CHANNEL", "public", payload, ts)));
}

/** How many wraps people have sent to their servers. */
function wrapsSent({ network, people }: World): number {
  const names = new Set(people.map(({ name }) => name));
  return network.sent.filter(({ from, text }) =>
    names.has(from) && text.includes('"PUBLIC_CHANNEL_KEY_SHARE"')
  ).reduce((sum, { text }) => sum + JSON.parse(text).payload.shares.length, 0);
}

scene(
  "who speaks of a key that nobody has does not have everybody share to everybody",
  async (world) => {
    const london = await world.server("london");
    const { length } = await crowd(world, 20, london);
    const mallory = await enters(world, london);
    const before = wrapsSent(world);
    await mumbles(mallory, 77);
    await world.advance(10_000);
    assertEquals(wrapsSent(world) - before, length, "one holder answers all");
  },
);

scene(
  "who speaks of such keys again and again is paid heed to ever less often",
  async (world) => {
    const london = await world.server("london");
    const [alice] = await crowd(world, 2, london);
    const mallory = await enters(world, london);
    const asked = () =>
      world.network.sent.filter(({ from, text }) =>
        from === alice?.name && text.includes('"PUBLIC_CHANNEL_ADD"')
      ).length;
    for (let i = 0; i < 60; i++) {
      await mumbles(mallory, 77 + i);
      await world.advance(5_000);
    }
    assert(asked() >= 4 && asked() <= 9, `${asked()} times in 5 min`);
  },
);

scene(
  "two keys of one epoch, and garbage under the better one's name, part nobody once somebody speaks",
  async (world) => {
    const servers = await world.mesh("london", "paris");
    const [london] = servers;
    assert(london);
    const people = await crowd(world, 4, ...servers);
    const [alice, bob, carol, dave] = people;
    assert(alice && bob && carol && dave);
    const mallory = await enters(world, london);
    const [better, worse] = [await newKey(world, 2), await newKey(world, 2)]
      .sort((one, other) => one.channelPub < other.channelPub ? -1 : 1);
    assert(better && worse);
    await gives(mallory, better, alice, bob);
    await gives(mallory, worse, carol, dave);
    // Now the servers believe that these have the better one too.
    await gives(mallory, { ...better, pair: worse.pair }, carol, dave);
    await mallory.hangsUp();
    await world.advance(600_000);
    assertEquals(carol.client.channelKey?.channelPub, worse.channelPub);
    await alice.saysToAll("do you hear me?");
    await world.advance(A_WHILE);
    for (const { heardByAll } of [bob, carol, dave]) {
      assertEquals(heardByAll, [`${alice.name}: do you hear me?`]);
    }
    for (const { client } of people) {
      assertEquals(client.channelKey?.channelPub, better.channelPub);
    }
  },
);

scene(
  "who speaks under a worse key is given the better one by those who hear it",
  async (world) => {
    const london = await world.server("london");
    const [alice, bob] = await crowd(world, 2, london);
    assert(alice && bob);
    const mallory = await enters(world, london);
    const [better, worse] = [await newKey(world, 2), await newKey(world, 2)]
      .sort((one, other) => one.channelPub < other.channelPub ? -1 : 1);
    assert(better && worse);
    await gives(mallory, better, alice);
    await gives(mallory, worse, bob);
    await gives(mallory, { ...better, pair: worse.pair }, bob);
    await mallory.hangsUp();
    await world.advance(60_000);
    await bob.saysToAll("am I alone?");
    await world.advance(A_WHILE);
    assertEquals(bob.client.channelKey?.channelPub, better.channelPub);
  },
);

for (const extras of [{}, { segments: true, files: true }]) {
  scene(
    `people whose ids come before all others' and who never share do not keep newcomers waiting until they make a key (${
      JSON.stringify(extras)
    })`,
    async (world) => {
      const london = await world.server("london");
      const [alice] = await crowd(world, 3, london);
      assert(alice);
      const key = alice.client.channelKey;
      const rome = await world.rawServer("rome");
      await rome.links(london);
      for (let i = 10; i < 40; i++) {
        const id = toId(`00000000-0000-4000-8000-0000000000${i}`);
        const meta = { pubkey: rome.keys.publicKey, extras };
        await rome.sends(await rome.advertise({ id, keys: rome.keys }, { meta }));
      }
      const erin = await world.person("erin", london);
      await world.advance(3_000);
      assertEquals(erin.client.channelKey, key);
    },
  );
}

scene("what cannot be read is not tried again with the same key at each new key", async (world) => {
  const london = await world.server("london");
  const [alice] = await crowd(world, 1, london);
  assert(alice);
  const mallory = await enters(world, london);
  for (let i = 0; i < 10; i++) await mumbles(mallory, 1);
  const { crypto } = world;
  let decryptions = 0;
  const decrypt = crypto.decrypt.bind(crypto);
  crypto.decrypt = (...args) => {
    decryptions += 1;
    return decrypt(...args);
  };
  for (let epoch = 2; epoch < 7; epoch++) await gives(mallory, await newKey(world, epoch), alice);
  assertEquals(alice.client.channelKey?.epoch, 6);
  assert(decryptions < 50, `${decryptions} of five keys alone`);
});

scene("a member who makes keys far above each other locks no newcomer out (D23)", async (world) => {
  const london = await world.server("london");
  const people = await crowd(world, 3, london);
  const mallory = await enters(world, london);
  for (const epoch of [1_000, 2_000, 3_000]) {
    await gives(mallory, await newKey(world, epoch), ...people);
  }
  await mallory.hangsUp();
  await world.advance(60_000);
  const erin = await world.person("erin", london);
  await world.advance(A_WHILE);
  assertEquals(erin.client.channelKey?.epoch, 3_000);
  assertEquals(erin.client.channelKey, people[0]?.client.channelKey);
});

scene(
  "a home server that shares a key in the name of nobody known is not believed",
  async (world) => {
    const home = await RawHome.open(world);
    const erin = await world.stranger("erin");
    await erin.enters(home);
    await home.welcomes(erin);
    const nobody = await world.stranger("nobody");
    const { id, keys } = nobody;
    const { crypto, clock } = world;
    const sharer = { id, keys, crypto, stamp: () => clock.now() };
    const members = [{ id: erin.id, key: erin.keys.publicKey }];
    for await (const text of shareFrames(sharer, await newKey(world, 9), members)) {
      const { payload } = JSON.parse(text);
      await home.server.sends(await home.server.says("PUBLIC_CHANNEL_KEY_SHARE", "*", payload));
    }
    assertEquals(erin.client.channelKey, undefined);
    await world.advance(A_WHILE);
    assertEquals(erin.client.channelKey?.epoch, 1, "one of its own");
  },
);

scene(
  "who is led away alone by keys ever further above is followed by all, once they speak (D23)",
  async (world) => {
    const london = await world.server("london");
    const [alice, bob, carol] = await crowd(world, 3, london);
    assert(alice && bob && carol);
    const mallory = await enters(world, london);
    for (const epoch of [1_001, 2_001, 3_001]) {
      await gives(mallory, await newKey(world, epoch), bob);
      await world.advance(1_000);
    }
    assertEquals(bob.client.channelKey?.epoch, 3_001);
    await mallory.hangsUp();
    for (const person of [alice, carol]) await person.saysToAll("is bob there?");
    await world.advance(10_000);
    for (const person of [alice, carol]) {
      assertEquals(person.client.channelKey, bob.client.channelKey, person.name);
    }
    await bob.saysToAll("here I am");
    for (const person of [alice, carol]) {
      assert(
        person.heardByAll.includes(`${bob.name}: here I am`),
      );
    }
  },
);

scene("a newcomer who is given a key far above takes that of all others", async (world) => {
  const london = await world.server("london");
  const [alice] = await crowd(world, 3, london);
  const mallory = await enters(world, london);
  const newcomer = await world.stranger("newcomer");
  await newcomer.enters(london);
  await gives(mallory, await newKey(world, 2 ** 40), newcomer);
  await world.advance(A_WHILE);
  assertEquals(newcomer.client.channelKey, alice?.client.channelKey);
});
