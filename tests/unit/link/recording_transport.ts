/**
 * A transport that writes down what it is told, for tests of what stands above it.
 *
 * @module
 */

import type { Transport, TransportEvents } from "../../../lib/link/transport.ts";

/** A transport without another end. */
export class RecordingTransport implements Transport {
  readonly remote = "test";
  bufferedBytes = 0;
  /** Called when it has sent something. */
  #drained: () => void = () => {};
  /** Everything that was sent. */
  readonly sent: string[] = [];
  /** How it was closed, each time it was. */
  readonly closings: string[] = [];
  /** What listens to it. */
  events: TransportEvents | undefined;
  /** Thrown by the next {@linkcode send}. */
  broken: Error | undefined;

  listen(events: TransportEvents): void {
    this.events = events;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.#drained = resolve);
  }

  /** Sends what it was handed. */
  drain(): void {
    this.bufferedBytes = 0;
    this.#drained();
  }

  send(text: string): void {
    if (this.broken !== undefined) throw this.broken;
    this.sent.push(text);
  }

  close(code: number, reason: string): void {
    this.closings.push(`${code} ${reason}`);
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
