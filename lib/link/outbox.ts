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

/**
 * What a frame counts for while its signature is being made: what it takes on a link. Its text is not there
 * yet, and that it waits is no fault of the reader's.
 */
export const UNSIGNED_FRAME_BYTES = 256;

interface Entry {
  /** Undefined while it is being signed. */
  text: string | undefined;
  /**
   * Bytes, about: little while it is being signed, then its UTF-16 units, which are its bytes but for what
   * others wrote outside of ASCII.
   */
  size: number;
  /** Why it could not be made. */
  error?: unknown;
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
  #leaving = false;
  /** The transport has its fill, and says when it has sent some. */
  #isHeldUp = false;
  #stopped = false;
  readonly #flushed: (() => void)[] = [];

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
    const entry: Entry = typeof text === "string"
      ? { text, size: text.length }
      : { text: undefined, size: UNSIGNED_FRAME_BYTES };
    if (typeof text !== "string") {
      // Heard of even if nobody waits for it any more: a failure must not end the process.
      text.then(
        (signed) => this.#isSigned(entry, signed),
        (error) => this.#hasFailed(entry, error),
      );
    }
    if (this.#stopped) return;
    this.#waiting.push(entry);
    this.#waitingBytes += entry.size;
    if (this.bytes > limit) {
      this.stop();
      this.#host.overflow();
      return;
    }
    this.#drain();
  }

  /**
   * Hands everything to the transport, however slow the reader is: nothing more will come.
   *
   * @returns Resolves when that is done.
   */
  flush(): Promise<void> {
    this.#leaving = true;
    this.#isHeldUp = false;
    this.#drain();
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#flushed.push(resolve));
  }

  /** Sends nothing more, and forgets what waits. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#isEmpty();
  }

  /** Bytes that wait, here and in the transport; a frame that is still being signed counts for little. */
  get bytes(): number {
    return this.#transport.bufferedBytes + this.#waitingBytes;
  }

  /** Some frames are much longer than most, those that share keys for example. */
  #isSigned(entry: Entry, text: string): void {
    if (this.#stopped) return;
    this.#waitingBytes += text.length - entry.size;
    entry.size = text.length;
    entry.text = text;
    if (entry === this.#waiting[0]) this.#drain();
  }

  /** Told of when its turn comes, so that what went before it still goes. */
  #hasFailed(entry: Entry, error: unknown): void {
    if (this.#stopped) return;
    entry.error = error;
    if (entry === this.#waiting[0]) this.#fail(error);
  }

  #fail(error: unknown): void {
    this.stop();
    this.#host.fault(error);
  }

  /** Hands over what is ready, up to the first text that is not. */
  #drain(): void {
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const { text, size } = next;
        if ("error" in next) return this.#fail(next.error);
        if (text === undefined || !this.#hasRoom()) return;
        this.#waiting.shift();
        this.#waitingBytes -= size;
        this.#transport.send(text);
      }
      this.#isEmpty();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether the transport may be given more; if it may not, that goes on when it has sent some. */
  #hasRoom(): boolean {
    if (this.#leaving) return true;
    if (this.#isHeldUp) return false;
    this.#isHeldUp = this.#transport.bufferedBytes >= MAX_IN_TRANSPORT;
    if (this.#isHeldUp) void this.#transport.drained(MAX_IN_TRANSPORT).then(() => this.#goOn());
    return !this.#isHeldUp;
  }

  #goOn(): void {
    this.#isHeldUp = false;
    this.#drain();
  }

  #isEmpty(): void {
    for (const tell of this.#flushed.splice(0)) tell();
  }
}
