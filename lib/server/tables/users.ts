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

/** The users that this server knows of. */
export class Users {
  readonly #online = new Map<Id, OnlineUser>();
  readonly #registered: Map<Id, UserRecord>;

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

  /** Everybody who is connected here. */
  *local(): Generator<LocalUser> {
    for (const user of this.#online.values()) if (user.at === "local") yield user;
  }

  /** Everybody who is connected to another server. */
  *behind(server: Id): Generator<RemoteUser> {
    for (const user of this.#online.values()) {
      if (user.at === "remote" && user.server === server) yield user;
    }
  }

  /** A user came online, or moved. */
  set(user: OnlineUser): void {
    this.#online.set(user.id, user);
  }

  /** A user went offline. */
  delete(userId: Id): void {
    this.#online.delete(userId);
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
