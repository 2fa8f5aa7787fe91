/**
 * What one link still has to send, in order and bounded.
 *
 * Texts wait here and not in the transport: one text that goes to many is here once in memory, and there
 * once for each.
 *
 * @module
 */

import type { Transport } from "./transport.ts";

/** Bytes that may wait for a user's link, beside the welcome and what its transport has (THREATS 15). */
export const MAX_USER_OUTBOX = 1024 * 1024;

/** The same for a server's link, beside the first news. */
export const MAX_SERVER_OUTBOX = 8 * 1024 * 1024;

/** Bytes that may wait in a client: it has one link, and what it sends is its owner's own. */
export const MAX_CLIENT_OUTBOX = 32 * 1024 * 1024;

/** Bytes that are handed to a transport which has not sent them yet: there every link has its own copy. */
export const MAX_IN_TRANSPORT = 256 * 1024;

/** Assumed for a frame whose signature is being made: longer than most. */
export const UNSIGNED_FRAME_BYTES = 2048;

interface Entry {
  readonly text: string | Promise<string>;
  /** Bytes, about; once it is signed, as many as it has. */
  size: number;
}

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
  readonly #waiting: Entry[] = [];
  #waitingBytes = 0;
  #drained: Promise<void> = Promise.resolve();
  #leaving = false;
  /** Ends the wait for room in the transport. */
  #goOn: () => void = () => {};
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
    if (this.#stopped || this.#goesAtOnce(text, limit)) return;
    const entry = { text, size: typeof text === "string" ? text.length : UNSIGNED_FRAME_BYTES };
    if (typeof text !== "string") text.then((signed) => this.#isSigned(entry, signed), () => {});
    this.#waiting.push(entry);
    this.#waitingBytes += entry.size;
    if (this.bytes > limit) {
      this.stop();
      this.#host.overflow();
      return;
    }
    if (!this.#busy) this.#drained = this.#drain();
  }

  /** Most texts find nothing before them: what goes to hundreds of links must cost little on each. */
  #goesAtOnce(text: string | Promise<string>, limit: number): boolean {
    if (typeof text !== "string" || this.#busy) return false;
    if (this.#isFull() || this.#transport.bufferedBytes + text.length > limit) return false;
    try {
      this.#transport.send(text);
    } catch (error) {
      this.stop();
      this.#host.fault(error);
    }
    return true;
  }

  /**
   * Hands everything to the transport, however slow the reader is: nothing more will come.
   *
   * @returns Resolves when that is done.
   */
  flush(): Promise<void> {
    this.#leaving = true;
    this.#goOn();
    return this.#drained;
  }

  /** Sends nothing more, and forgets what waits. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#goOn();
  }

  /** Bytes that wait, here and in the transport; a frame that is still being signed counts as an average one. */
  get bytes(): number {
    return this.#transport.bufferedBytes + this.#waitingBytes;
  }

  /** Some frames are much longer than most, those that share keys for example. */
  #isSigned(entry: Entry, { length }: string): void {
    if (this.#stopped) return;
    this.#waitingBytes += length - entry.size;
    entry.size = length;
  }

  #isFull(): boolean {
    return !this.#leaving && this.#transport.bufferedBytes >= MAX_IN_TRANSPORT;
  }

  /** Resolves when the transport may be given more: it has sent some, or this is the end. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
      void this.#transport.drained(MAX_IN_TRANSPORT).then(resolve);
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const text = typeof next.text === "string" ? next.text : await next.text;
        if (this.#isFull()) await this.#room();
        if (this.#stopped) return;
        this.#waiting.shift();
        this.#waitingBytes -= next.size;
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
