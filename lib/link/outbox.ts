/**
 * What one link still has to send, in order and bounded.
 *
 * @module
 */

import type { Transport } from "./transport.ts";

/** Bytes that may wait for a user's link, in the outbox and in the transport. */
export const MAX_USER_OUTBOX = 8 * 1024 * 1024;

/** Bytes that may wait for a server's link, in the outbox and in the transport. */
export const MAX_SERVER_OUTBOX = 32 * 1024 * 1024;

/** Assumed for a frame whose signature is being made: longer than most. */
const UNSIGNED_FRAME_BYTES = 2048;

/** Who is told how an outbox fares. */
export interface OutboxHost {
  /** More waits than may: the reader is too slow, or gone. Nothing more will be sent. */
  overflow(): void;
  /** A frame could not be made: our mistake. */
  fault(error: unknown): void;
}

/**
 * Sends texts in the order in which they were pushed, though some are still being signed when later
 * ones are ready.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #host: OutboxHost;
  readonly #waiting: (string | Promise<string>)[] = [];
  #drained: Promise<void> = Promise.resolve();
  #busy = false;
  #stopped = false;

  /**
   * An empty outbox.
   *
   * @param transport Where the texts go.
   * @param host Who is told of trouble.
   */
  constructor(transport: Transport, host: OutboxHost) {
    this.#transport = transport;
    this.#host = host;
  }

  /**
   * Queues one text. Never throws.
   *
   * @param text The frame, or the promise of it.
   * @param limit Bytes that may wait on this link now.
   */
  push(text: string | Promise<string>, limit: number): void {
    // It may fail before its turn, or when nobody waits for it any more: that must not end the process.
    if (typeof text !== "string") text.catch(() => {});
    if (this.#stopped) return;
    this.#waiting.push(text);
    if (this.bytes > limit) {
      this.stop();
      this.#host.overflow();
      return;
    }
    if (!this.#busy) this.#drained = this.#drain();
  }

  /** Resolves when everything pushed so far has been handed to the transport. */
  flushed(): Promise<void> {
    return this.#drained;
  }

  /** Sends nothing more, and forgets what waits. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
  }

  /** Bytes that wait, here and in the transport; a frame that is still being signed counts as an average one. */
  get bytes(): number {
    let bytes = this.#transport.bufferedBytes;
    for (const text of this.#waiting) {
      bytes += typeof text === "string" ? text.length : UNSIGNED_FRAME_BYTES;
    }
    return bytes;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const text = typeof next === "string" ? next : await next;
        if (this.#stopped) return;
        this.#waiting.shift();
        this.#transport.send(text);
      }
    } catch (error) {
      this.stop();
      this.#host.fault(error);
    } finally {
      this.#busy = false;
    }
  }
}
