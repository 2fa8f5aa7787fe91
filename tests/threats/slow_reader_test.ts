import { assert, assertEquals } from "@std/assert";
import { NO_LIMITS } from "../../lib/link/link_limits.ts";
import { MAX_IN_TRANSPORT, MAX_SERVER_OUTBOX, MAX_USER_OUTBOX } from "../../lib/link/outbox.ts";
import type { Transport } from "../../lib/link/transport.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import type { RawUser } from "../support/raw_peer.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

const HEALTHY = 200;
const STALLED = 50;

/** Somebody who only counts what comes. */
async function reader(world: World, name: string, server: ServerActor) {
  const user = await world.rawUser(name, server);
  const heard = { name, frames: 0, lastAt: 0, closed: undefined as number | undefined };
  const dialling = world.network.dialAs(name)(server.url);
  await world.settle();
  const transport: Transport = await dialling;
  transport.listen({
    text() {
      heard.frames += 1;
      heard.lastAt = world.clock.now();
    },
    binary() {},
    closed: (code) => void (heard.closed = code),
  });
  transport.send(user.hello());
  await world.settle();
  return heard;
}

/** A piece of a file for everybody, about as large as it may be. */
function bulk(user: RawUser, index: number): string {
  const ciphertext = encodeBase64url(new Uint8Array(64 * 512).fill(7));
  return JSON.stringify(user.frame("FILE_CHUNK", "public", { file_id: "f", index, ciphertext }));
}

scene(
  `${STALLED} readers that do not read, beside ${HEALTHY} that do, harm nobody and cost a bounded amount (THREATS 15)`,
  async (world) => {
    world.network.keeps = false;
    const london = await world.server("london", { quiet: true });
    const speaker = await world.rawUser("speaker", london);
    await speaker.enters();
    const healthy = [];
    for (let i = 0; i < HEALTHY; i++) healthy.push(await reader(world, `healthy ${i}`, london));
    const stalled = [];
    for (let i = 0; i < STALLED; i++) stalled.push(await reader(world, `stalled ${i}`, london));
    await world.advance(10_000);
    for (const { name } of stalled) world.network.stall(name);
    const slack = london.node.state.users.advertBytes;
    const bound = MAX_USER_OUTBOX + MAX_IN_TRANSPORT + slack;
    let said = 0;
    let most = 0;
    const before = healthy.map(({ frames }) => frames);
    const chunks = Math.ceil(2 * bound / bulk(speaker, 0).length);
    for (let index = 0; index < chunks; index++) {
      const text = bulk(speaker, index);
      await speaker.sends(text);
      for (const { lastAt } of healthy) assertEquals(lastAt, world.clock.now(), "heard at once");
      said += text.length;
      most = Math.max(most, ...stalled.map(({ name }) => world.network.unread(name)));
      const cut = stalled.filter(({ closed }) => closed === 1013).length;
      assertEquals(cut, said > bound ? STALLED : 0, `${said} of ${bound} bytes`);
      await world.advance(10);
    }
    assert(most <= MAX_IN_TRANSPORT + 64 * 1024, `${most} bytes were copied for one link`);
    assertEquals(healthy.map(({ frames }, i) => frames - (before[i] ?? 0)), [
      // Each of the others was also told that the stalled ones left.
      ...healthy.map(() => chunks + STALLED),
    ]);
    assertEquals(healthy.filter(({ closed }) => closed !== undefined), []);
    assertEquals(london.presence.length, HEALTHY + 1, "and who was cut is gone");
  },
  { limits: NO_LIMITS },
);

scene("who reads again in time has missed nothing, and heard it in order", async (world) => {
  const london = await world.server("london", { quiet: true });
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  await world.advance(5_000);
  world.network.stall("bob");
  const texts = Array.from({ length: 30 }, (_, i) => `${i} ${"x".repeat(10_000)}`);
  for (const text of texts) {
    await alice.says(text, bob);
    await world.advance(1_000);
  }
  assertEquals(bob.heard, []);
  world.network.resume("bob");
  await world.settle();
  assertEquals(bob.heard, texts.map((text) => `alice: ${text}`));
  assertEquals(bob.of("disconnected"), []);
});

scene("a server that does not read has more room, and is cut all the same", async (world) => {
  world.network.keeps = false;
  const london = await world.server("london", { quiet: true });
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const speaker = await world.rawUser("speaker", london);
  await speaker.enters();
  await world.advance(1_000);
  world.network.stall("rome");
  const bound = MAX_SERVER_OUTBOX + MAX_IN_TRANSPORT + london.node.state.users.advertBytes;
  let said = 0;
  for (let index = 0; rome.closed === undefined && said < 2 * bound; index++) {
    const text = bulk(speaker, index);
    await speaker.sends(text);
    said += text.length;
  }
  assertEquals(rome.closed?.code, 1013);
  assert(Math.abs(said - bound) < 128 * 1024, `${said} of ${bound} bytes`);
  assertEquals(london.linked, []);
}, { limits: NO_LIMITS });

scene("what goes to many is signed once and made into text once", async (world) => {
  const london = await world.server("london", { quiet: true });
  const leaver = await world.rawUser("leaver", london);
  await leaver.enters();
  const heard = [];
  for (let i = 0; i < 50; i++) heard.push(await reader(world, `reader ${i}`, london));
  await world.advance(10_000);
  const before = heard.map(({ frames }) => frames);
  const { crypto } = world;
  const sign = crypto.sign.bind(crypto);
  let signed = 0;
  crypto.sign = (key, data) => {
    signed += 1;
    return sign(key, data);
  };
  const { stringify } = JSON;
  let made = 0;
  JSON.stringify = (...args: unknown[]) => {
    const text: string = Reflect.apply(stringify, JSON, args);
    if (text.includes('"USER_REMOVE"') && text.includes('"sig"')) made += 1;
    return text;
  };
  try {
    await leaver.hangsUp();
  } finally {
    JSON.stringify = stringify;
  }
  assertEquals(heard.map(({ frames }, i) => frames - (before[i] ?? 0)), Array(50).fill(1));
  assertEquals([signed, made], [1, 1]);
});

scene("nobody is cut for what the server itself has not signed yet", async (world) => {
  const london = await world.server("london", { quiet: true });
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await world.advance(5_000);
  const sign = world.crypto.sign.bind(world.crypto);
  const made = Promise.withResolvers<void>();
  world.crypto.sign = async (key, data) => {
    await made.promise;
    return await sign(key, data);
  };
  // A thousand users come and go, as they do when their network comes and goes: each is told of twice.
  const commuter = await world.rawUser("commuter", london);
  for (let i = 0; i < 1_000; i++) {
    await commuter.dials(london);
    await commuter.enters();
    await commuter.hangsUp();
  }
  made.resolve();
  await world.settle();
  await alice.says("still here?", bob);
  assertEquals(bob.heard, ["alice: still here?"]);
  assertEquals([alice.of("disconnected"), bob.of("disconnected"), rome.closed], [
    [],
    [],
    undefined,
  ]);
});
