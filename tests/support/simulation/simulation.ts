/**
 * A network of real servers in virtual time, with everything that can go wrong: lost, late and doubled
 * frames, cuts, partitions, crashes, clocks that differ, and one server that keeps to no rules. What must
 * be true is looked at after every step, and everything comes from one seed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PRESENCE_GRACE_MS } from "../../../lib/protocol/limits.ts";
import { Seeded } from "../seeded.ts";
import type { ServerActor } from "../server_actor.ts";
import { tablesOf } from "../tables.ts";
import { World } from "../world.ts";
import { Byzantine, type Unchanged } from "./byzantine.ts";
import type { SimulationChoices } from "./choices.ts";
import { GossipWatch } from "./gossip_watch.ts";
import { assertAgreement, assertAtHome, assertBounded } from "./invariants.ts";
import { Letters } from "./letters.ts";
import { SimUser } from "./sim_user.ts";
import { type Edge, edgesOf } from "./topology.ts";

/** Within this after the trouble all tables are equal: two heartbeats, in ms. */
export const HEALING_MS = 30_000;

/** Before the trouble ends the server without rules is gone, in ms: its users are given up by then. */
const BYZANTINE_GONE_MS = 2 * PRESENCE_GRACE_MS;

/** The last crash is so long before the end of the trouble that what it left behind is forgotten, in ms. */
const LAST_CRASH_MS = PRESENCE_GRACE_MS;

/** What a simulation was like. */
export interface Figures {
  /** Frames between servers. */
  readonly frames: number;
  /** How many letters ended how. */
  readonly letters: Readonly<Record<string, number>>;
  /** How often what happened. */
  readonly happened: Readonly<Record<string, number>>;
}

/** A network in trouble. */
export class Simulation {
  readonly #choices: SimulationChoices;
  readonly #world: World;
  readonly #fate: Seeded;
  readonly #edges: readonly Edge[];
  readonly #watch = new GossipWatch();
  readonly #letters: Letters;
  readonly #users: SimUser[] = [];
  readonly #crashed = new Map<ServerActor, number>();
  readonly #happened = new Map<string, number>();
  #byzantine: Byzantine | undefined;
  #troubled = false;

  /** @param choices What it is about. */
  constructor(choices: SimulationChoices) {
    const { seed, slowness } = choices;
    this.#choices = choices;
    this.#fate = new Seeded(seed * 7 + 1);
    this.#world = new World({ seed, slowness, grainMs: 10 });
    this.#edges = edgesOf(choices.topology, choices.servers, this.#fate);
    this.#letters = new Letters(this.#world.clock, 2 * slowness);
    const { network } = this.#world;
    const isServer = (name: string) => name.startsWith("server");
    network.keeps = false;
    network.watch = (sent) => {
      if (isServer(sent.from) && isServer(sent.to)) this.#watch.sees(sent);
    };
    network.copies = (from, to) => isServer(from) && isServer(to) ? this.#copies() : 1;
  }

