import { assert, assertEquals } from "@std/assert";
import { scene } from "../support/world.ts";

const HOUR = 3_600_000;

scene("a network that was shut down comes together again without its introducer", async (world) => {
  const servers = await world.mesh("london", "paris", "rome", "oslo");
  const [, paris, rome, oslo] = servers;
  assert(paris && rome && oslo);
  await world.advance(20_000);
  for (const server of servers) await server.crash();
  await world.advance(60_000);
  for (const server of [paris, rome, oslo]) await server.open();
  await world.advance(30_000);
  assertEquals([paris.linked, rome.linked, oslo.linked], [["oslo", "rome"], ["oslo", "paris"], [
    "paris",
    "rome",
  ]]);
});

scene("a server whose link is cut is dialled again, and its introducer for ever", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(20_000);
  await london.crash();
  await world.advance(26 * HOUR);
  const since = world.network.dials.length;
  await world.advance(60_000);
  const dials = world.network.dials.slice(since);
  assert(dials.length >= 6 && dials.every(({ to }) => to === "london:8765"), `${dials.length}`);
  await london.open();
  await world.advance(10_000);
  assertEquals(paris.linked, ["london"]);
});

scene("a server that was learned of and silent for 24 h is not dialled any more", async (world) => {
  const paris = await world.server("paris");
  const rome = await world.rawServer("rome");
  await rome.links(paris);
  await rome.hangsUp();
  const dialled = () => world.network.dials.length;
  await world.advance(24 * HOUR - 60_000);
  assert(dialled() > 10_000, "it is dialled until then");
  await world.advance(120_000);
  const after = dialled();
  await world.advance(HOUR);
  assertEquals(dialled(), after);
  const dialledWhen = () => paris.store.load().servers.map((record) => record.dialled);
  assertEquals(dialledWhen(), [false]);
  // Neither after a restart; but when it comes by itself it is one of them again.
  await paris.crash();
  await paris.open();
  await world.advance(60_000);
  assertEquals(dialled(), after);
  await rome.links(paris);
  assertEquals([paris.linked, dialledWhen()], [["rome"], [true]]);
  await rome.hangsUp();
  await world.advance(10_000);
  assert(dialled() > after + 1);
});

scene("a restarted server replaces its dead link at once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.advance(20_000);
  // The old connection is not reset: to London it looks as if Paris were only silent.
  world.network.part("london", "paris");
  await paris.crash();
  world.network.heal("london", "paris");
  const alice = await world.person("alice", london);
  await paris.open();
  const bob = await world.person("bob", paris);
  await world.advance(1_000);
  assertEquals([london.linked, world.network.connections("london", "paris")], [["paris"], 1]);
  assertEquals([alice.sees, bob.sees], [["bob"], ["alice"]]);
});
