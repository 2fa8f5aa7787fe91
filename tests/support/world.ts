/**
 * A whole network in one process, in virtual time and from a seed: real servers and real clients, with
 * only the cryptography, the sockets, the clock and chance replaced.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS, type LinkLimits } from "../../lib/link/link_limits.ts";
import { FakeCrypto } from "./fake_crypto.ts";
import { Person } from "./person.ts";
import { RawServer, RawUser } from "./raw_peer.ts";
import { Seeded } from "./seeded.ts";
import { ServerActor, type ServerChoices } from "./server_actor.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { VirtualNetwork } from "./virtual_network.ts";

/** How a world differs from the plainest one. */
export interface WorldChoices {
  readonly seed?: number;
  /** The longest time a message takes, in ms; by default they all arrive at once. */
  readonly slowness?: number;
  /** How long each message takes, in ms, where that is not by chance. */
  readonly delayMs?: number;
  /** Messages arrive at multiples of this, in ms: many at once are less work than one after the other. */
  readonly grainMs?: number;
  /** How much servers take from one link, unless a server says otherwise; as usual by default. */
  readonly limits?: LinkLimits;
}

/** More than one server sends to another, one after the other, until a newcomer is linked to all. */
const MESSAGES_OF_A_JOIN = 20;

/** A world. */
export class World {
  readonly clock = new VirtualClock();
  readonly entropy: Seeded;
  readonly crypto: FakeCrypto;
  readonly network: VirtualNetwork;
  readonly servers: ServerActor[] = [];
  readonly people: Person[] = [];
  readonly limits: LinkLimits;
  readonly #slowness: number;
  readonly #names = new Map<string, string>();

  /** @param choices How it differs from the plainest one. */
  constructor(choices: WorldChoices = {}) {
    const { seed = 1, slowness = 0, delayMs = 0, grainMs = 1, limits = DEFAULT_LIMITS } = choices;
    this.limits = limits;
    this.#slowness = slowness;
    this.entropy = new Seeded(seed);
    this.crypto = new FakeCrypto(seed);
    const delays = new Seeded(seed + 1);
    this.network = new VirtualNetwork(
      this.clock,
      slowness === 0 ? () => delayMs : () => 1 + delays.below(slowness),
      grainMs,
    );
  }

  /** Lets everything happen that happens now. */
  settle(): Promise<void> {
    return this.clock.settle();
  }

  /** Lets time pass, in ms. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** A server that is not open yet. */
  async closedServer(name: string, choices: ServerChoices = {}): Promise<ServerActor> {
    const keys = await this.crypto.generateKeyPair();
    const server = new ServerActor(this, name, keys, choices);
    this.servers.push(server);
    return server;
  }

  /** A server, open. */
  async server(name: string, choices: ServerChoices = {}): Promise<ServerActor> {
    const server = await this.closedServer(name, choices);
    await server.open();
    return server;
  }

  /** Servers that join through the first, one after the other. */
  async mesh(...names: string[]): Promise<ServerActor[]> {
    const [first] = names;
    const servers = [];
    for (const name of names) {
      const introducers = name === first || first === undefined ? [] : [first];
      servers.push(await this.server(name, { introducers }));
      await this.advance(this.#slowness * MESSAGES_OF_A_JOIN);
    }
    return servers;
  }

  /** A person who has not entered any server yet. */
  async stranger(name: string): Promise<Person> {
    const keys = await this.crypto.generateKeyPair();
    const person = new Person(this, name, this.entropy.id(), keys);
    this.#names.set(person.id, name);
    this.people.push(person);
    return person;
  }

  /** Somebody with the id of another person, and with the same key or another one. */
  twin(person: Person, keys = person.keys): Person {
    const twin = new Person(this, person.name, person.id, keys);
    this.people.push(twin);
    return twin;
  }

  /** A person who has entered a server. */
  async person(name: string, server: ServerActor): Promise<Person> {
    const person = await this.stranger(name);
    await person.enters(server);
    return person;
  }

  /** A user whose every frame the test writes itself; connected, nothing said. */
  async rawUser(name: string, server: ServerActor): Promise<RawUser> {
    const user = new RawUser(this, name, this.entropy.id(), await this.crypto.generateKeyPair());
    this.#names.set(user.id, name);
    await user.dials(server);
    return user;
  }

  /** A server whose every frame the test writes itself; not connected to anybody. */
  async rawServer(name: string): Promise<RawServer> {
    const keys = await this.crypto.generateKeyPair();
    const server = new RawServer(this, name, this.entropy.id(), keys);
    this.#names.set(server.id, name);
    return server;
  }

  /** The name of whoever has this id; the id itself if nobody has. */
  nameOf(id: string): string {
    return this.servers.find((server) => server.id === id)?.name ?? this.#names.get(id) ?? id;
  }

  /** Fails if any of our programs reported a mistake of its own. */
  assertNoFaults(): void {
    const faults = [...this.servers, ...this.people].flatMap(({ name, log }) =>
      log.filter(({ level }) => level === "error").map((line) => ({ name, ...line }))
    );
    assertEquals(faults, []);
  }
}

/**
 * Registers a test that plays in a world of its own, in which none of our programs may make a mistake.
 *
 * @param name A sentence.
 * @param play What happens.
 * @param choices How the world differs from the plainest one.
 */
export function scene(
  name: string,
  play: (world: World) => Promise<void>,
  choices: WorldChoices = {},
): void {
  Deno.test(name, async () => {
    const world = new World(choices);
    await play(world);
    world.assertNoFaults();
  });
}
