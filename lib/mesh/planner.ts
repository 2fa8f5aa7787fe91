/**
 * Which servers to dial, and when (§8.1, §8.4). Introducers are joined, in the order of the file and one
 * at a time until somebody is known; every other server that is known is announced to. Who cannot be
 * reached is tried again, ever more slowly: an introducer for ever, another server for a day.
 *
 * @module
 */

import { backoffDelay, type BackoffLimits } from "../base/backoff.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import type { Id } from "../protocol/ids.ts";
import { type Address, addressText, placeOf } from "./address.ts";
import type { Introducer } from "./introducer.ts";

/** How the waits between two attempts grow, in ms: after a partition links stand again within two heartbeats. */
export const DIAL_BACKOFF: BackoffLimits = { base: 1_000, cap: 10_000 };

/** A server of which nothing was heard for so long is no longer dialled, in ms. */
export const GIVEN_UP_MS = 24 * 60 * 60_000;

/** Dials that are under way at the most: whoever tells of many servers makes nobody flood them (THREATS 30). */
export const MAX_DIALS = 32;

/** Servers that are dialled at the most, beside the introducers. */
export const MAX_SERVERS_DIALLED = 1_000;

/** Who could not be reached so often at an address gives way to another who claims it. */
const GIVES_WAY_AFTER = 5;

/** Whom to dial. */
export type DialTarget =
  /** Asked to let us join: we learn there who it is. */
  | {
    readonly kind: "introducer";
    readonly address: Address;
    readonly pubkey: PublicKey | undefined;
  }
  /** Announced to: we know its id and have pinned its key. */
  | { readonly kind: "server"; readonly address: Address; readonly serverId: Id };

/** What is known about the attempts to reach one target. */
interface Attempts {
  failures: number;
  nextAt: number;
  busy: boolean;
}

interface IntroducerEntry extends Attempts {
  readonly place: string;
  readonly target: DialTarget & { kind: "introducer" };
  /** Who answered there last. */
  serverId: Id | undefined;
  /** It turned out to be this server itself. */
  self: boolean;
}

interface ServerEntry extends Attempts {
  readonly serverId: Id;
  address: Address;
  place: string;
  /** When it was last known to live, Unix ms; undefined until the clock is first looked at. */
  aliveAt: number | undefined;
}

/** Plans the dials of one server. Owns no socket and no clock. */
export class MeshPlanner {
  readonly #introducers: IntroducerEntry[];
  readonly #servers = new Map<Id, ServerEntry>();
  readonly #own: ReadonlySet<string>;
  readonly #introduced: ReadonlySet<string>;
  /** Who is dialled at which place: one, or ten thousand ids at one address would be ten thousand dials. */
  readonly #claims = new Map<string, Id>();

