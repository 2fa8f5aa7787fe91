/**
 * Two transports joined in memory: for tests, and for programs that hold both ends.
 *
 * @module
 */

import type { Transport, TransportEvents } from "./transport.ts";

/** How a message gets from one end to the other: at once, or whenever the network says. */
export type Carry = (deliver: () => void) => void;

/** One end of a pair. */
class MemoryTransport implements Transport {
  readonly bufferedBytes = 0;
  #events: TransportEvents | undefined;
  #early: ((events: TransportEvents) => void)[] = [];
  #peer: MemoryTransport | undefined;
  #open = true;

  constructor(readonly remote: string, readonly carry: Carry) {}

  join(peer: MemoryTransport): void {
    this.#peer = peer;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  listen(events: TransportEvents): void {
    this.#events = events;
    // Nobody expects to be called while still saying that they listen.
    for (const tell of this.#early.splice(0)) queueMicrotask(() => tell(events));
  }

  send(text: string): void {
    const peer = this.#peer;
    if (!this.#open || peer === undefined) return;
    this.carry(() => {
      if (peer.#open) peer.#tell((events) => events.text(text));
    });
  }

  close(code: number, reason: string): void {
    const peer = this.#peer;
    if (!this.#open) return;
    this.carry(() => {
      if (peer !== undefined) peer.#end(code, reason);
    });
    this.#end(code, reason);
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#tell((events) => events.closed(code, reason));
  }

  #tell(tell: (events: TransportEvents) => void): void {
    if (this.#events === undefined) this.#early.push(tell);
    else tell(this.#events);
  }
}

/**
 * Makes a connected pair of transports.
 *
 * @param names What each end calls the other, for logs: `[of the first end, of the second]`.
 * @param carry Delivers what one end sends; must keep the order. By default in a microtask.
 * @returns Both ends, open.
 */
export function memoryPair(
  names: readonly [string, string] = ["memory", "memory"],
  carry: Carry = queueMicrotask,
): [Transport, Transport] {
  const first = new MemoryTransport(names[0], carry);
  const second = new MemoryTransport(names[1], carry);
  first.join(second);
  second.join(first);
  return [first, second];
}
