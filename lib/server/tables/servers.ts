/**
 * The servers of the mesh: which key is pinned to which id, and where it was last (§12).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../crypto/public_key.ts";
import { type Address, addressText } from "../../mesh/address.ts";
import type { Id } from "../../protocol/ids.ts";
import type { IntroducerRecord, ServerRecord } from "../../store/port.ts";

/** A pinned server. */
export interface KnownServer {
  /** The server's id. */
  readonly id: Id;
  /** The key pinned to the id at first sight; it never changes (§12). */
  readonly key: PublicKey;
  /** Where it can be dialled: what it announced last. */
  readonly address: Address;
  /** Whether it is dialled: not if it was given up, or others have its address. */
  readonly dialled: boolean;
}

/** Servers that are pinned at the most: whoever invents more is not believed, and no pin is ever lost. */
export const MAX_PINS = 20_000;

/** Servers that are known by hearsay at the most: no link to them ever stood, and they are not kept. */
export const MAX_HEARSAY = 2_000;

/** The servers that this server knows of. */
export class Servers {
  readonly #known = new Map<Id, KnownServer>();
  readonly #kept = new Set<Id>();
  readonly #introducerKeys = new Map<string, PublicKey>();

  /**
   * The servers that were known when this one last stopped.
   *
   * @param servers The pins that the store remembers.
   * @param introducers The introducers' first-sight pins that it remembers.
   */
  constructor(servers: readonly ServerRecord[], introducers: readonly IntroducerRecord[]) {
    for (const { serverId, pubkey, host, port, dialled } of servers) {
      this.set({ id: serverId, key: parsePublicKey(pubkey), address: { host, port }, dialled });
      this.#kept.add(serverId);
    }
    for (const { pubkey, ...address } of introducers) {
      this.pinIntroducer(address, parsePublicKey(pubkey));
    }
  }

  /** The server of this id, if it is known. */
  get(serverId: Id): KnownServer | undefined {
    return this.#known.get(serverId);
  }

  /** How many servers are pinned. */
  get count(): number {
    return this.#known.size;
  }

  /** Whether one more can be pinned, which comes itself. */
  get full(): boolean {
    return this.#known.size >= MAX_PINS;
  }

  /** Whether one more can be pinned of which others tell. */
  get fullOfHearsay(): boolean {
    return this.full || this.#known.size - this.#kept.size >= MAX_HEARSAY;
  }

  /** Whether a server is remembered over a restart: a link to it has stood. */
  isKept(serverId: Id): boolean {
    return this.#kept.has(serverId);
  }

  /** Whether any is. */
  get anyKept(): boolean {
    return this.#kept.size > 0;
  }

  /** A link to a server stands: the caller has it kept from now on. */
  keep(serverId: Id): void {
    this.#kept.add(serverId);
  }

  /** Every pinned server. */
  all(): Iterable<KnownServer> {
    return this.#known.values();
  }

  /** Pins a server, or moves it to another address. */
  set(server: KnownServer): void {
    this.#known.set(server.id, server);
  }

  /** The key pinned to an introducer's address at first sight. */
  introducerKey(address: Address): PublicKey | undefined {
    return this.#introducerKeys.get(addressText(address));
  }

  /** Pins an introducer's key. */
  pinIntroducer(address: Address, key: PublicKey): void {
    this.#introducerKeys.set(addressText(address), key);
  }
}
