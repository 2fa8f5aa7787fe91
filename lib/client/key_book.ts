/**
 * Whose key is whose (D1, THREATS 6): the first key seen for an id is the one that counts, until its
 * owner's correspondent says otherwise.
 *
 * @module
 */

import { fingerprint } from "../crypto/fingerprint.ts";
import type { CryptoPort } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import type { Id } from "../protocol/ids.ts";

/** The keys of a person, which are known, changed and trusted together: one server told of both (D14). */
export interface UserKeys {
  /** What the person's signatures verify under. */
  readonly key: PublicKey;
  /** What is encrypted to, where that is another key. */
  readonly encryption?: PublicKey;
}

/** What is kept of a person: the only keys that count, until others are trusted. */
export interface PinnedUser extends UserKeys {
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
  readonly #seen = new Map<Id, UserKeys>();
  /** Keys that came for ids with other keys, until they are trusted. */
  readonly #offered = new Map<Id, UserKeys>();
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
    this.#saveAll();
  }

  /** The key to verify with, if one is known for a user. */
  user(id: Id): PublicKey | undefined {
    return this.keysOf(id)?.key;
  }

  /** The keys that count for a user, if any are known. */
  keysOf(id: Id): UserKeys | undefined {
    return this.#pinned.get(id) ?? this.#seen.get(id);
  }

  /** The keys that came for a user instead of the known ones and have not been trusted. */
  offered(id: Id): UserKeys | undefined {
    return this.#offered.get(id);
  }

  /** Whether nothing may be sent to a user before other keys than the known ones are trusted. */
  isChanged(id: Id): boolean {
    return this.#offered.has(id);
  }

  /** The people whose keys are pinned. */
  pinnedUsers(): Iterable<readonly [string, PinnedUser]> {
    return this.#pinned;
  }

  /**
   * A user was advertised with a key. The advertisement is its server's word alone: whoever could change
   * the encryption key under the same key would read everything, so that is a changed key too.
   *
   * @param id Whose.
   * @param key The key.
   * @param encryption The key to encrypt to; by default the same.
   * @returns What it means.
   */
  see(id: Id, key: PublicKey, encryption: PublicKey = key): Verdict {
    const keys = encryption === key ? { key } : { key, encryption };
    const known = this.keysOf(id);
    if (known === undefined) {
      this.#seen.set(id, keys);
      return "new";
    }
    if (known.key === key && encryptionKey(known) === encryption) {
      this.#offered.delete(id);
      return "known";
    }
    this.#offered.set(id, keys);
    return "changed";
  }

  /**
   * Keeps the keys of a user: they have written to each other.
   *
   * @param id Whose.
   * @param name The display name, if there is one.
   */
  pin(id: Id, name: string | undefined): void {
    const keys = this.keysOf(id);
    if (keys === undefined) return;
    const before = this.#pinned.get(id);
    if (before !== undefined && before.name === name) return;
    this.#keep(id, keys, name);
  }

  /**
   * Takes the keys that came instead of the known ones.
   *
   * @param id Whose.
   * @returns The keys that count from now on; undefined if none were waiting to be trusted.
   */
  trust(id: Id): UserKeys | undefined {
    const keys = this.#offered.get(id);
    if (keys === undefined) return undefined;
    this.#offered.delete(id);
    this.#seen.delete(id);
    this.#keep(id, keys, this.#pinned.get(id)?.name);
    return keys;
  }

  #keep(id: Id, { key, encryption }: UserKeys, name: string | undefined): void {
    this.#pinned.set(id, {
      key,
      ...(encryption === undefined ? {} : { encryption }),
      ...(name === undefined ? {} : { name }),
    });
    this.#saveAll();
  }

  #saveAll(): void {
    this.#save({
      servers: Object.fromEntries(this.#servers),
      users: Object.fromEntries(this.#pinned),
    });
  }
}

/** The key to encrypt to. */
export function encryptionKey({ key, encryption }: UserKeys): PublicKey {
  return encryption ?? key;
}

/**
 * What people compare: the fingerprint of the key, and of the encryption key where that is another.
 *
 * @param crypto What hashes.
 * @param keys The keys of one person.
 * @returns One fingerprint or two.
 */
export async function userFingerprint(
  crypto: CryptoPort,
  { key, encryption }: UserKeys,
): Promise<string> {
  const signing = await fingerprint(crypto, key);
  if (encryption === undefined || encryption === key) return signing;
  return `${signing} with ${await fingerprint(crypto, encryption)} for encryption`;
}
