import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS, NO_LIMITS } from "../../lib/link/link_limits.ts";
import { SlowCores } from "../support/slow_cores.ts";
import type { World } from "../support/world.ts";
import { scene } from "../support/world.ts";

/** From now on signatures are made one at a time, in the order in which they were asked for, when a test says so. */
function holdSignatures(world: World, of: string) {
  const { crypto } = world;
  const waiting: (() => void)[] = [];
  const sign = crypto.sign.bind(crypto);
  crypto.sign = async (key, data) => {
    const { publicKey } = await crypto.importPrivateKey(await crypto.exportPrivateKey(key));
    if (publicKey !== of) return await sign(key, data);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return await sign(key, data);
  };
  const makes = async (count: number) => {
    for (let made = 0; made < count && waiting.length > 0; made++) {
      waiting.shift()?.();
      await world.settle();
    }
  };
  return { waiting, makes };
}

scene(
  "whoever floods a server with bad frames waits himself, and nobody else (THREATS 17)",
  async (world) => {
    const london = await world.server("london", { quiet: true });
    const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
    const mallory = await world.rawUser("mallory", london);
    await mallory.enters();
    mallory.news();
    const { waiting, makes } = holdSignatures(world, london.keys.publicKey);
    await mallory.sends(...Array.from({ length: 4_000 }, () => "{}"));
    const flood = waiting.length;
    assert(flood < 20, `${flood} signatures are to be made before anybody else's`);
    const message = await alice.says("hello?", bob);
    // Two for the message and its ACK, and each time one of the flood's before it.
    await makes(flood + 4);
    assertEquals([bob.heard, message.state], [["alice: hello?"], "taken"]);
    await makes(4_000);
    assertEquals(mallory.refusals.length, 4_000, "and each bad frame is answered");
  },
  { limits: NO_LIMITS },
);

scene(
  "whoever floods a server and hangs up is gone at once, with nothing signed for nobody",
  async (world) => {
    const london = await world.server("london", { quiet: true });
    const mallory = await world.rawUser("mallory", london);
    await mallory.enters();
    const { waiting, makes } = holdSignatures(world, london.keys.publicKey);
    await mallory.sends(...Array.from({ length: 100 }, () => "{}"));
    await mallory.hangsUp();
    await makes(1);
    assertEquals(london.presence, []);
    assert(waiting.length < 20, `${waiting.length} signatures`);
  },
);

scene("a flood of requests for somebody else's signatures waits too", async (world) => {
  const london = await world.server("london", { quiet: true });
  const bob = await world.person("bob", london);
  const mallory = await world.rawUser("mallory", london);
  await mallory.enters();
  const texts: string[] = [];
  for (let i = 0; i < 100; i++) {
    texts.push(await mallory.direct(bob, `spam ${i}`, world.clock.now() + i));
  }
  const { waiting, makes } = holdSignatures(world, london.keys.publicKey);
  await mallory.sends(...texts);
  assert(waiting.length < 20, `${waiting.length} signatures`);
  await makes(1_000);
  assertEquals(bob.heard.length, 100);
}, { limits: NO_LIMITS });

/** What honest people have of a server while somebody floods it, in ms. */
async function talkBesideFlood(world: World) {
  const london = await world.server("london", { quiet: true });
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  await world.advance(5_000);
  const mallory = await world.rawUser("mallory", london);
  await mallory.enters();
  const garbage = JSON.stringify({ ...mallory.frame("LIST_REQUEST", "*", {}), sig: "AAAA" });
  const cores = new SlowCores(world, 2);
  const delays: number[] = [];
  let cuts = 0;
  let saidAt = 0;
  bob.client.listen((event) => {
    if (event.kind === "message") delays.push(world.clock.now() - saidAt);
  });
  for (let turn = 0; turn < 100; turn++) {
    if (mallory.closed !== undefined) {
      assertEquals(mallory.closed.code, 1008);
      cuts += 1;
      await mallory.dials(london);
      await mallory.enters();
    }
    saidAt = world.clock.now();
    const said = alice.says(`${turn}`, bob);
    await mallory.sends(...Array.from({ length: 400 }, () => garbage));
    await said;
    await world.advance(200);
  }
  await world.advance(2_000);
  assertEquals(bob.heard, Array.from({ length: 100 }, (_, turn) => `alice: ${turn}`));
  assertEquals([alice.of("disconnected"), bob.of("disconnected")], [[], []]);
  delays.sort((one, other) => one - other);
  return { p99: delays[98] ?? Infinity, cores, cuts };
}

