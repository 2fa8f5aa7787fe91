import { assert, assertEquals } from "@std/assert";
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
    await makes(flood + 2);
    assertEquals([bob.heard, message.state], [["alice: hello?"], "taken"]);
    await makes(4_000);
    assertEquals(mallory.refusals.length, 4_000, "and each bad frame is answered");
  },
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
});
