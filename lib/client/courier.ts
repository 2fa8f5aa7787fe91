/**
 * Takes what was typed to the server, and brings back what became of it.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import { LinkError } from "../protocol/errors.ts";
import type { Id } from "../protocol/ids.ts";
import type { Connection } from "./connection.ts";
import { piecesOf, sealDirect } from "./direct_message.ts";
import { encryptionKey, type KeyBook } from "./key_book.ts";
import {
  type Departure,
  type OutgoingMessage,
  OutgoingQueue,
  type Recipient,
  type Sealed,
} from "./outgoing.ts";
import { sealPublic } from "./public_message.ts";
import type { Roster } from "./roster.ts";

/** What a courier needs. */
export interface CourierParts {
  /** The sender: `from` of every message. */
  readonly userId: Id;
  /** The sender's pair, which signs each content (§12). */
  readonly keys: KeyPair;
  /** Which key to encrypt to; nothing goes out under a changed one. */
  readonly keyBook: KeyBook;
  /** The channel's keys: without one what goes to everybody waits (D23). */
  readonly keyring: Keyring;
  /** What encrypts and signs. */
  readonly crypto: CryptoPort;
  /** When a message was sealed, and how long it has waited for its answer. */
  readonly clock: Clock;
  /** Whether the recipient's client reads more than one block (D4). */
  readonly roster: Roster;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
  /** Resolves when the server has taken everything that was sent so far; rejects if it does not say so. */
  reached(): Promise<void>;
  /** The server has taken a message: to be told in its turn, behind what the server said before. */
  taken(messageRef: string): void;
  /** Something has become of a message. */
  changed(message: OutgoingMessage): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** The way out of one client. */
export class Courier {
  readonly #parts: CourierParts;
  readonly #queue = new OutgoingQueue();
  /** Where messages go; undefined while there is no connection. */
  #connection: Connection | undefined;
  #sending = false;
  #confirming = false;
  #cancelWatch: () => void = () => {};

  /**
   * A courier with nothing to carry.
   *
   * @param parts What it needs.
   */
  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Whether messages are still on their way. */
  get busy(): boolean {
    return this.#queue.busy;
  }

  /** Takes a text; it goes out as soon as there is a connection. */
  tell(to: Recipient, text: string): OutgoingMessage {
    // Only clients of ours have the channel's key, and they read segments (D4).
    const segments = to === "public" || (this.#parts.roster.get(to)?.segments ?? false);
    const pieces = piecesOf(text, segments);
    const message = this.#queue.add(to, text, pieces);
    this.#parts.changed(message);
    this.#flush();
    return message;
  }

  /** Sends again what failed. */
  retry(): OutgoingMessage[] {
    const messages = this.#queue.retry();
    for (const message of messages) this.#parts.changed(message);
    this.#flush();
    return messages;
  }

  /** There is a key for what goes to everybody. */
  keysChanged(): void {
    this.#flush();
  }

  /** There is a connection. */
  connected(connection: Connection): void {
    this.#connection = connection;
    this.#flush();
  }

  /** The connection is gone: what was not answered goes out again on the next one. */
  disconnected(): void {
    this.#connection = undefined;
    this.#cancelWatch();
    this.#queue.requeueUnanswered();
  }

  /**
   * The server said what became of a message.
   *
   * @param messageRef Which (D21).
   * @param outcome Undefined if it was taken, else why not.
   * @returns Whether anybody waited for this.
   */
  settle(messageRef: string, outcome: string | undefined): boolean {
    const message = this.#queue.settle(messageRef, outcome);
    if (message === undefined) return false;
    this.#watch();
    this.#parts.changed(message);
    this.#flush();
    return true;
  }

  #flush(): void {
    if (this.#sending || this.#connection === undefined) return;
    this.#sending = true;
    void this.#sendAll().catch((error) => this.#parts.fault(error));
  }

  /** One after the other: encryption takes time, and order matters. */
  async #sendAll(): Promise<void> {
    const { clock, keyring } = this.#parts;
    const canGo = (to: Recipient) => to !== "public" || keyring.current !== undefined;
    try {
      while (this.#connection !== undefined) {
        const departure = this.#queue.next(clock.now(), canGo);
        if (departure === undefined) return;
        await this.#send(departure);
      }
    } finally {
      // At once, not a turn later: what is typed in between would wait for ever.
      this.#sending = false;
    }
  }

  async #send(departure: Departure): Promise<void> {
    const { clock } = this.#parts;
    const { to } = departure.message;
    const sealed = to === "public"
      ? await this.#sealedForAll(departure)
      : await this.#sealedFor(to, departure);
    if (sealed === undefined) return;
    departure.sent(sealed, clock.now());
    if (this.#connection === undefined) return this.#queue.requeueUnanswered();
    this.#connection.send(sealed.text);
    this.#watch();
    if (to === "public") this.#confirm();
  }

  /**
   * A message to everybody has no recipient's server to say that it was taken (D21). The own server does what it
   * is told in order: it is asked something, once for all that was sent meanwhile, and its answer says it.
   */
  #confirm(): void {
    const sent = this.#queue.unanswered("public");
    if (this.#confirming || sent.length === 0) return;
    this.#confirming = true;
    const { fault, reached, taken } = this.#parts;
    reached().then(() => {
      for (const messageRef of sent) taken(messageRef);
      return true;
    }, (error: unknown) => {
      // Without an answer the connection counts as dead by now, and they go out again.
      if (!(error instanceof LinkError)) fault(error);
      return false;
    }).then((answered) => {
      this.#confirming = false;
      const more = this.#queue.unanswered("public").some((ref) => !sent.includes(ref));
      if (answered && more) this.#confirm();
    });
  }

  async #sealedForAll(departure: Departure): Promise<Sealed | undefined> {
    const { changed, crypto, keys, keyring, userId, stamp } = this.#parts;
    const { isStale, message, sealed, text } = departure;
    if (isStale) {
      // Sealed anew it would be another message, and everybody might read it twice.
      departure.fail("the connection was lost before it was known whether this has arrived", false);
      changed(message);
      return undefined;
    }
    const channel = keyring.newest();
    if (channel === undefined) return undefined;
    return sealed ?? await sealPublic(crypto, { from: userId, keys, channel, text, ts: stamp() });
  }

  /** Undefined if it must not be sent: the message has failed then. */
  async #sealedFor(to: Id, departure: Departure): Promise<Sealed | undefined> {
    const { clock, crypto, keys, keyBook, roster, userId, stamp, changed } = this.#parts;
    const { message, text } = departure;
    const recipient = keyBook.keysOf(to);
    if (recipient === undefined) {
      departure.fail("no key is known for this person, who was never seen online", false);
      changed(message);
      return undefined;
    }
    if (keyBook.isChanged(to)) {
      departure.fail(
        "the key of this person has changed: compare fingerprints, then /trust",
        true,
      );
      changed(message);
      return undefined;
    }
    const recipientKey = encryptionKey(recipient);
    const sealed = departure.sealed ??
      await sealDirect(crypto, { from: userId, keys, to, recipientKey, text, ts: stamp() });
    keyBook.pin(to, roster.update(to, { lastSpoken: clock.now() }).name);
    return sealed;
  }

  /** A server that never answers is gone, whatever the socket says. */
  #watch(): void {
    this.#cancelWatch();
    const connection = this.#connection;
    const deadline = this.#queue.answerDeadline;
    if (deadline === Infinity || connection === undefined) return;
    this.#cancelWatch = this.#parts.clock.at(deadline, () => {
      connection.close("the server does not answer");
    });
  }
}
