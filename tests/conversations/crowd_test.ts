import { assert, assertEquals } from "@std/assert";
import { MAX_USER_OUTBOX } from "../../lib/link/outbox.ts";
import { scene } from "../support/world.ts";

scene("a newcomer gets in where thousands are, and hears of every one (D18)", async (world) => {
  const london = await world.server("london", { quiet: true });
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const { keys } = rome;
  const crowd = 5_100;
  const adverts: string[] = [];
  for (let i = 0; i < crowd; i++) {
    adverts.push(await rome.advertise({ id: world.entropy.id(), keys }));
  }
  const bytes = adverts.reduce((sum, { length }) => sum + length, 0);
  assert(bytes > MAX_USER_OUTBOX, "it is more than may wait for a slow reader");
  await rome.sends(...adverts);
  assert(london.presence.length <= 2_000, "a server's burst");
  await world.advance(1_000 * (crowd - 2_000) / 500);
  assertEquals(london.presence.length, crowd, "nothing of it is dropped (THREATS 17)");
  const alice = await world.person("alice", london);
  assertEquals([alice.of("ready").length, alice.of("disconnected")], [1, []]);
  assertEquals(alice.client.people().length, crowd);
  const bob = await world.person("bob", london);
  const { state } = await alice.says("what a crowd", bob);
  assertEquals([state, bob.heard], ["taken", ["alice: what a crowd"]]);
});
