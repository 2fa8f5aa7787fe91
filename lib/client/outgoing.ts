/**
 * Messages on their way out: nothing that was typed is ever lost, and nothing goes out twice.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

/** How long after it was made a frame may still be sent as it is: well within the window of D27, in ms. */
export const FRESH_MS = 200_000;

/** How long an answer to a message may take before the connection counts as dead, in ms. */
export const ANSWER_MS = 25_000;

/**
 * Parts that may be on their way without an answer. A server takes only so many a second from one user: what
 * it has not looked at would keep the rest waiting, and what is asked of it meanwhile.
 */
export const MAX_UNANSWERED = 16;

/** Characters of such parts, beside the last one. */
export const MAX_UNANSWERED_TEXT = 96 * 1024;

/** A frame that carries one part of a message. */
export interface Sealed {
  /** The signed frame as it goes over the wire (§7). */
  readonly text: string;
  /** The name by which its outcome is told (D21). */
  readonly messageRef: string;
  /** Its `ts`, Unix ms. */
  readonly ts: number;
}

/** To whom a message goes: somebody, or everybody (§9.3). */
export type Recipient = Id | "public";

/** Where a message stands. */
export type MessageState = "sending" | "taken" | "failed";

/** One part of a message: a whole one, or what fits into one block (D4). */
interface Part {
  readonly text: string;
  state: "queued" | "sent" | "taken" | "failed";
  sealed: Sealed | undefined;
  sentAt: number;
  why: string | undefined;
  keyBlocked: boolean;
  /** Whether the person has asked for it to go out again. */
  isRetried: boolean;
}

/** One message as it was typed. */
export interface OutgoingMessage {
  /** Tells messages of this run apart, from 1. */
  readonly id: number;
  /** The recipient's user id, or `public`. */
  readonly to: Recipient;
  /** The whole text as typed, however many frames carry it. */
  readonly text: string;
  /** How far it came: `taken` once the recipient's server took all of it (D21). */
  readonly state: MessageState;
  /** Why it failed. */
  readonly why: string | undefined;
  /** Whether it failed because the recipient's key has changed and is not trusted. */
  readonly keyBlocked: boolean;
}

class Entry implements OutgoingMessage {
  readonly parts: Part[];

  constructor(
    readonly id: number,
    readonly to: Recipient,
    readonly text: string,
    pieces: string[],
  ) {
    this.parts = pieces.map((piece) => ({
      text: piece,
      state: "queued",
      sealed: undefined,
      sentAt: 0,
      why: undefined,
      keyBlocked: false,
      isRetried: false,
    }));
  }

  get state(): MessageState {
    if (this.parts.some(({ state }) => state === "queued" || state === "sent")) return "sending";
    return this.parts.every(({ state }) => state === "taken") ? "taken" : "failed";
  }

  get why(): string | undefined {
    return this.parts.find(({ state }) => state === "failed")?.why;
  }

  get keyBlocked(): boolean {
    return this.parts.some(({ state, keyBlocked }) => state === "failed" && keyBlocked);
  }
}

/** A part that wants to be sent. */
export interface Departure {
  /** The message it is a part of. */
  readonly message: OutgoingMessage;
  /** The text of this part alone. */
  readonly text: string;
  /** The frame it was sent in before, if that can be sent again as it is. */
  readonly sealed: Sealed | undefined;
  /** Whether it was sent before, so long ago that it would have to go out in another frame: as another message. */
  readonly isStale: boolean;
  /** Says that it has been sent. */
  sent(sealed: Sealed, now: number): void;
  /** Says that it cannot be sent; `keyBlocked` if that is because of a changed key. */
  fail(why: string, keyBlocked: boolean): void;
}

/** The messages that have not been taken yet, in the order in which they were typed. */
export class OutgoingQueue {
  readonly #entries: Entry[] = [];
  #lastId = 0;

