/**
 * One connection with both its edges: what comes in is checked, what goes out is kept in order, and no
 * exception gets from one side of it to the other.
 *
 * @module
 */

import { Ingress, type IngressHost } from "./ingress.ts";
import { Outbox } from "./outbox.ts";
import { CLOSE, type Transport } from "./transport.ts";
import type { Verifier } from "./verifications.ts";

/** Who owns a link. */
export interface LinkHost extends IngressHost {
  /** We made a mistake: to be logged with its stack; the link ends. */
  fault(error: unknown): void;
  /** Bytes that may wait to be sent on this link, as its state is now. */
  outboxLimit(): number;
  /** The link has ended; said once. */
  closed(code: number, reason: string): void;
}

/** What one link carries. */
export interface Traffic {
  /** Frames that came. */
  readonly framesIn: number;
  /** Frames that were queued to go. */
  readonly framesOut: number;
  /** Bytes that wait to go, about. */
  readonly queuedBytes: number;
}

/** A connection. */
export class Link {
  readonly #transport: Transport;
  readonly #host: LinkHost;
  readonly #ingress: Ingress;
  readonly #outbox: Outbox;
  readonly #gone = Promise.withResolvers<void>();
  #framesIn = 0;
  #framesOut = 0;
  #hears = true;
  #ended = false;

  /**
   * Takes a transport and begins to listen.
   *
   * @param transport An open transport that nobody else listens to.
   * @param crypto What verifies.
   * @param host Who owns the link.
   */
  constructor(transport: Transport, crypto: Verifier, host: LinkHost) {
    this.#transport = transport;
    this.#host = host;
    const fault = (error: unknown) => this.#fault(error);
    const close = (code: number, reason: string) => this.close(code, reason);
    this.#ingress = new Ingress(crypto, host, { close, fault });
    this.#outbox = new Outbox(transport, {
      overflow: () => this.close(CLOSE.tryLater, "this end reads too slowly"),
      fault,
    });
    transport.listen({
      text: (text) => {
        this.#framesIn += 1;
        this.#ingress.receive(text);
      },
      binary: () => this.close(CLOSE.unsupported, "SOCP is JSON in text messages (§6)"),
      closed: (code, reason) => {
        this.#hears = false;
        this.#gone.resolve();
        this.#ingress.finish(() => this.#end(code, reason));
      },
    });
  }

  /** The other end, for logs. */
  get remote(): string {
    return this.#transport.remote;
  }

  /** Whether the other end can still hear anything: what it said before it left may not be checked yet. */
  get hears(): boolean {
    return this.#hears;
  }

  /**
   * Queues one frame.
   *
   * @param text The frame, or the promise of it.
   */
  send(text: string | Promise<string>): void {
    this.#framesOut += 1;
    this.#outbox.push(text, this.#host.outboxLimit());
  }

  /**
   * A frame of this link has caused work that goes on: while there is much of it no further frame is taken.
   *
   * @param work Settles when it is done.
   */
  causes(work: Promise<unknown>): void {
    this.#ingress.causes(work);
  }

  /** Something became known that frames of this link may have waited for. */
  reconsider(): void {
    this.#ingress.reconsider();
  }

  /** How much has gone over this link, in frames, and how much waits to go, in bytes. */
  get traffic(): Traffic {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      queuedBytes: this.#outbox.bytes,
    };
  }

  /** Hands everything to the transport, however slow the reader is: nothing more will come. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  /**
   * Resolves when the connection is gone, not merely given up: what was sent has left this machine then,
   * the farewell too. A peer that does not answer can make this last for ever.
   */
  gone(): Promise<void> {
    return this.#gone.promise;
  }

  /**
   * Ends the link at once; what is queued is forgotten. Its owner is told it has closed.
   *
   * @param code A close code.
   * @param reason For the other end and for the log.
   */
  close(code: number, reason: string): void {
    this.#transport.close(code, reason);
    // A dead peer never completes the closing handshake, so nobody waits for it.
    this.#end(code, reason);
  }

  /**
   * Ends the link when everything queued so far has been sent.
   *
   * @param code A close code.
   * @param reason For the other end and for the log.
   */
  async closeWhenFlushed(code: number, reason: string): Promise<void> {
    this.#ingress.stop();
    await this.flush();
    this.close(code, reason);
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ingress.stop();
    this.#outbox.stop();
    try {
      this.#host.closed(code, reason);
    } catch (error) {
      // Called from a socket's event: an exception that got past here would end the process.
      this.#host.fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#host.fault(error);
    this.close(CLOSE.internal, "internal error");
  }
}