  /**
   * A plan in which every introducer is due at once.
   *
   * @param introducers The bootstrap list, in order.
   * @param own The addresses of this server, which it does not dial.
   */
  constructor(introducers: readonly Introducer[], own: readonly Address[]) {
    this.#own = new Set(own.map(placeOf));
    this.#introduced = new Set(introducers.map(placeOf));
    this.#introducers = introducers.map(({ host, port, pubkey }) => {
      const address = { host, port };
      const place = placeOf(address);
      return {
        place,
        target: { kind: "introducer", address, pubkey },
        serverId: undefined,
        self: this.#own.has(place),
        ...untried(),
      };
    });
  }

  /** How many servers are dialled when they are not linked, beside the introducers. */
  get count(): number {
    return this.#servers.size;
  }

  /**
   * Learns of a server, or of its new address. An address that another server has is that server's until
   * it could not be reached there; nobody else is reached at this server's own.
   *
   * @param serverId Its id.
   * @param address Where it is reached.
   * @returns Whether it is dialled there.
   */
  learn(serverId: Id, address: Address): boolean {
    const known = this.#servers.get(serverId);
    const place = placeOf(address);
    const claimant = this.#claims.get(place);
    if (claimant === serverId) return true;
    const isTaken = claimant !== undefined &&
      (this.#servers.get(claimant)?.failures ?? 0) < GIVES_WAY_AFTER;
    if (isTaken || this.#own.has(place)) {
      // Where it was before it is no more.
      this.#drop(serverId);
      return false;
    }
    if (claimant !== undefined) this.#drop(claimant);
    if (known === undefined) {
      if (this.#servers.size >= MAX_SERVERS_DIALLED) return false;
      this.#servers.set(serverId, { serverId, address, place, aliveAt: undefined, ...untried() });
    } else {
      this.#claims.delete(known.place);
      known.address = address;
      known.place = place;
    }
    this.#claims.set(place, serverId);
    return true;
  }

  /**
   * Something of a server was heard, from itself or from who is linked to it.
   *
   * @param serverId Its id.
   * @param now Unix ms.
   */
  alive(serverId: Id, now: number): void {
    const known = this.#servers.get(serverId);
    if (known !== undefined) known.aliveAt = now;
  }

  /**
   * Stops to dial the servers of which nothing was heard for a day, until they are learned of again.
   *
   * @param now Unix ms.
   * @param isLinked Whether a link to this server stands.
   * @returns The servers given up.
   */
  giveUp(now: number, isLinked: (serverId: Id) => boolean): Id[] {
    const given: Id[] = [];
    for (const entry of this.#servers.values()) {
      if (entry.aliveAt === undefined || isLinked(entry.serverId)) entry.aliveAt = now;
      else if (now - entry.aliveAt >= GIVEN_UP_MS && !entry.busy) given.push(entry.serverId);
    }
    for (const serverId of given) this.#drop(serverId);
    return given;
  }

  /**
   * The address that was dialled turned out to be this server's own. Without effect on any that is not
   * being dialled: nobody could have found that out.
   *
   * @param address As text, `host:port`.
   */
  isSelf(address: string): void {
    for (const entry of this.#introducers) {
      if (entry.busy && addressText(entry.target.address) === address) entry.self = true;
    }
  }

  /**
   * Whom to dial now. What is returned counts as under way until {@linkcode failed} or
   * {@linkcode reached} is said of it.
   *
   * @param now Unix ms.
   * @param isLinked Whether a link to this server stands.
   * @returns The targets, introducers first.
   */
  due(now: number, isLinked: (serverId: Id) => boolean): DialTarget[] {
    const targets: DialTarget[] = [];
    let free = MAX_DIALS - this.#busy();
    for (const entry of this.#open(isLinked)) {
      if (entry.nextAt > now || free <= 0) continue;
      entry.busy = true;
      free -= 1;
      targets.push(targetOf(entry));
      if (this.#isAlone()) break;
    }
    // Who has waited longest comes first: whoever invents servers makes no other wait for ever.
    const waiting = [...this.#unlinked(isLinked)].filter(({ nextAt }) => nextAt <= now)
      .sort((one, other) => one.nextAt - other.nextAt);
    for (const entry of waiting) {
      if (free <= 0) break;
      entry.busy = true;
      free -= 1;
      targets.push(targetOf(entry));
    }
    return targets;
  }

  /**
   * When to ask {@linkcode due} again.
   *
   * @param isLinked Whether a link to this server stands.
   * @returns Unix ms, infinity if there is nobody to dial.
   */
  nextDeadline(isLinked: (serverId: Id) => boolean): number {
    let next = Infinity;
    if (this.#busy() >= MAX_DIALS) return next;
    for (const { nextAt } of this.#open(isLinked)) next = Math.min(next, nextAt);
    for (const { nextAt } of this.#unlinked(isLinked)) next = Math.min(next, nextAt);
    return next;
  }

  /**
   * An attempt failed. Without effect if none was under way.
   *
   * @param target What {@linkcode due} returned.
   * @param now Unix ms.
   * @param unit A random number in [0, 1).
   * @returns How often in a row it has failed now; undefined if no attempt was under way.
   */
  failed(target: DialTarget, now: number, unit: number): number | undefined {
    const entry = this.#find(target);
    if (entry === undefined || !entry.busy) return undefined;
    entry.busy = false;
    if ("self" in entry && entry.self) return undefined;
    entry.nextAt = now + backoffDelay(entry.failures, DIAL_BACKOFF, unit);
    return ++entry.failures;
  }

  /**
   * An attempt led to a server. It counts as a failure until the link has proved {@linkcode stable}, or
   * a server that takes every link and drops it would be dialled without pause.
   *
   * @param target What {@linkcode due} returned.
   * @param serverId Who was there.
   * @param now Unix ms.
   * @param unit A random number in [0, 1).
   */
  reached(target: DialTarget, serverId: Id, now: number, unit: number): void {
    this.failed(target, now, unit);
    const entry = this.#find(target);
    if (entry !== undefined && "target" in entry) entry.serverId = serverId;
  }

  /**
   * A link has stood for a while: if it ends, its server is dialled again at once.
   *
   * @param serverId Whose link.
   */
  stable(serverId: Id): void {
    for (const entry of [...this.#introducers, ...this.#servers.values()]) {
      if (entry.serverId !== serverId) continue;
      entry.failures = 0;
      entry.nextAt = 0;
    }
  }

  /** The introducers to join: not this server, not being dialled, and nobody linked stands there. */
  *#open(isLinked: (serverId: Id) => boolean): Generator<IntroducerEntry> {
    // In order (§8.1): whose welcome comes first gives this server its id.
    if (this.#isAlone() && this.#introducers.some((entry) => entry.busy)) return;
    for (const entry of this.#introducers) {
      if (entry.self || entry.busy || this.#covered(entry, isLinked)) continue;
      yield entry;
    }
  }

  /** Whether no other server was ever heard of. */
  #isAlone(): boolean {
    return this.#servers.size === 0;
  }

  #busy(): number {
    let busy = 0;
    for (const entry of this.#introducers) if (entry.busy) busy += 1;
    for (const entry of this.#servers.values()) if (entry.busy) busy += 1;
    return busy;
  }

  #drop(serverId: Id): void {
    const entry = this.#servers.get(serverId);
    if (entry === undefined) return;
    this.#servers.delete(serverId);
    this.#claims.delete(entry.place);
  }

  #covered({ serverId, place }: IntroducerEntry, isLinked: (serverId: Id) => boolean): boolean {
    const there = this.#claims.get(place);
    return (serverId !== undefined && isLinked(serverId)) ||
      (there !== undefined && isLinked(there));
  }

  /** The servers to announce to. One that stands at an introducer's address is joined instead. */
  *#unlinked(isLinked: (serverId: Id) => boolean): Generator<ServerEntry> {
    for (const entry of this.#servers.values()) {
      if (entry.busy || isLinked(entry.serverId)) continue;
      if (!this.#introduced.has(entry.place)) yield entry;
    }
  }

  #find(target: DialTarget): IntroducerEntry | ServerEntry | undefined {
    return target.kind === "server"
      ? this.#servers.get(target.serverId)
      : this.#introducers.find((entry) => entry.target === target);
  }
}

function untried(): Attempts {
  return { failures: 0, nextAt: 0, busy: false };
}

function targetOf(entry: IntroducerEntry | ServerEntry): DialTarget {
  if ("target" in entry) return entry.target;
  return { kind: "server", address: entry.address, serverId: entry.serverId };
}
