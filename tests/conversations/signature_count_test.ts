import { assert, assertEquals } from "@std/assert";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

/** Counts what each server signs from now on. */
function countSignatures({ crypto }: World, servers: readonly ServerActor[]) {
  const counts = servers.map(() => 0);
  const sign = crypto.sign.bind(crypto);
  crypto.sign = async (key, data) => {
    const { publicKey } = await crypto.importPrivateKey(await crypto.exportPrivateKey(key));
    const signer = servers.findIndex(({ keys }) => keys.publicKey === publicKey);
    if (signer >= 0) counts[signer] = (counts[signer] ?? 0) + 1;
    return await sign(key, data);
  };
  return counts;
}

scene(
  "a direct message costs its server two signatures: the delivery and the ACK",
  async (world) => {
    const london = await world.server("london", { quiet: true });
    const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
    await world.advance(5_000);
    const counts = countSignatures(world, [london]);
    for (const text of ["one", "two", "three"]) await alice.says(text, bob);
    assertEquals([bob.heard.length, counts], [3, [6]]);
  },
);

scene("between two servers it costs each of them two", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const [alice, bob] = [await world.person("alice", london), await world.person("bob", paris)];
  await world.advance(1_000);
  const counts = countSignatures(world, [london, paris]);
  await alice.says("one", bob);
  assertEquals([bob.heard.length, counts], [1, [2, 2]]);
});

scene("whoever comes costs two, however many are told of it", async (world) => {
  const london = await world.server("london", { quiet: true });
  for (let i = 0; i < 10; i++) await world.person(`friend ${i}`, london);
  await world.advance(5_000);
  const counts = countSignatures(world, [london]);
  const newcomer = await world.rawUser("newcomer", london);
  await newcomer.enters();
  assertEquals(newcomer.of("USER_ADVERTISE").length >= 10, true, "and hears of everybody");
  assertEquals(counts, [2]);
});

scene(
  "messages to everybody cost no signature each, only one for all that was said meanwhile",
  async (world) => {
    const london = await world.server("london", { quiet: true });
    const [alice, bob] = [await world.person("alice", london), await world.person("bob", london)];
    await world.advance(5_000);
    const counts = countSignatures(world, [london]);
    await Promise.all(["one", "two", "three"].map((text) => alice.saysToAll(text)));
    assertEquals(bob.heardByAll.length, 3);
    assert((counts[0] ?? 0) < 3, `${counts} signatures`);
  },
);
