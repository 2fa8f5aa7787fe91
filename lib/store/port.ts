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

/** The key of the public channel for one member (D23): what only the member can open. */
export interface WrapRecord {
  /** The member's user id. */
  readonly member: Id;
  /** The key under the member's public key, as base64url. */
  readonly wrappedKey: string;
}

/** Shares of the public channel's key as a user signed them, kept whole for those who come back (D23). */
export interface ShareRecord {
  /** Its name: that of its `content_sig` (D21). */
  readonly messageRef: string;
  /** `shares`, `creator`, `creator_pub` and `content_sig`, as they came. */
  readonly payload: JsonObject;
  /** The members for whom it is kept; it goes when none of them is left. By member id. */
  readonly wraps: readonly WrapRecord[];
}

/** What is kept of the group `public` (§9.3). */
export interface ChannelRecord {
  /** The group's version: 1, and one more for each member and for each new wrap. */
  readonly version: number;
  /** The shares, by name. */
  readonly shares: readonly ShareRecord[];
}

/**
 * Something that became true and must be remembered. Telling the same fact twice changes nothing.
 *
 * - `user`: registers a user, or updates its `meta`, `version` and `proven`
 * - `member`: the user is in the group `public` from `at` (Unix ms) on (§9.3); a new member raises the
 *   group's version
 * - `share`: this is from now on the newest share of those members of the group for whom it has a wrap here;
 *   each wrap that a member did not have raises the group's version, and a share that nobody's newest is any
 *   more is forgotten
 * - `server`: pins a server, moves it to another address, or gives up dialling it
 * - `introducer`: pins the key of a bootstrap entry
 * - `identity`: the id that an introducer assigned to this server and that it keeps (§8.1)
 */
export type Fact =
  | { readonly kind: "user"; readonly user: UserRecord }
  | { readonly kind: "member"; readonly userId: Id; readonly at: number }
  | { readonly kind: "share"; readonly share: ShareRecord }
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
  /** The public channel. */
  readonly channel: ChannelRecord;
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
