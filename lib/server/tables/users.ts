/**
 * Who is online and where (`user_locations` of §5), and who is registered here (§15.1).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../crypto/public_key.ts";
import type { UnsignedFrame } from "../../protocol/envelope.ts";
import type { Id } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { UserRecord } from "../../store/port.ts";

/** What an advertisement of a local user is reckoned to take beside its meta, in bytes: more than it does. */
export const USUAL_ADVERT_BYTES = 2048;

/** A user who is connected to this server. */
export interface LocalUser {
  /** Connected here: the link is in the table of links. */
  readonly at: "local";
  /** The user's id. */
  readonly id: Id;
  /** The key that the user's hello named; it verifies the user's frames. */
  readonly key: PublicKey;
  /** What is told to others: the same object again and again, so that it is signed once. */
  advert: UnsignedFrame;
  /** When the user was last advertised again because another server said that the user had left, Unix ms. */
  saidAgainAt?: number;
  /** What the user tells about itself (§8.2). */
  readonly meta: JsonObject;
}

/** A user who is connected to another server. */
export interface RemoteUser {
  /** Reached through another server. */
  readonly at: "remote";
  /** The user's id. */
  readonly id: Id;
  /** The server that advertised the user, and that messages are passed to (§10). */
  readonly server: Id;
  /** Unknown where the other team's server does not send it (D14). */
  readonly key: PublicKey | undefined;
  /** The advertisement exactly as it came, for those who log on later (D18). */
  readonly advert: string;
  /** The `ts` of that frame, Unix ms. */
  readonly ts: number;
  /** When this server was told, as `nextTurn` of the state counts. */
  readonly turn: number;
  /** The server's link came up anew, and the server has not said again that the user is there. */
  doubted: boolean;
  /** What the advertisement tells about the user (§8.2). */
  readonly meta: JsonObject;
}

/** A user who is online. */
export type OnlineUser = LocalUser | RemoteUser;

/** Advertisements of remote users that are kept at the most, in UTF-16 units. */
export const MAX_ADVERTS = 256 * 1024 * 1024;

/** Of these so much of one server's users: no server fills another's memory. */
export const MAX_ADVERTS_OF_A_SERVER = 64 * 1024 * 1024;

/** The users that this server knows of. */
export class Users {
  readonly #online = new Map<Id, OnlineUser>();
  readonly #local = new Map<Id, LocalUser>();
  readonly #behind = new Map<Id, Map<Id, RemoteUser>>();
  readonly #registered: Map<Id, UserRecord>;
  readonly #advertBytesOf = new Map<Id, number>();
  #advertBytes = 0;

  /**
   * Nobody is online; who is registered, the store remembers.
   *
   * @param registered What the store remembers.
   */
  constructor(registered: readonly UserRecord[]) {
    this.#registered = new Map(registered.map((user) => [user.userId, user]));
  }

  /** The user of this id, if online anywhere. */
  get(userId: Id): OnlineUser | undefined {
    return this.#online.get(userId);
  }

  /** Everybody who is online. */
  all(): Iterable<OnlineUser> {
    return this.#online.values();
  }

  /** How many are online. */
  get count(): number {
    return this.#online.size;
  }

  /** How many are connected here. */
  get localCount(): number {
    return this.#local.size;
  }

  /** Everybody who is connected here. */
  local(): Iterable<LocalUser> {
    return this.#local.values();
  }

  /** Everybody who is connected to another server. */
  behind(server: Id): Iterable<RemoteUser> {
    return this.#behind.get(server)?.values() ?? [];
  }

  /** Whether one more user of another server can be taken. */
  hasRoomFor(server: Id): boolean {
    return this.#advertBytes < MAX_ADVERTS &&
      (this.#advertBytesOf.get(server) ?? 0) < MAX_ADVERTS_OF_A_SERVER;
  }

  /** What it takes to tell somebody of everybody who is online, in bytes, about. */
  get advertBytes(): number {
    return this.#advertBytes;
  }

  /** A user came online, or moved. */
  set(user: OnlineUser): void {
    this.delete(user.id);
    this.#count(user, 1);
    this.#online.set(user.id, user);
    if (user.at === "local") {
      this.#local.set(user.id, user);
      return;
    }
    const there = this.#behind.get(user.server) ?? new Map<Id, RemoteUser>();
    this.#behind.set(user.server, there.set(user.id, user));
  }

  /** A user went offline. */
  delete(userId: Id): void {
    const user = this.#online.get(userId);
    if (user === undefined) return;
    this.#count(user, -1);
    this.#online.delete(userId);
    if (user.at === "local") {
      this.#local.delete(userId);
      return;
    }
    const there = this.#behind.get(user.server);
    there?.delete(userId);
    if (there?.size === 0) this.#behind.delete(user.server);
  }

  #count(user: OnlineUser, sign: 1 | -1): void {
    const bytes = sign *
      // What is yet to be signed is as long as most are, but for what its user tells.
      (user.at === "remote"
        ? user.advert.length
        : USUAL_ADVERT_BYTES + JSON.stringify(user.meta).length);
    this.#advertBytes += bytes;
    if (user.at === "local") return;
    const there = (this.#advertBytesOf.get(user.server) ?? 0) + bytes;
    if (there === 0) this.#advertBytesOf.delete(user.server);
    else this.#advertBytesOf.set(user.server, there);
  }

  /** How many users are registered here. */
  get registrations(): number {
    return this.#registered.size;
  }

  /** The registration of a user, if there is one here. */
  registration(userId: Id): UserRecord | undefined {
    return this.#registered.get(userId);
  }

  /** Remembers a registration; the caller has it kept. */
  register(user: UserRecord): void {
    this.#registered.set(user.userId, user);
  }

  /**
   * The key known for a user: first the one registered here, then the one its server advertised.
   *
   * @param userId Whose key.
   * @returns It, or undefined.
   */
  keyOf(userId: Id): PublicKey | undefined {
    const registered = this.#registered.get(userId);
    return registered === undefined
      ? this.#online.get(userId)?.key
      : parsePublicKey(registered.pubkey);
  }
}
