/**
 * A network in memory: places that listen, connections that are slow, cut or held up, and a record of
 * everything that was sent.
 *
 * @module
 */

import type { Clock } from "../../lib/base/clock.ts";
import type { Dial, Transport } from "../../lib/link/transport.ts";
import { LinkError } from "../../lib/protocol/errors.ts";
import { Wire } from "./virtual_wire.ts";

/** How long somebody waits for an answer out of a partition, in ms. */
const DIAL_TIMEOUT_MS = 10_000;

/** One text message as it was handed to the network. */
export interface Sent {
  /** The connection: equal for all messages of one, in both directions. */
  readonly wire: object;
  /** Unix ms. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

interface Place {
  readonly name: string;
  readonly accept: (transport: Transport) => void;
}

/** A network. */
export class VirtualNetwork {
  /** Everything that was sent, in order. */
  readonly sent: Sent[] = [];
  /** Every attempt to connect, in order. */
  readonly dials: { readonly at: number; readonly from: string; readonly to: string }[] = [];
  /** Whether what is sent and dialled is kept. */
  keeps = true;
  /** Hears of every message. */
  watch: (message: Sent) => void = () => {};
  /** How often the next message between two arrives: 0 is lost, 2 is doubled. */
  copies: (from: string, to: string) => number = () => 1;
  readonly #clock: Clock;
  readonly #delay: () => number;
  readonly #places = new Map<string, Place>();
  readonly #wires = new Set<Wire>();
  readonly #partitions = new Set<string>();
  readonly #forbidden = new Set<string>();

  /**
   * @param clock Virtual time.
   * @param delay How long the next message takes, in ms; by default no time at all.
   * @param grainMs Messages arrive at multiples of this, in ms.
   */
  constructor(clock: Clock, delay: () => number = () => 0, grainMs = 1) {
    this.#clock = clock;
    this.#delay = () => {
      const now = clock.now();
      return Math.ceil((now + delay()) / grainMs) * grainMs - now;
    };
  }

  /**
   * Listens at an address.
   *
   * @param address `host:port`.
   * @param name Who listens.
   * @param accept Takes connections.
   */
  listen(address: string, name: string, accept: (transport: Transport) => void): void {
    if (this.#places.has(address)) throw new Error(`${address} is taken`);
    this.#places.set(address, { name, accept });
  }

  /** From now on an address leads where another one leads. */
  alias(address: string, other: string): void {
    const place = this.#places.get(other);
    if (place !== undefined) this.#places.set(address, place);
  }

  /** Stops to listen; connections that stand are not touched. */
  unlisten(address: string): void {
    this.#places.delete(address);
  }

  /** How somebody of this name opens connections. */
  dialAs(from: string): Dial {
    return (url) =>
      new Promise((resolve, reject) => {
        const to = url.replace("ws://", "");
        const refuse = (why: string) => reject(new LinkError(why));
        if (this.keeps) this.dials.push({ at: this.#clock.now(), from, to });
        this.#later(() => {
          const place = this.#places.get(to);
          if (place === undefined) return refuse("nobody listens there");
          if (this.#forbidden.has(pair(from, place.name))) return refuse("no way there");
          if (this.#partitions.has(pair(from, place.name))) {
            this.#clock.at(this.#clock.now() + DIAL_TIMEOUT_MS, () => refuse("no answer"));
            return;
          }
          const [near, far] = this.#connect(from, place.name);
          place.accept(far);
          this.#later(() => resolve(near));
        });
      });
  }

  /** How many connections stand between two. */
  connections(one: string, other: string): number {
    return [...this.#between(one, other)].filter((wire) => wire.stands).length;
  }

  /** Ends the connections between two, for both of them at once. */
  cut(one: string, other: string): void {
    for (const wire of this.#between(one, other)) wire.reset();
  }

  /** Ends every connection of somebody. */
  cutOff(name: string): void {
    for (const wire of [...this.#wires]) if (wire.joins(name)) wire.reset();
  }

  /** From now on neither of two can connect to the other: a firewall stands between. */
  forbid(one: string, other: string): void {
    this.#forbidden.add(pair(one, other));
  }

  /** From now on nothing gets from one to the other, and nobody is told: as when a cable is pulled. */
  part(one: string, other: string): void {
    this.#partitions.add(pair(one, other));
  }

  /** What was held up arrives, in order. */
  heal(one: string, other: string): void {
    this.#partitions.delete(pair(one, other));
    for (const wire of this.#between(one, other)) wire.release();
  }

  /** What is held up never arrives. */
  dropHeldUp(one: string, other: string): void {
    for (const wire of this.#between(one, other)) wire.drop();
  }

  /** From now on somebody reads nothing of what comes, on connections that stand. */
  stall(name: string): void {
    for (const wire of this.#wires) if (wire.joins(name)) wire.stall(name);
  }

  /** Characters that were handed to transports for somebody who does not read. */
  unread(name: string): number {
    let sum = 0;
    for (const wire of this.#wires) if (wire.joins(name)) sum += wire.unread(name);
    return sum;
  }

  /** Somebody reads again, what was kept back first. */
  resume(name: string): void {
    for (const wire of this.#wires) if (wire.joins(name)) wire.resume(name);
  }

  /** An attacker on the wire speaks with the voice of one of its ends. */
  inject(from: string, to: string, text: string): void {
    for (const wire of this.#between(from, to)) wire.sendAs(from, text);
  }

  /** Somebody hears a text now, as if the other had sent it. */
  tells(to: string, from: string, text: string): void {
    for (const wire of this.#between(from, to)) wire.tells(to, text);
  }

  #connect(near: string, far: string): [Transport, Transport] {
    const wire: Wire = new Wire(near, far, {
      held: () => this.#partitions.has(pair(near, far)),
      carry: inOrder(this.#clock, this.#delay),
      sent: (from, to, text) => {
        const message = { wire, at: this.#clock.now(), from, to, text };
        this.watch(message);
        if (this.keeps) this.sent.push(message);
      },
      copies: () => this.copies(near, far),
      ended: () => this.#wires.delete(wire),
    });
    this.#wires.add(wire);
    return wire.ends;
  }

  *#between(one: string, other: string): Generator<Wire> {
    for (const wire of [...this.#wires]) if (wire.joins(one) && wire.joins(other)) yield wire;
  }

  #later(action: () => void): void {
    inOrder(this.#clock, this.#delay)(action);
  }
}

/** Nothing overtakes what was sent before it. */
function inOrder(clock: Clock, delay: () => number): (deliver: () => void) => void {
  let last = 0;
  let waiting = 0;
  return (deliver) => {
    last = Math.max(last, clock.now() + delay());
    if (waiting === 0 && last <= clock.now()) return queueMicrotask(deliver);
    waiting++;
    clock.at(last, () => {
      waiting--;
      deliver();
    });
  };
}

function pair(one: string, other: string): string {
  return [one, other].sort().join(" and ");
}
