/**
 * Trouble for those who share the public channel's key, all of it decided by a seed: who comes, goes and
 * loses the key when, which frames between servers are lost, and which servers do not hear each other.
 *
 * @module
 */

import { Keyring } from "../../lib/e2ee/keyring.ts";
import type { Person } from "./person.ts";
import { Seeded } from "./seeded.ts";
import type { ServerActor } from "./server_actor.ts";
import type { World } from "./world.ts";

/** One thing that happens. */
type Trouble = (fate: Seeded) => Promise<void>;

/** People who come and go. */
export class ChannelTrouble {
  readonly #world: World;
  readonly #fate: Seeded;
  readonly #servers: readonly ServerActor[];
  /** Who is connected, or tries to be. */
  readonly #here = new Map<Person, ServerActor>();
  readonly #away = new Set<Person>();
  /** What happened, for whoever reads a failure. */
  readonly story: string[] = [];

  private constructor(world: World, fate: Seeded, servers: readonly ServerActor[]) {
    this.#world = world;
    this.#fate = fate;
    this.#servers = servers;
  }

  /** A mesh, and people who have not come yet. */
  static async prepare(world: World, seed: number): Promise<ChannelTrouble> {
    const fate = new Seeded(seed);
    const names = ["london", "paris", "rome", "oslo"].slice(0, 1 + fate.below(4));
    const trouble = new ChannelTrouble(world, fate, await world.mesh(...names));
    for (const name of ["ann", "ben", "cat", "dan", "eve", "fay"].slice(0, 2 + fate.below(5))) {
      trouble.#away.add(await world.stranger(name));
    }
    return trouble;
  }

  /**
   * Lets things happen.
   *
   * @param count How many.
   */
  async happens(count: number): Promise<void> {
    const lost = this.#fate.pick([0, 0, 0.1, 0.3]);
    const chance = new Seeded(this.#fate.below(1_000_000));
    const isServer = (name: string) => this.#servers.some((server) => server.name === name);
    this.#world.network.copies = (from, to) =>
      isServer(from) && isServer(to) && chance.unit() < lost ? 0 : 1;
    const kinds: Trouble[] = [
      () => this.#comes(),
      () => this.#comes(),
      () => this.#goes(),
      () => this.#breaks(),
      () => this.#parts(),
      () => this.#heals(),
      () => this.#forgets(),
    ];
    for (let i = 0; i < count; i++) {
      await this.#fate.pick(kinds)(this.#fate);
      await this.#world.advance(this.#fate.pick([0, 10, 300, 3_000, 7_000]));
    }
  }

  /**
   * Peace: everybody hears everybody, and at least two are there.
   *
   * @param ms How long.
   * @returns Who is connected in the end: who has just lost the connection may wait a minute before the next try.
   */
  async peace(ms: number): Promise<Person[]> {
    this.#world.network.copies = () => 1;
    this.#heals();
    while (this.#here.size < 2 && this.#away.size > 0) await this.#comes();
    await this.#world.advance(ms);
    return [...this.#here.keys()].filter(({ client }) => client.server !== undefined);
  }

  async #comes(): Promise<void> {
    const [person] = [...this.#away];
    if (person === undefined) return;
    const server = this.#fate.pick(this.#servers);
    this.#tell(`${person.name} enters ${server.name}`);
    this.#away.delete(person);
    this.#here.set(person, server);
    await person.enters(server);
  }

  async #goes(): Promise<void> {
    if (this.#here.size === 0) return;
    const person = this.#fate.pick([...this.#here.keys()]);
    this.#tell(`${person.name} leaves`);
    this.#here.delete(person);
    this.#away.add(person);
    await person.leaves();
  }

  #breaks(): Promise<void> {
    if (this.#here.size === 0) return Promise.resolve();
    const [person, server] = this.#fate.pick([...this.#here]);
    this.#tell(`the link of ${person.name} breaks`);
    this.#world.network.cut(person.name, server.name);
    return this.#world.settle();
  }

  #parts(): Promise<void> {
    const [one, other] = [this.#fate.pick(this.#servers), this.#fate.pick(this.#servers)];
    if (one === other) return Promise.resolve();
    this.#tell(`${one.name} and ${other.name} are parted`);
    this.#world.network.part(one.name, other.name);
    return Promise.resolve();
  }

  #heals(): Promise<void> {
    this.#tell("all hear each other");
    for (const one of this.#servers) {
      for (const other of this.#servers) this.#world.network.heal(one.name, other.name);
    }
    return this.#world.settle();
  }

  /** Somebody who is away loses the profile's keys of the channel. */
  #forgets(): Promise<void> {
    const person = [...this.#away].at(-1);
    if (person !== undefined) {
      this.#tell(`${person.name} loses the keys of the channel`);
      person.keyring = new Keyring();
    }
    return Promise.resolve();
  }

  #tell(what: string): void {
    this.story.push(`${this.#world.clock.now() % 10_000_000} ${what}`);
  }
}
