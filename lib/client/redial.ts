/**
 * Dials the server, and dials it again after every loss, less and less often.
 *
 * @module
 */

import { backoffDelay, type BackoffLimits } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Entropy } from "../crypto/entropy.ts";
import { CLOSE, type Dial, type Transport } from "../link/transport.ts";
import { LinkError } from "../protocol/errors.ts";

/** How the waits between two attempts to connect grow, in ms. */
const RECONNECT_BACKOFF: BackoffLimits = { base: 1_000, cap: 60_000 };

/** What dialling needs. */
export interface RedialParts {
  /** The server, `ws://` or `wss://`. */
  readonly url: string;
  /** Opens a connection. */
  readonly dial: Dial;
  /** The alarms of retries. */
  readonly clock: Clock;
  /** Their jitter. */
  readonly entropy: Entropy;
  /** A connection is open. */
  opened(transport: Transport): void;
  /** There is none; the next attempt is at `retryAt`, Unix ms. */
  lost(reason: string, retryAt: number): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** Whoever dials. */
export class Redial {
  readonly #parts: RedialParts;
  #failures = 0;
  #stopped = false;
  #cancel: () => void = () => {};

  /**
   * Does nothing before {@linkcode Redial.start}.
   *
   * @param parts What it needs.
   */
  constructor(parts: RedialParts) {
    this.#parts = parts;
  }

  /** Whether it has ended for good. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Dials now. */
  start(): void {
    void this.#dial().catch((error) => this.#parts.fault(error));
  }

  /** A connection has turned out to be good: the next loss is the first. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** A connection was lost: it is dialled again in a while. */
  lost(reason: string): void {
    if (this.#stopped) return;
    const { clock, entropy, lost } = this.#parts;
    const delay = backoffDelay(this.#failures++, RECONNECT_BACKOFF, entropy.unit());
    const retryAt = clock.now() + delay;
    lost(reason, retryAt);
    this.#cancel = clock.at(retryAt, () => this.start());
  }

  /** Dials no more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #dial(): Promise<void> {
    const { url, dial, opened } = this.#parts;
    let transport: Transport;
    try {
      transport = await dial(url);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return this.lost(error.message);
    }
    if (this.#stopped) transport.close(CLOSE.normal, "goodbye");
    else opened(transport);
  }
}
