import { assert, assertEquals } from "@std/assert";
import { presenceOf } from "../support/tables.ts";
import { scene } from "../support/world.ts";

/** Two heartbeats, in ms. */
const HEALED_MS = 30_000;

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  scene(
    `THREATS 23: a partition of 60 s, users move, and all agree 30 s later (seed ${seed})`,
    async (world) => {
      const servers = await world.mesh("london", "paris", "rome", "oslo");
      const [london, paris, rome, oslo] = servers;
      assert(london && paris && rome && oslo);
      const moves = [];
      for (const [from, to] of [[london, paris], [rome, oslo], [paris, rome]] as const) {
        moves.push({ person: await world.person(`from ${from.name}`, from), to });
      }
      const stays = await world.person("stays", oslo);
      await world.advance(20_000);
      const sides = [[london, paris], [rome, oslo]] as const;
      for (const one of sides[0]) {
        for (const other of sides[1]) world.network.part(one.name, other.name);
      }
      await world.advance(20_000);
      for (const { person, to } of moves) {
        await person.moves(to);
        await world.advance(5_000);
      }
      await world.advance(25_000);
      for (const one of sides[0]) {
        for (const other of sides[1]) world.network.heal(one.name, other.name);
      }
      await world.advance(HEALED_MS);
      const truth = presenceOf(oslo.node.state);
      assertEquals(truth.length, 4);
      for (const { person, to } of moves) {
        assertEquals(truth.find(({ id }) => id === person.id)?.server, to.id);
      }
      for (const { node, linked } of servers) {
        assertEquals(presenceOf(node.state), truth);
        assertEquals(linked.length, 3);
      }
      assertEquals(stays.sees, moves.map(({ person }) => person.name).sort());
    },
    { seed, slowness: 50 },
  );
}
