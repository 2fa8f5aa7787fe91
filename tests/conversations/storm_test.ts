import { assert, assertEquals } from "@std/assert";
import type { OutgoingMessage } from "../../lib/client/outgoing.ts";
import type { Person } from "../support/person.ts";
import { Seeded } from "../support/seeded.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { presenceOf } from "../support/tables.ts";
import { scene, type World } from "../support/world.ts";

const CITIES = [
  ..."london paris rome oslo bonn bern riga kiev cairo lima quito delhi".split(" "),
] as const;

interface Letter {
  readonly message: OutgoingMessage;
  readonly to: Person;
}

/** One turn of somebody's fate, chosen by the seed. */
async function somethingHappens(
  world: World,
  fate: Seeded,
  servers: readonly ServerActor[],
  offline: Set<Person>,
  letters: Letter[],
): Promise<void> {
  const person = fate.pick(world.people);
  const server = fate.pick(servers);
  const other = fate.pick(servers);
  const chance = fate.below(100);
  if (offline.has(person)) {
    offline.delete(person);
    await person.enters(server);
  } else if (chance < 60) {
    const to = fate.pick(world.people);
    if (to === person) return;
    const message = await person.says(`letter ${letters.length}`, to);
    letters.push({ message, to });
  } else if (chance < 75) {
    await person.moves(server);
  } else if (chance < 82) {
    offline.add(person);
    await person.leaves();
  } else if (chance < 90) {
    if (server !== other) world.network.cut(server.name, other.name);
  } else if (chance < 95) {
    const home = servers.find(({ id }) => id === person.client.server?.server);
    if (home !== undefined) world.network.cut(person.name, home.name);
  } else if (server !== other) {
    world.network.part(server.name, other.name);
    world.clock.at(world.clock.now() + fate.below(70_000), () => {
      world.network.heal(server.name, other.name);
    });
  }
}

/** Each letter was shown to its recipient once, or its sender knows that it may not have been. */
function assertAllAccountedFor(letters: readonly Letter[], why: string): void {
  for (const { message, to } of letters) {
    const shown = to.of("message").filter(({ text }) => text === message.text).length;
    assert(shown <= 1, `${why}: ${message.text} was shown ${shown} times`);
    assert(message.state !== "sending", `${why}: nobody knows what became of ${message.text}`);
    if (message.state === "taken") assertEquals(shown, 1, `${why}: ${message.text} was lost`);
  }
}

for (const seed of [11, 22, 33]) {
  scene(
    `12 servers, 40 people, 400 turns of fate: all tables agree (seed ${seed})`,
    async (world) => {
      const fate = new Seeded(seed);
      const servers = await world.mesh(...CITIES);
      await world.advance(1_000);
      const offline = new Set<Person>();
      for (let i = 0; i < 40; i++) await world.person(`person${i}`, fate.pick(servers));
      const letters: Letter[] = [];
      for (let turn = 0; turn < 400; turn++) {
        await somethingHappens(world, fate, servers, offline, letters);
        await world.advance(fate.below(400));
      }
      for (const one of CITIES) for (const other of CITIES) world.network.heal(one, other);
      await world.advance(240_000);

      const [first] = servers;
      assert(first);
      const truth = presenceOf(first.node.state);
      for (const { name, node } of servers) {
        assertEquals(presenceOf(node.state), truth, `seed ${seed}: ${name}`);
      }
      for (const server of servers) assertEquals(server.linked.length, 11, `seed ${seed}`);
      const here = world.people.filter((person) => !offline.has(person));
      assertEquals(truth.map(({ id }) => id), here.map(({ id }) => id).sort(), `seed ${seed}`);
      for (const person of here) {
        const others = here.filter((other) => other !== person).map(({ name }) => name).sort();
        assertEquals(person.sees, others, `seed ${seed}: ${person.name}`);
      }
      const happy = letters.filter(({ message }) => message.state === "taken").length;
      assert(happy > letters.length / 2, `seed ${seed}: ${happy} of ${letters.length} arrived`);
      assertAllAccountedFor(letters, `seed ${seed}`);
    },
    { seed, slowness: 30 },
  );
}
