/**
 * One connection of a user to a server, from the first frame to the last (§9.1): says hello, checks who
 * welcomes, proves the key, and hands over what is verified.
 *
 * @module
 */

import { ExpiringSet } from "../base/expiring_set.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
import { FrameSealer } from "../link/frame_sealer.ts";
import { Link } from "../link/link.ts";
import { MAX_CLIENT_OUTBOX } from "../link/outbox.ts";
import { advance, type Session } from "../link/session.ts";
import { CLOSE, type Transport } from "../link/transport.ts";
import type { Refused, Signer, Verified, VerifiedOf } from "../link/verified.ts";
import { type MessageType, rowOf } from "../protocol/catalog.ts";
import { frameText, type Message } from "../protocol/envelope.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { SEEN_MS } from "../protocol/limits.ts";
import type { KeyBook } from "./key_book.ts";

/** How long a server may take to welcome, in ms. */
export const WELCOME_MS = 15_000;

/** How long a farewell may take to get out of this machine, in ms. */
const GOODBYE_MS = 2_000;

/** Frames that a client remembers as seen. */
const MAX_SEEN = 20_000;

/** Who is welcomed where. */
export interface Welcome {
  /** The id that the server says it has (D18). */
  readonly server: Id;
  /** The key that signed the welcome, pinned to this server from now on. */
  readonly key: PublicKey;
  /** Whether nobody had pinned the key before. */
  readonly firstSight: boolean;
}

/** What a connection is made of. */
export interface ConnectionParts {
  /** The connection itself, open and not listened to yet. */
  readonly transport: Transport;
  /** What signs our frames and verifies the server's. */
  readonly crypto: CryptoPort;
  /** The alarm of the welcome, and the window of time stamps (D27). */
  readonly clock: Clock;
  /** What a developer may want to know. */
  readonly log: Log;
  /** Who says hello: `from` of every frame. */
  readonly userId: Id;
  /** The pair that the hello announces and the proof signs with (D19). */
  readonly keys: KeyPair;
  /** What the user tells about itself (§8.2). */
  readonly meta: JsonObject;
  /** Which key is pinned to the server, and to the authors of contents. */
  readonly keyBook: KeyBook;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
  /** What was seen on earlier connections too: a replay may come on any. */
  readonly seen: ExpiringSet;
  /** The name of this client's program. */
  readonly client: string;
}

/** How a connection ended; `reason` is for a person. */
export type ConnectionEnd =
  /** It was lost, or closed for no reason that would last. */
  | { readonly kind: "lost"; readonly reason: string }
  /** The server did not welcome this user. */
  | { readonly kind: "refused"; readonly reason: string; readonly code: string }
  /** The server could not show that it is the one known. */
  | { readonly kind: "untrusted"; readonly reason: string };

/** Who hears from a connection. */
export interface ConnectionHost {
  /** The server has welcomed this user. */
  welcomed(welcome: Welcome): void;
  /** A verified message came. */
  received(message: Verified): void;
  /** A message broke the rules. */
  refused(error: ProtocolError, refused: Refused): void;
  /** The connection has ended. */
  closed(end: ConnectionEnd): void;
}

/** A set that remembers what a client has seen, for all its connections. */
export function newSeenSet(): ExpiringSet {
  return new ExpiringSet(SEEN_MS, MAX_SEEN);
}