  /**
   * Runs it to its end.
   *
   * @param progress Told after each round how much time has passed, in ms.
   * @throws {Error} If something that must be true is not, with what, when and the seed.
   */
  async run(progress: (ms: number) => void = () => {}): Promise<Figures> {
    const { clock } = this.#world;
    const start = clock.now();
    try {
      await this.#begin();
      for (let round = 1; round <= this.#choices.rounds; round++) {
        await this.#trouble();
        await this.#heal();
        this.#check();
        assertAgreement(this.#world, this.#edges, this.#users);
        progress(clock.now() - start);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { seed } = this.#choices;
      const after = (clock.now() - start) / 1000;
      error.message = `seed ${seed}, after ${after} s: ${error.message}\n` +
        JSON.stringify(this.#choices);
      throw error;
    }
    return {
      frames: this.#watch.frames,
      letters: this.#letters.outcomes,
      happened: Object.fromEntries(this.#happened),
    };
  }

  async #trouble(): Promise<void> {
    const { troubleMs, turnMs, byzantine } = this.#choices;
    this.#troubled = true;
    if (byzantine) { for (const server of this.#world.servers) this.#byzantine?.joins(server); }
    for (let left = troubleMs; left > 0; left -= turnMs) {
      await this.#somethingHappens(left);
      await this.#world.advance(turnMs);
      this.#check();
    }
    this.#troubled = false;
  }

  async #begin(): Promise<void> {
    const { servers, users, byzantine, skewMs, requireProof } = this.#choices;
    const { network, entropy, crypto } = this.#world;
    const names = Array.from({ length: servers }, (_, number) => `server${number}`);
    for (const [far, name] of names.entries()) {
      const neighbours = this.#edges.filter((edge) => edge[1] === far).map(([near]) => near);
      for (let near = 0; near < far; near++) {
        if (!neighbours.includes(near)) network.forbid(name, `server${near}`);
      }
      const introducers = neighbours.map((near) => `server${near}`);
      const ahead = Math.round((2 * this.#fate.unit() - 1) * skewMs);
      await this.#world.server(name, { introducers, ahead, requireProof, quiet: true });
    }
    await this.#world.advance(5_000);
    for (let number = 0; number < users; number++) {
      const keys = await crypto.generateKeyPair();
      const name = `user${number}`;
      const user = new SimUser(this.#world, name, entropy.id(), keys, this.#letters);
      this.#users.push(user);
      user.enters(this.#fate.pick(this.#world.servers));
    }
    if (byzantine) {
      this.#letters.strict = false;
      const identity = await this.#world.rawServer("byzantine");
      this.#byzantine = new Byzantine(this.#world, this.#fate, identity);
    }
    await this.#world.advance(5_000);
  }

  /** One turn of fate. */
  async #somethingHappens(leftMs: number): Promise<void> {
    await this.#reopen();
    if (leftMs <= BYZANTINE_GONE_MS) this.#byzantine?.leaves();
    else await this.#byzantine?.acts(this.#users, this.#unchanged);
    await this.#pick().writes(this.#pick());
    const { servers, network, clock } = this.#world;
    const user = this.#pick();
    const server = this.#fate.pick(servers);
    const [near, far] = this.#fate.pick(this.#edges).map((number) => `server${number}`);
    if (near === undefined || far === undefined) return;
    const chance = this.#fate.below(100);
    if (user.isAway) {
      if (!this.#crashed.has(server)) user.enters(server);
    } else if (chance < 20) {
      this.#note("a user leaves", () => user.leaves());
    } else if (chance < 35) {
      this.#note("a link is cut", () => network.cut(near, far));
    } else if (chance < 50) {
      this.#note("a partition", () => network.part(near, far));
      clock.at(clock.now() + this.#fate.below(70_000), () => {
        if (this.#troubled && this.#fate.below(2) === 0) {
          network.dropHeldUp(near, far);
          network.cut(near, far);
        }
        network.heal(near, far);
      });
    } else if (chance < 60 && leftMs > LAST_CRASH_MS && !this.#crashed.has(server)) {
      this.#letters.strict = false;
      await server.crash();
      const loses = this.#fate.below(3) === 0;
      if (loses) server.losesDatabase();
      this.#note(loses ? "a crash that costs the database" : "a crash", () => {});
      this.#crashed.set(server, clock.now() + this.#fate.below(20_000));
    }
  }

  async #reopen(now = this.#world.clock.now()): Promise<void> {
    for (const [server, at] of this.#crashed) {
      if (at > now) continue;
      this.#crashed.delete(server);
      await server.open();
    }
  }

  /** The trouble is over: everybody is up, every way is open, and who is away comes back. */
  async #heal(): Promise<void> {
    const { network, servers } = this.#world;
    for (const { name } of servers) for (const other of servers) network.heal(name, other.name);
    await this.#reopen(Infinity);
    for (const user of this.#users) {
      if (user.isAway && this.#fate.below(4) > 0) user.enters(this.#fate.pick(servers));
    }
    await this.#world.advance(HEALING_MS);
  }

  #check(): void {
    const complaints = [...this.#watch.complaints(), ...this.#letters.complaints()];
    assertEquals(complaints, []);
    this.#world.assertNoFaults();
    for (const server of this.#world.servers) {
      if (this.#crashed.has(server)) continue;
      assertBounded(server);
      assertAtHome(server);
    }
  }

  readonly #unchanged: Unchanged = async (server, forge) => {
    if (this.#crashed.has(server)) return;
    await this.#world.settle();
    const before = tablesOf(server.node.state);
    forge();
    await this.#world.settle();
    assertEquals(tablesOf(server.node.state), before, "a forged frame changed something");
    this.#note("a forged frame", () => {});
  };

  #pick(): SimUser {
    return this.#fate.pick(this.#users);
  }

  #copies(): number {
    const { lost, doubled } = this.#choices;
    if (!this.#troubled || (lost === 0 && doubled === 0)) return 1;
    const chance = this.#fate.unit();
    return chance < lost ? 0 : chance < lost + doubled ? 2 : 1;
  }

  #note(what: string, action: () => void): void {
    this.#happened.set(what, (this.#happened.get(what) ?? 0) + 1);
    action();
  }
}
