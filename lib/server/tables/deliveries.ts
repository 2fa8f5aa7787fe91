/**
 * Messages on their way to another server, until that server has taken them (D21).
 *
 * @module
 */

import type { Id } from "../../protocol/ids.ts";
import { DELIVERY_MS } from "../../protocol/limits.ts";

/** Messages that may be on their way at once. */
export const MAX_DELIVERIES = 10_000;

/** Of these so many over one link: a server that never answers keeps no others' messages from theirs. */
export const MAX_DELIVERIES_OF_A_HOP = 2_500;

/** A message on its way. */
export interface Delivery {
  /** Its name (D21). */
  readonly messageRef: string;
  /** The name of the frame that the sender sent (§10). */
  readonly frameId: string;
  /** Who waits for the outcome: a local user, or the server that passed the message on to this one. */
  readonly sender: Id;
  /** In which table to look for `sender`. */
  readonly senderIs: "user" | "server";
  /** The user it is for. */
  readonly recipient: Id;
  /** The recipient's server, as this one knows it. */
  readonly server: Id;
  /** The linked server that it was sent to, and that must tell the outcome. */
  readonly hop: Id;
  /** When the sender is told that nobody confirmed it, Unix ms. */
  readonly deadline: number;
}

/** The messages on their way. All wait equally long, so the first is always the first to expire. */
export class Deliveries {
  readonly #waiting = new Map<string, Delivery>();
  readonly #ofHop = new Map<Id, number>();

  /** How many are on their way. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Whether there is room for one more to a linked server. */
  hasRoomFor(hop: Id): boolean {
    return this.#waiting.size < MAX_DELIVERIES &&
      (this.#ofHop.get(hop) ?? 0) < MAX_DELIVERIES_OF_A_HOP;
  }

  /** The first time at which one expires, Unix ms. */
  get nextDeadline(): number {
    for (const { deadline } of this.#waiting.values()) return deadline;
    return Infinity;
  }

  /** Whether a message is on its way. */
  has(messageRef: string): boolean {
    return this.#waiting.has(messageRef);
  }

  /** A message was sent to another server; whoever sent it first is told the outcome. */
  add(delivery: Omit<Delivery, "deadline">, now: number): void {
    if (this.#waiting.has(delivery.messageRef)) return;
    this.#waiting.set(delivery.messageRef, { ...delivery, deadline: now + DELIVERY_MS });
    this.#ofHop.set(delivery.hop, (this.#ofHop.get(delivery.hop) ?? 0) + 1);
  }

  /** The outcome came, from the server that was to give it: the delivery is over. */
  settle(messageRef: string, hop: Id): Delivery | undefined {
    const delivery = this.#waiting.get(messageRef);
    if (delivery === undefined || delivery.hop !== hop) return undefined;
    this.#remove(delivery);
    return delivery;
  }

  /** Takes out what nobody confirmed in time. */
  expired(now: number): Delivery[] {
    const late: Delivery[] = [];
    for (const delivery of this.#waiting.values()) {
      if (delivery.deadline > now) break;
      late.push(delivery);
      this.#remove(delivery);
    }
    return late;
  }

  #remove({ messageRef, hop }: Delivery): void {
    this.#waiting.delete(messageRef);
    const left = (this.#ofHop.get(hop) ?? 1) - 1;
    if (left === 0) this.#ofHop.delete(hop);
    else this.#ofHop.set(hop, left);
  }
}
