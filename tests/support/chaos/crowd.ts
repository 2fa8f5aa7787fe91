/**
 * The users of a storm who write to each other: real clients that keep to their server, come back when it
 * does, and enter everything they are told into the ledger.
 *
 * @module
 */

import type { Log } from "../../../lib/base/log.ts";
import type { ClientEvent } from "../../../lib/client/events.ts";
import { RealPerson } from "../real_people.ts";
import type { Seeded } from "../seeded.ts";
import type { Fleet } from "./fleet.ts";
import type { Ledger } from "./ledger.ts";
import { becomes, pause } from "./pause.ts";
import { keyFor } from "./people_keys.ts";
import { streamOf } from "./streams.ts";

/** A user with so many messages under way types no more until some have an outcome. */
const MOST_OPEN = 8;

/** Longest text, in characters: more than one block carries, so some texts travel in segments (D4). */
const LONGEST_TEXT = 900;

/** How long everybody may take to see everybody, in ms: a slow machine checks many signatures. */
const ENTER_MS = 60_000;

/** A user who writes. */
interface Writer {
  readonly person: RealPerson;
  readonly home: number;
  readonly chance: Seeded;
  typed: number;
}

/** What a crowd is made of. */
export interface CrowdParts {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly seed: number;
  /** How many write. */
  readonly users: number;
  /** The time of the ledger, in ms. */
  now(): number;
}

/** The users who write. They leave when the run leaves them. */
export class Crowd implements AsyncDisposable {
  /** What a client did or was shown that none may be, in a line each. */
  readonly faults: string[] = [];
  /** Copies of a message that a client dropped, having had it already: resent after a kill. */
  secondCopies = 0;
  /** Connections lost. */
  disconnects = 0;
  readonly #parts: CrowdParts;
  readonly #writers: Writer[] = [];
  readonly #away = new Set<string>();

  private constructor(parts: CrowdParts) {
    this.#parts = parts;
  }

  /** Connects them all, spread over the servers, and waits until each knows every other. */
  static async enter(parts: CrowdParts): Promise<Crowd> {
    const crowd = new Crowd(parts);
    const ids = streamOf(parts.seed, "ids");
    try {
      for (let index = 0; index < parts.users; index++) await crowd.#enter(index, ids);
      if (!await becomes(() => crowd.#everybodyKnown(), ENTER_MS)) {
        throw new Error("the users do not all see each other, before anything was killed");
      }
    } catch (error) {
      await crowd[Symbol.asyncDispose]();
      throw error;
    }
    return crowd;
  }

  /** Where everybody is: user id to server. */
  homes(): [string, number][] {
    return this.#writers.map(({ person, home }) => [person.id, home]);
  }

  /** Somebody who lives on a server. */
  atHome(server: number): RealPerson | undefined {
    return this.#writers.find(({ home }) => home === server)?.person;
  }

  /** Whether everybody is connected and knows who is there. */
  get everybodyThere(): boolean {
    return this.#away.size === 0;
  }

  /**
   * Everybody writes to everybody, at random.
   *
   * @param ms For how long.
   * @param perSecond How many messages a second, all together and on average.
   */
  async write(ms: number, perSecond: number): Promise<void> {
    const gap = 1_000 * this.#writers.length / perSecond;
    const deadline = performance.now() + ms;
    await Promise.all(this.#writers.map(async (writer) => {
      for (;;) {
        // Half to one and a half times the gap, so that nobody stays in step with anybody.
        await pause(gap * (0.5 + writer.chance.unit()));
        if (performance.now() >= deadline) return;
        this.#type(writer);
      }
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#writers.map(({ person }) => person[Symbol.asyncDispose]()));
  }

  async #enter(index: number, ids: Seeded): Promise<void> {
    const { fleet, seed } = this.#parts;
    const home = index % fleet.ports.length;
    const userId = ids.id();
    const person = await RealPerson.setOut(fleet.url(home), `user-${index}`, keyFor(index, fleet), {
      userId,
      entropy: streamOf(seed, "jitter", index),
      log: this.#logOf(userId),
    });
    this.#away.add(userId);
    this.#writers.push({ person, home, chance: streamOf(seed, "texts", index), typed: 0 });
    person.client.listen((event) => this.#heard(person, event));
  }

  #everybodyKnown(): boolean {
    return this.everybodyThere &&
      this.#writers.every(({ person }) =>
        this.#writers.every((other) =>
          other.person === person || person.client.person(other.person.id)?.online === true
        )
      );
  }

  #type(writer: Writer): void {
    const { ledger, now, seed } = this.#parts;
    const { person, chance } = writer;
    const to = chance.pick(this.#writers.filter((other) => other !== writer));
    const length = chance.below(10) === 0 ? LONGEST_TEXT : chance.below(200);
    if (ledger.openOf(person.id) >= MOST_OPEN) return;
    const name = `${seed}/${this.#writers.indexOf(writer)}/${++writer.typed}`;
    const text = `${name} ${"lorem ipsum ".repeat(LONGEST_TEXT / 12).slice(0, length)}`.trim();
    // Entered first: the client may tell an outcome while it is being told.
    ledger.accepted({ text, from: person.id, to: to.person.id, home: to.home, at: now() });
    person.client.tell(to.person.id, text);
  }

  #heard(person: RealPerson, event: ClientEvent): void {
    const { ledger, now } = this.#parts;
    switch (event.kind) {
      case "delivery": {
        const { text, state, why = "" } = event.message;
        if (state === "taken") ledger.settled(text, { kind: "acknowledged", at: now() });
        if (state === "failed") ledger.settled(text, { kind: "failed", why, at: now() });
        return;
      }
      case "message":
        return ledger.delivered(event.text, event.from.id, person.id, now());
      case "connected":
        return ledger.welcomed(person.id, now());
      case "ready":
        this.#away.delete(person.id);
        return;
      case "disconnected":
        if (!this.#away.has(person.id)) this.disconnects++;
        this.#away.add(person.id);
        return;
      case "refused":
        this.faults.push(`${person.id} was shown a message as refused: ${event.reason}`);
        return;
      case "gaveUp":
        this.faults.push(`${person.id} gave up: ${event.reason}`);
        return;
      case "keyChanged":
        this.faults.push(`${person.id} was told of a changed key of ${event.person.id}`);
        return;
    }
  }

  /** A client says in its log, and to no person, that it dropped a copy. */
  #logOf(user: string): Log {
    return (level, message, fields) => {
      if (level === "error") this.faults.push(`the client of ${user}: ${message}`);
      if (message === "dropped a second copy" && fields?.["type"] === "USER_DELIVER") {
        this.secondCopies++;
      }
    };
  }
}
