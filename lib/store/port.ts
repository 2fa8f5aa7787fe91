/**
 * What a server must still know after a restart, and the port through which it is kept. The server
 * reads everything once, at its start, and from then on only writes facts.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";

/** A user whom this server has registered (§15.1). */
export interface UserRecord {
  /** The user's id (§5). */
  readonly userId: Id;
  /** The key that the id was registered with, as base64url of its DER (D1). It never changes. */
  readonly pubkey: string;
  /** What the user told about itself at the last hello (§8.2). */
  readonly meta: JsonObject | undefined;
  /** The directory's counter of changes to this user, from 1. */
  readonly version: number;
  /** Whether the user ever proved to hold the key; once true it stays true (D19). */
  readonly proven: boolean;
}

/** A pinned server and where it was last seen (§12). */
export interface ServerRecord {
  /** The server's id (§5). */
  readonly serverId: Id;
  /** The key pinned to the id at first sight, as base64url of its DER (D1). It never changes. */
  readonly pubkey: string;
  /** A host name or address; an IPv6 address stands without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** Whether it is dialled: not if it was given up, or another server has its address. */
  readonly dialled: boolean;
}

/** The key of a bootstrap entry that names none, pinned at first sight (§8.1). */
export interface IntroducerRecord {
  /** A host name or address; an IPv6 address stands without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** As base64url of its DER (D1). It never changes. */
  readonly pubkey: string;
}

/**
 * Something that became true and must be remembered. Telling the same fact twice changes nothing.
 *
 * - `user`: registers a user, or updates its `meta`, `version` and `proven`
 * - `member`: the user is in the group `public` from `at` (Unix ms) on (§9.3); a new member raises the
 *   group's version
 * - `server`: pins a server, moves it to another address, or gives up dialling it
 * - `introducer`: pins the key of a bootstrap entry
 * - `identity`: the id that an introducer assigned to this server and that it keeps (§8.1)
 */
export type Fact =
  | { readonly kind: "user"; readonly user: UserRecord }
  | { readonly kind: "member"; readonly userId: Id; readonly at: number }
  | { readonly kind: "server"; readonly server: ServerRecord }
  | { readonly kind: "introducer"; readonly introducer: IntroducerRecord }
  | { readonly kind: "identity"; readonly serverId: Id };

/** Everything that is remembered, each list sorted by its key. */
export interface Snapshot {
  /** The id of this server, or undefined before its first start. */
  readonly serverId: Id | undefined;
  /** Everybody who is registered, by user id. */
  readonly users: readonly UserRecord[];
  /** Every pinned server, by server id. */
  readonly servers: readonly ServerRecord[];
  /** Every pinned bootstrap entry, by host and port. */
  readonly introducers: readonly IntroducerRecord[];
}

/** Where a server keeps what it must not forget. One server at a time has it open. */
export interface Store {
  /**
   * Reads everything.
   *
   * @returns What is remembered.
   * @throws {StoreError} If it cannot be read.
   */
  load(): Snapshot;

  /**
   * Remembers facts: all of them or, when it throws, none. When it returns they survive the end of the
   * process, so that only then may anybody be told.
   *
   * @param facts In the order in which they became true.
   * @throws {StoreError} If a fact would change a pinned key, or the facts cannot be written.
   */
  apply(facts: readonly Fact[]): void;

  /** Lets go of the files. A second call does nothing. */
  close(): void;
}

/** The store, or a file beside it, cannot be used; the message tells an operator which and why. */
export class StoreError extends Error {
  /** The class, for logs. */
  override readonly name = "StoreError";
}
