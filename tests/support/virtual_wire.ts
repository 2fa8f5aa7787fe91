/**
 * One connection of a network in memory: it can be cut, held up, listened to and spoken into.
 *
 * @module
 */

import { memoryPair } from "../../lib/link/memory.ts";
import type { Transport, TransportEvents } from "../../lib/link/transport.ts";

/** What a wire asks of its network. */
export interface WireHost {
  held(): boolean;
  carry(deliver: () => void): void;
  sent(from: string, to: string, text: string): void;
  /** How often a message arrives: once, unless the network has a fault. */
  copies(): number;
  ended(): void;
}

/** One connection. */
export class Wire {
  readonly ends: [Transport, Transport];
  readonly #raw: readonly [Transport, Transport];
  readonly #host: WireHost;
  readonly #heldUp: (() => void)[] = [];
  readonly #ended = new Set<string>();
  readonly #listeners = new Map<string, TransportEvents>();

  constructor(readonly near: string, readonly far: string, host: WireHost) {
    this.#host = host;
    const [one, other] = this.#raw = memoryPair([far, near], (deliver) => this.#carry(deliver));
    this.ends = [this.#tapped(one, near, far), this.#tapped(other, far, near)];
  }

  /** Whether both ends believe in it. */
  get stands(): boolean {
    return this.#ended.size === 0;
  }

  joins(name: string): boolean {
    return this.near === name || this.far === name;
  }

  reset(): void {
    for (const end of this.#raw) end.close(1006, "");
  }

  release(): void {
    for (const deliver of this.#heldUp.splice(0)) this.#carry(deliver);
  }

  drop(): void {
    this.#heldUp.length = 0;
  }

  sendAs(name: string, text: string): void {
    this.#raw[name === this.near ? 0 : 1].send(text);
  }

  /** One end hears a text at this moment, before everything that is under way. */
  tells(name: string, text: string): void {
    this.#listeners.get(name)?.text(text);
  }

  /** What is under way when the partition begins does not arrive either. */
  #carry(deliver: () => void): void {
    this.#host.carry(() => {
      if (this.#host.held()) this.#heldUp.push(deliver);
      else deliver();
    });
  }

  /** While one end does not know yet, something may still be on its way there. */
  #end(side: string): void {
    this.#ended.add(side);
    if (this.#ended.size === 2) this.#host.ended();
  }

  #tapped(transport: Transport, here: string, there: string): Transport {
    const { sent, copies } = this.#host;
    return {
      remote: transport.remote,
      get bufferedBytes() {
        return transport.bufferedBytes;
      },
      drained: (bytes) => transport.drained(bytes),
      listen: (events) => {
        this.#listeners.set(here, events);
        transport.listen({
          text: (text) => events.text(text),
          binary: () => events.binary(),
          closed: (code, reason) => {
            this.#end(here);
            events.closed(code, reason);
          },
        });
      },
      send(text) {
        sent(here, there, text);
        for (let copy = copies(); copy > 0; copy--) transport.send(text);
      },
      close: (code, reason) => transport.close(code, reason),
    };
  }
}
