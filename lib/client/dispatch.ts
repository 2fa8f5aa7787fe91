/**
 * From a message to the part of the client that it is for.
 *
 * @module
 */

import type { Log } from "../base/log.ts";
import type { TaskChain } from "../base/task_chain.ts";
import type { Refused, Verified, VerifiedOf } from "../link/verified.ts";
import type { Payload } from "../protocol/catalog.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Answers } from "./answers.ts";
import type { Channel } from "./channel.ts";
import type { Courier } from "./courier.ts";
import type { ClientEvent } from "./events.ts";
import type { PublicReception } from "./public_reception.ts";
import type { Reception } from "./reception.ts";
import type { Transfers } from "./transfers.ts";

/** The parts of a client that messages are for. */
export interface DispatchParts {
  /** What is told to people runs here, in order. */
  readonly chain: TaskChain;
  /** What a developer may want to know. */
  readonly log: Log;
  /** Hears what became of messages. */
  readonly courier: Courier;
  /** Files. */
  readonly transfers: Transfers;
  /** People, and what they write to this user. */
  readonly reception: Reception;
  /** The channel's key. */
  readonly channel: Channel;
  /** What is written to everybody. */
  readonly public: PublicReception;
  /** Whoever asked who is online. */
  readonly lists: Answers<Payload<"LIST_RESPONSE">["users"]>;
  /** Whoever asked for this user's own key. */
  readonly ownKey: Answers<void>;
  /** Tells the user interface. */
  emit(event: ClientEvent): void;
}

/** The way of messages within a client. */
export class Dispatch {
  readonly #parts: DispatchParts;

  /**
   * A dispatch between these parts.
   *
   * @param parts They.
   */
  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /** A verified message has come. */
  received(message: Verified): void {
    const { channel, lists, log, ownKey, reception, transfers } = this.#parts;
    switch (message.type) {
      case "USER_ADVERTISE":
        return reception.advertised(message);
      case "USER_REMOVE":
        return reception.removed(message);
      case "USER_DELIVER":
        return reception.delivered(message);
      case "MSG_PUBLIC_CHANNEL":
        return this.#parts.public.heard(message);
      case "PUBLIC_CHANNEL_ADD":
        return channel.needed(message);
      case "PUBLIC_CHANNEL_UPDATED":
        return channel.given(message);
      case "PUBLIC_CHANNEL_KEY_SHARE":
        return channel.shared(message);
      case "FILE_START":
      case "FILE_CHUNK":
      case "FILE_END":
        return transfers.received(message);
      case "ACK":
        return this.settle(message.payload.msg_ref, undefined);
      case "ERROR":
        return this.#failed(message.payload);
      case "LIST_RESPONSE":
        return lists.came(message.payload.users);
      case "PUBKEY_RESPONSE":
        return ownKey.came();
      case "CTRL_CLOSE":
        return log("info", "the server says goodbye");
      default:
        return log("debug", "nothing to do with a frame", { type: message.type });
    }
  }

  /** A message has come that broke the rules. */
  refused(error: ProtocolError, refused: Refused): void {
    const { code, detail } = error;
    this.#parts.log("warn", "refused a frame", { type: refused.envelope?.type, code, detail });
    this.#parts.reception.refused(error, refused);
  }

  /**
   * Something became of a message, or of a piece of a file. In its turn: an outcome is not told before what came
   * earlier.
   *
   * @param messageRef Which (D21).
   * @param outcome Undefined if it was taken, else why not.
   */
  settle(messageRef: string, outcome: string | undefined): void {
    const { chain, courier, transfers } = this.#parts;
    chain.run(() => {
      if (!courier.settle(messageRef, outcome)) transfers.answered(messageRef, outcome);
    });
  }

  #failed({ code, detail, msg_ref }: VerifiedOf<"ERROR">["payload"]): void {
    if (msg_ref !== undefined) return this.settle(msg_ref, detail === "" ? code : detail);
    this.#parts.chain.run(() => this.#parts.emit({ kind: "serverError", code, detail }));
  }
}