/** One connection to a server. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #host: ConnectionHost;
  readonly #link: Link;
  #session: Session = { phase: "dialling" };
  #server: Welcome | undefined;
  #end: ConnectionEnd | undefined;
  #cancelWelcome: () => void;

  /**
   * Says hello on an open transport.
   *
   * @param parts What it is made of.
   * @param host Who hears from it.
   */
  constructor(parts: ConnectionParts, host: ConnectionHost) {
    this.#parts = parts;
    this.#host = host;
    const { clock, crypto, transport } = parts;
    this.#link = new Link(transport, crypto, {
      end: "user",
      session: () => this.#session,
      now: () => clock.now(),
      isEarly: () => false,
      held: () => {},
      signerOf: (message) => this.#signerOf(message),
      contentKeyOf: (message) => this.#contentKeyOf(message),
      seen: (message, frameId, messageRef) => this.#seen(message, frameId, messageRef),
      accept: (message) => this.#accept(message),
      duplicate: (message) => parts.log("debug", "dropped a second copy", { type: message.type }),
      refuse: (error, refused) => this.#refused(error, refused),
      outboxLimit: () => MAX_CLIENT_OUTBOX,
      fault: (error) => this.#fault(error),
      closed: (code, reason) => this.#closed(code, reason),
    });
    this.#session = advance(this.#session, { kind: "opened" });
    this.#cancelWelcome = clock.at(clock.now() + WELCOME_MS, () => {
      this.close(`no welcome within ${WELCOME_MS / 1000} s`);
    });
    this.#sayHello();
  }

  /** The server at the other end, once it has welcomed. */
  get server(): Welcome | undefined {
    return this.#server;
  }

  /**
   * Sends a request to the server; user's frames need no `sig` (§7).
   *
   * @param type What to ask.
   * @param payload With what.
   * @param to Whom the frame names: the server, unless it is to pass it on.
   */
  request(type: MessageType, payload: JsonObject, to = this.#server?.server ?? "*"): void {
    const { userId, stamp } = this.#parts;
    this.send(frameText({ type, from: userId, to, ts: stamp(), payload }));
  }

  /** Sends a frame that is made already. */
  send(text: string | Promise<string>): void {
    this.#link.send(text);
  }

  /** Says goodbye, sends what is queued, and ends; waits 2 s at the most until all of it has left. */
  async leave(): Promise<void> {
    this.request("CTRL_CLOSE", {});
    await this.#link.closeWhenFlushed(CLOSE.normal, "goodbye");
    const { clock } = this.#parts;
    const late = Promise.withResolvers<void>();
    const cancel = clock.at(clock.now() + GOODBYE_MS, late.resolve);
    await Promise.race([this.#link.gone(), late.promise]);
    cancel();
  }

  /** Ends at once. */
  close(reason: string): void {
    this.#link.close(CLOSE.normal, reason);
  }

  #sayHello(): void {
    const { userId, keys, meta, client } = this.#parts;
    const key = keys.publicKey;
    const payload = { client, pubkey: key, enc_pubkey: key, meta };
    this.send(
      frameText({ type: "USER_HELLO", from: userId, to: "*", ts: this.#parts.stamp(), payload }),
    );
  }

  /** The server's own frames verify under its key; what it passes on from others it vouches for. */
  #signerOf(message: Message): Signer {
    const from = toId(message.from);
    if (this.#server === undefined) {
      const pinned = this.#parts.keyBook.server(from);
      if (pinned !== undefined) return { kind: "key", key: pinned, pinned: true };
      const shown = message.type === "ACK" ? message.payload.pubkey : undefined;
      if (shown !== undefined) return { kind: "key", key: parsePublicKey(shown), pinned: false };
      return message.type === "ERROR"
        ? { kind: "vouched" }
        : { kind: "unknown", reason: "the server does not say its key" };
    }
    return from === this.#server.server
      ? { kind: "key", key: this.#server.key, pinned: true }
      : rowOf(message.type).from === "origin"
      ? { kind: "vouched" }
      : { kind: "unknown", reason: `${message.from} is not the server of this connection` };
  }

  #contentKeyOf(message: Message): PublicKey | undefined {
    const author = message.type === "USER_DELIVER"
      ? message.payload.sender
      : message.type === "PUBLIC_CHANNEL_KEY_SHARE"
      ? message.payload.creator ?? message.from
      : message.from;
    const { keyBook, keys, userId } = this.#parts;
    // What this user once shared with itself comes back from the server (D23).
    return toId(author) === userId ? keys.publicKey : keyBook.user(toId(author));
  }

  #seen({ type }: Message, frameId: string, messageRef: string | undefined): boolean {
    // Who is online is told again, in the very frames of the first time (D18).
    if (type === "USER_ADVERTISE" || type === "USER_REMOVE") return false;
    const { seen, clock } = this.#parts;
    const now = clock.now();
    return seen.has(frameId, now) || (messageRef !== undefined && seen.has(messageRef, now));
  }

  #accept(message: Verified): void {
    const { seen, clock } = this.#parts;
    if (rowOf(message.type).once) seen.add(message.frameId, clock.now());
    if (message.contentVerified && message.messageRef !== undefined) {
      seen.add(message.messageRef, clock.now());
    }
    if (this.#session.phase === "helloSent") return this.#answered(message);
    this.#host.received(message);
  }

  /** The answer to the hello: a welcome or a refusal. */
  #answered(message: Verified): void {
    if (message.type === "ERROR") {
      const { code, detail } = message.payload;
      this.#end = { kind: "refused", code, reason: `${code}: ${detail}` };
      return this.close("refused");
    }
    if (message.type !== "ACK" || message.payload.msg_ref !== "USER_HELLO") {
      return this.close("the server answered the hello with something else");
    }
    this.#cancelWelcome();
    this.#welcomed(message);
  }

  #welcomed({ from, signedBy: key, firstSight, payload }: VerifiedOf<"ACK">): void {
    if (key === undefined) throw new TypeError("a welcome is never without a signature");
    const server = toId(from);
    this.#session = advance(this.#session, { kind: "serverLinked", server });
    this.#server = { server, key, firstSight };
    this.#parts.keyBook.pinServer(server, key);
    if (payload.challenge !== undefined) this.#prove(payload.challenge, server);
    this.#host.welcomed(this.#server);
  }

  /** Shows that this user holds the key (D19). */
  #prove(challenge: string, server: Id): void {
    const { crypto, keys, userId, stamp } = this.#parts;
    const ts = stamp();
    const payload = { challenge, server_id: server, user_id: userId, ts };
    const sealer = new FrameSealer(crypto, keys.privateKey);
    this.send(sealer.seal({ type: "USER_PROOF", from: userId, to: server, ts, payload }));
  }

  /** What comes wrong instead of a welcome ends the connection: there is nobody to talk to. */
  #refused(error: ProtocolError, refused: Refused): void {
    this.#host.refused(error, refused);
    if (this.#session.phase !== "helloSent") return;
    const from = refused.envelope?.from;
    const pinned = from !== undefined && from !== "" && this.#parts.keyBook.server(toId(from));
    if (error.code === "INVALID_SIG" && pinned) {
      this.#end = {
        kind: "untrusted",
        reason:
          `the server ${from} has another key than the one pinned: somebody may be in between. ` +
          "If its operator confirms the new key, take the old one out of pins.json in the profile",
      };
    }
    this.close(`the server's answer is wrong: ${error.detail}`);
  }

  #closed(code: number, reason: string): void {
    this.#cancelWelcome();
    this.#session = advance(this.#session, { kind: "closed" });
    const why = reason === "" ? lostBecause(code) : reason;
    this.#host.closed(this.#end ?? { kind: "lost", reason: why });
  }

  #fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#parts.log("error", "internal error: please report this", { stack });
    this.close("internal error");
  }
}

/** What a close code says to a person, if it says anything. */
function lostBecause(code: number): string {
  return code === CLOSE.goingAway ? "the server is going" : "the connection was lost";
}