for (
  const [what, limits] of [["the usual limits", DEFAULT_LIMITS], ["no limits", NO_LIMITS]] as const
) {
  scene(
    `a link with 2,000 garbage signatures a second does not delay honest messages, with ${what} (THREATS 17)`,
    async (world) => {
      const { p99, cores, cuts } = await talkBesideFlood(world);
      assert(p99 < 250, `${p99} ms`);
      assert(cores.mostAtOnce < 12, `${cores.mostAtOnce} operations were under way at once`);
      if (limits === NO_LIMITS) return;
      assert(cuts > 0, "who goes on like that is cut");
      // 100 messages with their checks, and of the flood a burst for each link and ten a second.
      const flood = 40 * (cuts + 1) + 10 * 25;
      assert(cores.verified < 100 * 6 + 2 * flood, `${cores.verified} signatures were checked`);
    },
    { limits },
  );
}

scene(
  "two hundred messages that waited for the connection all arrive, each once",
  async (world) => {
    const london = await world.server("london");
    const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
    await world.advance(5_000);
    world.network.cut("alice", "london");
    const messages = [];
    for (let i = 0; i < 200; i++) messages.push(alice.client.tell(bob.id, `${i}`));
    await world.advance(60_000);
    assertEquals(bob.heard, messages.map((_, i) => `alice: ${i}`));
    assertEquals(messages.filter(({ state }) => state !== "taken"), []);
    assertEquals(alice.of("disconnected").length, 1, "and nobody loses patience over it");
  },
);

for (const [what, count] of [["a thousand messages", 1_000], ["long ones", 60]] as const) {
  scene(
    `${what} typed while nobody was there to take them all arrive, each once`,
    async (world) => {
      const london = await world.server("london", { quiet: true });
      const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
      await world.advance(5_000);
      world.network.cut("alice", "london");
      const pad = count < 100 ? "x".repeat(25_000) : "";
      const texts = Array.from({ length: count }, (_, i) => `${i}${pad}`);
      for (const text of texts) alice.client.tell(bob.id, text);
      for (const text of texts.slice(0, 100)) alice.client.say(text);
      await world.advance(180_000);
      assertEquals(bob.heard.map(({ length }) => length), texts.map(({ length }) => length + 7));
      assertEquals(new Set(bob.heard).size, count);
      assertEquals(bob.heardByAll.length, Math.min(count, 100));
      assertEquals(alice.of("disconnected").length, 1, "and nobody loses patience over it");
    },
  );
}

scene("forty messages typed at once arrive at once", async (world) => {
  const london = await world.server("london");
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  await world.advance(10_000);
  for (let i = 0; i < 36; i++) alice.client.tell(bob.id, `${i}`);
  await world.settle();
  assertEquals(bob.heard.length, 36);
});

scene("a frame that comes by two links at once is checked once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(2_000);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const oslo = await world.rawServer("oslo");
  await oslo.links(london);
  await world.advance(1_000);
  const verify = world.crypto.verify.bind(world.crypto);
  const checked: string[] = [];
  world.crypto.verify = async (key, signature, data) => {
    if (key === rome.keys.publicKey) checked.push(new TextDecoder().decode(data));
    await new Promise<void>((resolve) => void world.clock.at(world.clock.now() + 5, resolve));
    return await verify(key, signature, data);
  };
  const advert = await rome.advertise(await world.stranger("carol"));
  await Promise.all([rome.sends(advert), oslo.sends(advert), oslo.sends(advert)]);
  await world.advance(1_000);
  assert(london.presence.includes("carol at rome"));
  // London once and Paris once, each of whom hears it of London or of nobody.
  assertEquals(
    checked.filter((data) => data.includes("USER_ADVERTISE") || data.includes("user_id")).length,
    2,
  );
});

