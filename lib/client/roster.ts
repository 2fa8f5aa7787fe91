/**
 * The people one can see: who is online where, and what they say of themselves (§8.2, §15.2).
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

/** Somebody. */
export interface Person {
  /** The user id, the only thing about a person that nobody else can have. */
  readonly id: Id;
  /** `meta.display_name`, exactly as it came: whoever shows it makes it harmless. */
  readonly name: string | undefined;
  /** Whether the person can be reached now, as far as this user's server knows. */
  readonly online: boolean;
  /** The server where the person is, or was last. */
  readonly server: Id | undefined;
  /** Whether the person's client reads a message of more than one block (D4). */
  readonly segments: boolean;
  /** Whether the person's client asks before it takes a file, and answers for it (D25). */
  readonly files: boolean;
  /** When this user and the person last wrote to each other, Unix ms. */
  readonly lastSpoken: number | undefined;
}

/** What the roster learns of a person. */
export type PersonNews = Partial<Omit<Person, "id">>;

/** The people. */
export class Roster {
  readonly #people = new Map<Id, Person>();
  /** Online before the connection was lost, and not heard of since. */
  readonly #unconfirmed = new Set<Id>();

  /** Everybody known. */
  all(): Person[] {
    return [...this.#people.values()];
  }

  /** A person by id. */
  get(id: Id): Person | undefined {
    return this.#people.get(id);
  }

  /**
   * Learns something of a person.
   *
   * @param id Who.
   * @param news What is new; the rest stays.
   * @returns The person now.
   */
  update(id: Id, news: PersonNews): Person {
    const before = this.#people.get(id) ?? {
      id,
      name: undefined,
      online: false,
      server: undefined,
      segments: false,
      files: false,
      lastSpoken: undefined,
    };
    const person = { ...before, ...news };
    this.#people.set(id, person);
    if (news.online !== undefined) this.#unconfirmed.delete(id);
    return person;
  }

  /** The connection was lost: nobody is known to be online until heard of again. */
  doubtAll(): void {
    for (const { id, online } of this.#people.values()) if (online) this.#unconfirmed.add(id);
  }

  /**
   * Everybody who is online has been heard of again.
   *
   * @returns Those who were online before and are no more.
   */
  settle(): Person[] {
    return [...this.#unconfirmed].map((id) => this.update(id, { online: false }));
  }
}

/**
 * What to call somebody in a sentence: the name exactly as it came, else the id.
 *
 * @param roster The people.
 * @param id Who; `public` is everybody.
 */
export function nameOf(roster: Roster, id: Id | "public"): string {
  return id === "public" ? "everybody" : roster.get(id)?.name ?? id;
}
