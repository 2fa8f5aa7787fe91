/**
 * The connections of this server, and who is at the other end (`servers` and `local_users` of §5).
 *
 * @module
 */

import type { PublicKey } from "../../crypto/public_key.ts";
import { advance, type Session, type SessionEvent } from "../../link/session.ts";
import type { DialTarget } from "../../mesh/planner.ts";
import type { Id } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { LinkId } from "../effects.ts";
import type { Introduction } from "../pinning.ts";

/** One connection. */
export interface LinkEntry {
  /** The name by which effects speak of it. */
  readonly id: LinkId;
  /** The other end's address, for logs. */
  readonly remote: string;
  /** 32 random bytes as base64url, this link's own: the challenge of D19, the nonce of D12. */
  readonly nonce: string;
  /** Whom we dialled; undefined if we were. */
  readonly target: DialTarget | undefined;
  /** When the connection was made, Unix ms. */
  readonly openedAt: number;
  /** How far it has come, and who the peer is. */
  session: Session;
  /** What the peer said of itself in its first frame: its key, and a user's `meta`. */
  introduced: { readonly key: PublicKey; readonly meta: JsonObject } | undefined;
  /** What a joining server signed of itself: who drops the join's connection is dialled back (D11). */
  dialBack: { readonly introduction: Introduction; readonly fingerprint: string } | undefined;
  /** By when the peer must have said what is expected next, Unix ms. */
  deadline: number;
  /** When the last frame came, Unix ms. */
  lastHeard: number;
  /** When the next heartbeat is due, Unix ms. */
  nextHeartbeat: number;
  /** Whether the peer, a server, has sent back this link's nonce under its key (D12). */
  proven: boolean;
  /** Whether this server has answered the peer's nonce (D12). */
  hasProved: boolean;
  /** How many servers it has made known. */
  introductions: number;
  /** When it came to stand between two servers, Unix ms. */
  linkedAt: number;
  /** The same, as `nextTurn` of the state counts. */
  turn: number;
  /** Whether the peer, a server, takes part in the gossip of announces, as ours do. */
  gossips: boolean;
  /** The `ts` of the first thing that the peer, a server, said on the link once it stood, Unix ms of its clock. */
  spokeAt: number | undefined;
  /** When the peer, a server, introduced itself on it, Unix ms of its clock. */
  introducedAt: number | undefined;
  /** What went wrong on it last, for the operator. */
  lastError: string | undefined;
}

/** All connections. */
export class Links {
  readonly #links = new Map<LinkId, LinkEntry>();
  readonly #servers = new Map<Id, LinkEntry>();
  readonly #users = new Map<Id, LinkEntry>();
  /** Links that must say something soon: few, however many users are connected. */
  readonly #expected = new Set<LinkEntry>();
  /** Links that another one to the same server has replaced, until what is on its way over them has come. */
  readonly #replaced = new Set<LinkEntry>();

  /** Takes a new connection. */
  add(link: LinkEntry): void {
    this.#links.set(link.id, link);
    this.#expected.add(link);
  }

  /** The connection of this name, if it stands. */
  get(id: LinkId): LinkEntry | undefined {
    return this.#links.get(id);
  }

  /** The link to a server (`servers` of §5). */
  server(serverId: Id): LinkEntry | undefined {
    return this.#servers.get(serverId);
  }

  /** The link of a local user (`local_users` of §5). */
  user(userId: Id): LinkEntry | undefined {
    return this.#users.get(userId);
  }

  /** The links to all servers, but for one. */
  servers(except?: LinkEntry): LinkId[] {
    return idsOf(this.#servers, except);
  }

  /** The links of all local users, but for one. */
  users(except?: LinkEntry): LinkId[] {
    return idsOf(this.#users, except);
  }

  /** The entries of all server links. */
  serverEntries(): Iterable<LinkEntry> {
    return this.#servers.values();
  }

  /** Every connection, in whatever state. */
  all(): Iterable<LinkEntry> {
    return this.#links.values();
  }

  /** The connections that still have to introduce or prove themselves. */
  expected(): Iterable<LinkEntry> {
    return this.#expected;
  }

  /**
   * Another link to the same server stands in the place of this one.
   *
   * @param link This one.
   * @param until When it is to end, Unix ms.
   */
  replace(link: LinkEntry, until: number): void {
    link.deadline = until;
    this.#replaced.add(link);
  }

  /** The links that are to end. */
  replaced(): Iterable<LinkEntry> {
    return this.#replaced;
  }

  /**
   * Something happened to a connection: its state moves on, and the tables with it.
   *
   * @param link The connection.
   * @param event What happened.
   */
  advance(link: LinkEntry, event: SessionEvent): void {
    link.session = advance(link.session, event);
    const { session } = link;
    if (session.phase === "user") this.#users.set(session.peer, link);
    if (session.phase === "server") this.#servers.set(session.peer, link);
    if (session.phase === "user" || session.phase === "server" || session.phase === "closed") {
      this.#expected.delete(link);
    }
  }

  /**
   * A connection has ended. Tables that have gone on to another connection of the same peer stay.
   *
   * @param link The connection.
   * @returns Who it was the link of, if it was anybody's.
   */
  remove(link: LinkEntry): { readonly user?: Id; readonly server?: Id } {
    this.#links.delete(link.id);
    this.#replaced.delete(link);
    const peer = "peer" in link.session ? link.session.peer : undefined;
    this.advance(link, { kind: "closed" });
    if (peer === undefined) return {};
    if (this.#users.get(peer) === link) {
      this.#users.delete(peer);
      return { user: peer };
    }
    if (this.#servers.get(peer) === link) {
      this.#servers.delete(peer);
      return { server: peer };
    }
    return {};
  }
}

/**
 * Whose link it is.
 *
 * @param link A link that is somebody's.
 * @throws {TypeError} If it is nobody's yet, or nobody's any more: our own mistake.
 */
export function ownerOf({ session }: Pick<LinkEntry, "session">): Id {
  if ("peer" in session && session.peer !== undefined) return session.peer;
  throw new TypeError(`nobody owns a link in state ${session.phase}`);
}

function idsOf(links: ReadonlyMap<Id, LinkEntry>, except: LinkEntry | undefined): LinkId[] {
  const ids: LinkId[] = [];
  for (const link of links.values()) if (link !== except) ids.push(link.id);
  return ids;
}
