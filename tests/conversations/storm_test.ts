import { assert, assertEquals } from "@std/assert";
import type { ChatClient } from "../../lib/client/chat_client.ts";
import type { OutgoingMessage } from "../../lib/client/outgoing.ts";
import type { Person } from "../support/person.ts";
import { Seeded } from "../support/seeded.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

const CITIES = [
  ..."london paris rome oslo bonn bern riga kiev cairo lima quito delhi".split(" "),
] as const;

/** The longest time a message takes, in ms. */
const SLOWNESS = 30;

interface Letter {
  readonly message: OutgoingMessage;
  readonly from: Person;
  readonly client: ChatClient;
  readonly to: Person;
  readonly at: number;
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
    const [from, client, at] = [person, person.client, world.clock.now()];
    const message = await from.says(`letter ${letters.length}`, to);
    letters.push({ message, from, client, to, at });
  } else if (chance < 75) {
    // Whoever comes back to the same server may be there before the farewell is.
    if (server.id !== person.client.server?.server) await person.moves(server);
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

/** Whether the recipient's connection ended while the letter was on its way: nobody keeps letters. */
function recipientWent({ message, from, to, at }: Letter): boolean {
  const until = from.settledAt.get(message) ?? Infinity;
  return to.gone.some((gone) => gone >= at - SLOWNESS && gone <= until + SLOWNESS);
}

/** Each letter was shown to its recipient once, or its sender knows that it may not have been. */
function assertAllAccountedFor(letters: readonly Letter[], why: string): void {
  for (const letter of letters) {
    const { message, from, client, to } = letter;
    const shown = to.of("message").filter(({ text }) => text === message.text).length;
    assert(shown <= 1, `${why}: ${message.text} was shown ${shown} times`);
    const stayed = from.client === client && client.server !== undefined;
    assert(!stayed || message.state !== "sending", `${why}: what became of ${message.text}?`);
    if (message.state !== "taken" || recipientWent(letter)) continue;
    assertEquals(shown, 1, `${why}: ${message.text} was lost`);
  }
}

const STORMS = [
  { seed: 11, cities: 12, people: 24, turns: 80 },
  { seed: 22, cities: 5, people: 10, turns: 120 },
  { seed: 33, cities: 6, people: 12, turns: 150 },
  { seed: 44, cities: 3, people: 8, turns: 300 },
  { seed: 55, cities: 2, people: 6, turns: 300 },
];

/** After the storm: everybody is linked to everybody and believes the same, which is the truth. */
function assertAllAgree(world: World, offline: ReadonlySet<Person>, why: string): void {
  const names = world.servers.map(({ name }) => name);
  const here = world.people.filter((person) => !offline.has(person));
  const truth = here.map(({ name, client }) =>
    `${name} at ${world.nameOf(client.server?.server ?? "nowhere")}`
  ).sort();
  for (const { name, linked, presence } of world.servers) {
    assertEquals(linked, names.filter((other) => other !== name).sort(), `${why}: ${name}`);
    assertEquals(presence, truth, `${why}: ${name}`);
  }
  for (const person of here) {
    const others = here.filter((other) => other !== person).map(({ name }) => name).sort();
    assertEquals(person.sees, others, `${why}: ${person.name}`);
  }
}

for (const { seed, cities, people, turns } of STORMS) {
  const what = `${cities} servers, ${people} people, ${turns} turns of fate (seed ${seed})`;
  scene(`${what}: in the end all tables agree, and no letter is unaccounted for`, async (world) => {
    const fate = new Seeded(seed);
    const names = CITIES.slice(0, cities);
    const servers = await world.mesh(...names);
    const offline = new Set<Person>();
    for (let i = 0; i < people; i++) await world.person(`person${i}`, fate.pick(servers));
    await world.advance(1_000);
    const letters: Letter[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await somethingHappens(world, fate, servers, offline, letters);
      await world.advance(fate.below(400));
    }
    for (const one of names) for (const other of names) world.network.heal(one, other);
    await world.advance(240_000);
    assertAllAgree(world, offline, what);
    assertAllAccountedFor(letters, what);
    const happy = letters.filter(({ message }) => message.state === "taken").length;
    assert(happy > letters.length / 4, `${what}: ${happy} of ${letters.length} arrived`);
  }, { seed, slowness: SLOWNESS });
}
