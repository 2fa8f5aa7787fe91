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
  /** Ends that do not read, each with what was handed to the other's transport meanwhile. */
  readonly #stalled = new Map<string, string[]>();
  #resumed = Promise.withResolvers<void>();
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

  /** From now on an end does not read. */
  stall(name: string): void {
    this.#stalled.set(name, []);
  }

  /** Characters that an end has not read. */
  unread(name: string): number {
    return (this.#stalled.get(name) ?? []).reduce((sum, { length }) => sum + length, 0);
  }

  /** It reads again. */
  resume(name: string): void {
    const texts = this.#stalled.get(name) ?? [];
    this.#stalled.delete(name);
    for (const text of texts) this.sendAs(name === this.near ? this.far : this.near, text);
    this.#resumed.resolve();
    this.#resumed = Promise.withResolvers<void>();
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
    const stalled = this.#stalled;
    const unread = () => this.unread(there);
    return {
      remote: transport.remote,
      get bufferedBytes() {
        return unread();
      },
      drained: () => !stalled.has(there) ? Promise.resolve() : this.#resumed.promise,
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
        const kept = stalled.get(there);
        if (kept !== undefined) return void kept.push(text);
        for (let copy = copies(); copy > 0; copy--) transport.send(text);
      },
      close: (code, reason) => transport.close(code, reason),
    };
  }
}