  /**
   * Takes a message.
   *
   * @param to The recipient.
   * @param text As typed.
   * @param pieces The text as it will be sent, in one part or several.
   */
  add(to: Recipient, text: string, pieces: string[]): OutgoingMessage {
    const entry = new Entry(++this.#lastId, to, text, pieces);
    this.#entries.push(entry);
    return entry;
  }

  /**
   * The next part that wants to be sent.
   *
   * @param now Unix ms.
   * @param canGo Whether what goes to this recipient can go now: the rest does not wait for it.
   * @returns It, or undefined if none does, or too much is on its way.
   */
  next(now: number, canGo: (to: Recipient) => boolean): Departure | undefined {
    if (this.#isFull()) return undefined;
    for (const message of this.#entries) {
      if (!canGo(message.to)) continue;
      const part = message.parts.find(({ state }) => state === "queued");
      if (part === undefined) continue;
      const fresh = part.sealed !== undefined && now - part.sealed.ts < FRESH_MS;
      return {
        message,
        text: part.text,
        sealed: fresh ? part.sealed : undefined,
        isStale: part.sealed !== undefined && !fresh && !part.isRetried,
        sent(sealed, at) {
          Object.assign(part, { state: "sent", sealed, sentAt: at, isRetried: false });
        },
        fail(why, keyBlocked) {
          Object.assign(part, { state: "failed", why, keyBlocked });
        },
      };
    }
    return undefined;
  }

  #isFull(): boolean {
    let count = 0;
    let characters = 0;
    for (const { parts } of this.#entries) {
      for (const { state, sealed } of parts) {
        if (state !== "sent") continue;
        count += 1;
        characters += sealed?.text.length ?? 0;
        if (count >= MAX_UNANSWERED || characters >= MAX_UNANSWERED_TEXT) return true;
      }
    }
    return false;
  }

  /**
   * The outcome of a part came.
   *
   * @param messageRef Which part (D21).
   * @param outcome Undefined if it was taken, else why not.
   * @returns The message it belongs to; undefined if nobody waits for this.
   */
  settle(messageRef: string, outcome: string | undefined): OutgoingMessage | undefined {
    for (const entry of this.#entries) {
      const part = entry.parts.find(({ sealed, state }) =>
        sealed?.messageRef === messageRef && state === "sent"
      );
      if (part === undefined) continue;
      part.state = outcome === undefined ? "taken" : "failed";
      part.why = outcome;
      if (entry.state === "taken") this.#entries.splice(this.#entries.indexOf(entry), 1);
      return entry;
    }
    return undefined;
  }

  /**
   * What was sent to a recipient and has no outcome yet.
   *
   * @param to The recipient.
   * @returns The names of the parts (D21).
   */
  unanswered(to: Recipient): string[] {
    return this.#entries.filter((entry) => entry.to === to).flatMap(({ parts }) =>
      parts.flatMap(({ state, sealed }) => state === "sent" && sealed ? [sealed.messageRef] : [])
    );
  }

  /** The connection was lost: what was not answered goes out again, in the same frame if possible. */
  requeueUnanswered(): void {
    for (const { parts } of this.#entries) {
      for (const part of parts) if (part.state === "sent") part.state = "queued";
    }
  }

  /**
   * What failed goes out again.
   *
   * @returns The messages concerned.
   */
  retry(): OutgoingMessage[] {
    const failed = this.#entries.filter(({ state }) => state === "failed");
    for (const { parts } of failed) {
      for (const part of parts) {
        if (part.state === "failed") Object.assign(part, { state: "queued", isRetried: true });
      }
    }
    return failed;
  }

  /** When the connection counts as dead if no answer has come by then: Unix ms, infinity for never. */
  get answerDeadline(): number {
    let deadline = Infinity;
    for (const { parts } of this.#entries) {
      for (const { state, sentAt } of parts) {
        if (state === "sent") deadline = Math.min(deadline, sentAt + ANSWER_MS);
      }
    }
    return deadline;
  }

  /** Whether something still wants to go out or waits for its outcome. */
  get busy(): boolean {
    return this.#entries.some(({ state }) => state === "sending");
  }
}
