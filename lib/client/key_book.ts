/**
 * Whose key is whose (D1, THREATS 6): the first key seen for an id is the one that counts, until its
 * owner's correspondent says otherwise.
 *
 * @module
 */

import type { PublicKey } from "../crypto/public_key.ts";
import type { Id } from "../protocol/ids.ts";

/** What is kept of a person. */
export interface PinnedUser {
  /** The only key that is encrypted to, until another is trusted. */
  readonly key: PublicKey;
  /** The display name last seen, so that the person can be addressed while offline. */
  readonly name?: string;
}

/** What is kept between two runs. */
export interface Pins {
  /** The key of each server, by its id. */
  readonly servers: Readonly<Record<string, PublicKey>>;
  /** The people one has written with or trusted, by user id. */
  readonly users: Readonly<Record<string, PinnedUser>>;
}

/** What a key means to the key book. */
export type Verdict =
  /** Seen for the first time in this run, and never pinned. */
  | "new"
  /** The known one. */
  | "known"
  /** Another than the known one: nothing is encrypted to it, and nothing signed with it is believed. */
  | "changed";

/** The keys of servers and people. */
export class KeyBook {
  readonly #servers: Map<string, PublicKey>;
  readonly #pinned: Map<string, PinnedUser>;
  /** Seen in this run but not kept: a server could invent any number of users. */
  readonly #seen = new Map<Id, PublicKey>();
  /** Keys that came for ids with another key, until they are trusted. */
  readonly #offered = new Map<Id, PublicKey>();
  readonly #save: (pins: Pins) => void;

  /**
   * A key book that begins with what earlier runs kept.
   *
   * @param pins What earlier runs kept.
   * @param save Keeps what changed.
   */
  constructor(pins: Pins, save: (pins: Pins) => void) {
    this.#servers = new Map(Object.entries(pins.servers));
    this.#pinned = new Map(Object.entries(pins.users));
    this.#save = save;
  }

  /** The key pinned for a server. */
  server(id: Id): PublicKey | undefined {
    return this.#servers.get(id);
  }

  /** Pins a server's key (D18). */
  pinServer(id: Id, key: PublicKey): void {
    if (this.#servers.get(id) === key) return;
    this.#servers.set(id, key);
    this.#keep();
  }

  /** The key to encrypt to and to verify with, if one is known for a user. */
  user(id: Id): PublicKey | undefined {
    return this.#pinned.get(id)?.key ?? this.#seen.get(id);
  }

  /** Whether another key than the known one came for a user and has not been trusted. */
  isChanged(id: Id): boolean {
    return this.#offered.has(id);
  }

  /** The people whose keys are pinned. */
  pinnedUsers(): Iterable<readonly [string, PinnedUser]> {
    return this.#pinned;
  }

  /**
   * A key was advertised for a user.
   *
   * @param id Whose.
   * @param key The key.
   * @returns What it means.
   */
  see(id: Id, key: PublicKey): Verdict {
    const known = this.user(id);
    if (known === undefined) {
      this.#seen.set(id, key);
      return "new";
    }
    if (known === key) {
      this.#offered.delete(id);
      return "known";
    }
    this.#offered.set(id, key);
    return "changed";
  }

  /**
   * Keeps the key of a user: they have written to each other.
   *
   * @param id Whose.
   * @param name The display name, if there is one.
   */
  pin(id: Id, name: string | undefined): void {
    const key = this.user(id);
    if (key === undefined) return;
    const before = this.#pinned.get(id);
    if (before !== undefined && before.name === name) return;
    this.#pinned.set(id, name === undefined ? { key } : { key, name });
    this.#keep();
  }

  /**
   * Takes the key that came instead of the known one.
   *
   * @param id Whose.
   * @returns The key that counts from now on; undefined if none was waiting to be trusted.
   */
  trust(id: Id): PublicKey | undefined {
    const key = this.#offered.get(id);
    if (key === undefined) return undefined;
    const name = this.#pinned.get(id)?.name;
    this.#offered.delete(id);
    this.#seen.delete(id);
    this.#pinned.set(id, name === undefined ? { key } : { key, name });
    this.#keep();
    return key;
  }

  #keep(): void {
    this.#save({
      servers: Object.fromEntries(this.#servers),
      users: Object.fromEntries(this.#pinned),
    });
  }
}
