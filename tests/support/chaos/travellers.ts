/**
 * The users of a storm who write nothing and never stay: they move from server to server, whether it is up
 * or down, and some leave for good. They make the tables hard to keep right (D15, §8.4).
 *
 * @module
 */

import { RealPerson } from "../real_people.ts";
import type { Seeded } from "../seeded.ts";
import type { Fleet } from "./fleet.ts";
import { becomes, pause } from "./pause.ts";
import { keyFor } from "./people_keys.ts";
import { streamOf } from "./streams.ts";

/** Shortest and longest stay at one server, in ms. */
const STAY_MS = { least: 2_000, most: 12_000 } as const;

/** What travellers need. */
export interface TravellerParts {
  readonly fleet: Fleet;
  readonly seed: number;
  /** How many travel. */
  readonly count: number;
}

interface Traveller {
  readonly id: ReturnType<Seeded["id"]>;
  readonly index: number;
  readonly chance: Seeded;
  /** Where it is, or is trying to be; undefined once it has left for good. */
  at: number | undefined;
  person: RealPerson | undefined;
}

/** The users who travel. They leave when the run leaves them. */
export class Travellers implements AsyncDisposable {
  /** What a client was told that it must not be, in a line each. */
  readonly faults: string[] = [];
  /** How often somebody has moved or left. */
  moves = 0;
  readonly #parts: TravellerParts;
  readonly #all: Traveller[];

  /** @param parts What they need; they set out with {@linkcode travel}. */
  constructor(parts: TravellerParts) {
    this.#parts = parts;
    this.#all = Array.from({ length: parts.count }, (_, index) => {
      const chance = streamOf(parts.seed, "travels", index);
      return { id: chance.id(), index, chance, at: undefined, person: undefined };
    });
  }

  /** Where everybody is who has not left: user id to server. */
  homes(): [string, number][] {
    return this.#all.flatMap(({ id, at }) => at === undefined ? [] : [[id, at]]);
  }

  /**
   * Moves them about. Every second one leaves for good when it is over, wherever it is and in whatever state
   * its server is.
   *
   * @param ms For how long.
   */
  async travel(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    await Promise.all(this.#all.map(async (traveller) => {
      const { chance, index } = traveller;
      while (performance.now() < deadline) {
        await this.#go(traveller);
        const stay = STAY_MS.least + chance.unit() * (STAY_MS.most - STAY_MS.least);
        await pause(Math.min(stay, Math.max(0, deadline - performance.now())));
      }
      if (index % 2 === 1) await this.#leave(traveller);
    }));
  }

  /**
   * Waits until everybody who has not left is connected.
   *
   * @param ms The most to wait.
   * @returns Whether they are.
   */
  arrived(ms: number): Promise<boolean> {
    return becomes(
      () => this.#all.every(({ person }) => person === undefined || isReady(person)),
      ms,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((traveller) => this.#leave(traveller)));
  }

  async #go(traveller: Traveller): Promise<void> {
    const { fleet, seed } = this.#parts;
    const { chance, id, index } = traveller;
    const next = chance.pick(
      fleet.ports.map((_, server) => server)
        .filter((server) => server !== traveller.at),
    );
    await this.#leave(traveller);
    const name = `traveller-${index}`;
    const person = await RealPerson.setOut(fleet.url(next), name, keyFor(index, fleet), {
      userId: id,
      entropy: streamOf(seed, "jitter", 1_000 + index),
    });
    person.client.listen((event) => {
      if (event.kind === "gaveUp") this.faults.push(`${name} gave up: ${event.reason}`);
    });
    Object.assign(traveller, { at: next, person });
    this.moves++;
  }

  async #leave(traveller: Traveller): Promise<void> {
    const { person } = traveller;
    if (person === undefined) return;
    Object.assign(traveller, { at: undefined, person: undefined });
    await person[Symbol.asyncDispose]();
  }
}

/** Whether the last word about the connection was a good one. */
function isReady({ events }: RealPerson): boolean {
  const last = events.entries.findLast(({ kind }) => kind === "ready" || kind === "disconnected");
  return last?.kind === "ready";
}