scene("nothing is checked for a message to somebody who is not there", async (world) => {
  const london = await world.server("london");
  const mallory = await world.rawUser("mallory", london);
  await mallory.enters();
  mallory.news();
  const nobody = await world.stranger("nobody");
  const message = await mallory.direct(nobody, "hello?");
  let checked = 0;
  const verify = world.crypto.verify.bind(world.crypto);
  world.crypto.verify = (key, signature, data) => {
    checked += 1;
    return verify(key, signature, data);
  };
  await mallory.sends(message);
  assertEquals([mallory.refusals, checked], [["USER_NOT_FOUND"], 0]);
  nobody.enters(london);
  await world.advance(1_000);
  await mallory.sends(message);
  assertEquals(nobody.heard, ["mallory: hello?"], "and it can be sent again when they are");
});

scene(
  "what one link has a server sign all at once delays nobody else's message by more than a little",
  async (world) => {
    const london = await world.server("london", { quiet: true });
    for (let i = 0; i < 200; i++) await (await world.rawUser(`u${i}`, london)).enters();
    const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
    await world.advance(5_000);
    const rome = await world.rawServer("rome");
    await rome.dials(london);
    const announce = await rome.says("SERVER_ANNOUNCE", "*", rome.introduction);
    const cores = new SlowCores(world, 2);
    // A server of another team is told anew of every user, each under a signature of its own.
    await rome.sends(announce);
    await world.advance(20);
    void alice.says("hello?", bob);
    await world.advance(100);
    const told = rome.of("USER_ADVERTISE").length;
    assert(told < 100, `${told} of 202 were told already`);
    assertEquals(bob.heard, ["alice: hello?"]);
    assert(cores.mostAtOnce < 10, `${cores.mostAtOnce} operations were under way at once`);
    await world.advance(2_000);
    assertEquals(rome.of("USER_ADVERTISE").length, 202);
  },
);

scene("crowds that come and go delay nobody's messages by more than a little", async (world) => {
  const london = await world.server("london", { quiet: true });
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  await world.advance(5_000);
  const crowd = [];
  for (let i = 0; i < 400; i++) crowd.push(await world.rawUser(`u${i}`, london));
  new SlowCores(world, 2);
  const delays: number[] = [];
  let saidAt = 0;
  bob.client.listen((event) => {
    if (event.kind === "message") delays.push(world.clock.now() - saidAt);
  });
  for (let turn = 0; turn < 10; turn++) {
    saidAt = world.clock.now();
    void alice.says(`${turn}`, bob);
    // 160 a second, and two signatures for each that comes, one for each that goes, of the 250 that are made.
    for (const user of crowd.slice(turn * 40, (turn + 1) * 40)) {
      await user.dials(london);
      await user.enters();
      await world.advance(5);
      await user.hangsUp();
      await world.advance(1);
    }
  }
  await world.advance(10_000);
  assertEquals(bob.heard, Array.from({ length: 10 }, (_, turn) => `alice: ${turn}`));
  assert(Math.max(...delays) < 250, `${delays} ms`);
  assertEquals(london.presence, ["alice at london", "bob at london"]);
});

scene("whoever waits for a turn to arrive is not taken for silent", async (world) => {
  const london = await world.server("london", { quiet: true });
  const { makes } = holdSignatures(world, london.keys.publicKey);
  const crowd = [];
  for (let i = 0; i < 20; i++) crowd.push(await world.rawUser(`u${i}`, london));
  for (const user of crowd) await user.enters();
  assertEquals(london.presence.length, 2, "as many at once as there are lanes");
  await world.advance(20_000);
  await makes(1_000);
  assertEquals(crowd.filter(({ closed }) => closed !== undefined), []);
  assertEquals(london.presence.length, 20);
});
