/**
 * The one library under every user interface: keeps the connection, the people, the keys and the messages
 * of one user. Runs in Deno and in browsers; whatever it needs of the world is handed to it.
 *
 * @module
 */

import { backoffDelay, type BackoffLimits } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Stamps } from "../base/stamps.ts";
import { TaskChain } from "../base/task_chain.ts";
import type { Entropy } from "../crypto/entropy.ts";
import { fingerprint } from "../crypto/fingerprint.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { CLOSE, type Dial, type Transport } from "../link/transport.ts";
import type { Refused, Verified, VerifiedOf } from "../link/verified.ts";
import type { Payload } from "../protocol/catalog.ts";
import type { ChannelKeyName } from "../protocol/channel_key.ts";
import { LinkError, type ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { Keyring } from "../e2ee/keyring.ts";
import { Answers } from "./answers.ts";
import { Channel } from "./channel.ts";
import { Connection, type ConnectionEnd, newSeenSet, type Welcome } from "./connection.ts";
import { Courier } from "./courier.ts";
import type { ClientEvent } from "./events.ts";
import { type KeyBook, userFingerprint } from "./key_book.ts";
import type { OutgoingMessage } from "./outgoing.ts";
import { PublicReception } from "./public_reception.ts";
import { Reception } from "./reception.ts";
import { type Person, Roster } from "./roster.ts";

/** How the waits between two attempts to connect grow, in ms. */
export const RECONNECT_BACKOFF: BackoffLimits = { base: 1_000, cap: 60_000 };

/** What a client is made of. */
export interface ChatClientParts {
  /** The server, `ws://` or `wss://`. */
  readonly url: string;
  /** Who this user is; kept across runs, since others pin the key to it (§5). */
  readonly userId: Id;
  /** The user's key pair: it signs what goes out and opens what comes in (§4). */
  readonly keys: KeyPair;
  /** The display name that others are shown. */
  readonly name: string | undefined;
  /** Whose keys are known; it says how a new one is met (D1). */
  readonly keyBook: KeyBook;
  /** The public channel's keys from earlier runs; without, those of this run only (D23). */
  readonly channelKeys?: {
    /** What earlier runs kept. */
    readonly keyring: Keyring;
    /** Keeps what changed. */
    save(keyring: Keyring): Promise<void>;
  };
  /** Whether what is not encrypted is not shown (D24). */
  readonly refusePlain?: boolean;
  /** The name of the program, for the server's log. */
  readonly client: string;
  /** What signs, verifies, encrypts and decrypts. */
  readonly crypto: CryptoPort;
  /** Opens a connection to the server, and the next one after a loss. */
  readonly dial: Dial;
  /** Time stamps of frames, and the alarms of retries. */
  readonly clock: Clock;
  /** The jitter of retries. */
  readonly entropy: Entropy;
  /** What a developer may want to know; people hear of events instead. */
  readonly log: Log;
}

/** One line of a server's list of users. */
export type ListedUser = Payload<"LIST_RESPONSE">["users"][number];

/** A chat client. */
export class ChatClient {
  readonly #parts: ChatClientParts;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  readonly #roster = new Roster();
  readonly #chain = new TaskChain((error) => this.#fault(error));
  readonly #courier: Courier;
  readonly #reception: Reception;
  readonly #keyring: Keyring;
  readonly #channel: Channel;
  readonly #public: PublicReception;
  readonly #seen = newSeenSet();
  readonly #lists: Answers<ListedUser[]>;
  readonly #ownKey: Answers<void>;
  #connection: Connection | undefined;
  #ready = false;
  /** Whether a connection ever stood: an id in use is then perhaps this client's own. */
  #wasReady = false;
  #stopped = false;
  #failures = 0;
  readonly #stamps = new Stamps();
  #cancelRetry: () => void = () => {};

  /**
   * A client at rest; {@linkcode start} connects it.
   *
   * @param parts What it is made of.
   */
  constructor(parts: ChatClientParts) {
    this.#parts = parts;
    this.#keyring = parts.channelKeys?.keyring ?? new Keyring();
    this.#lists = new Answers(parts.clock);
    this.#ownKey = new Answers(parts.clock);
    const emit = (event: ClientEvent) => this.#emit(event);
    const fault = (error: unknown) => this.#fault(error);
    const stamp = () => this.#stamp();
    const roster = this.#roster;
    const keyring = this.#keyring;
    const shared = { ...parts, roster, keyring, emit, fault, stamp };
    this.#courier = new Courier({
      ...shared,
      reached: () => this.#reached(),
      taken: (messageRef) => this.#settle(messageRef, undefined),
      changed: (message) => emit({ kind: "delivery", message }),
    });
    this.#reception = new Reception({ ...shared, initial: () => !this.#ready }, this.#chain);
    const chain = new TaskChain(fault);
    this.#channel = new Channel({
      ...shared,
      chain,
      changed: () => {
        chain.run(() => parts.channelKeys?.save(keyring));
        this.#public.keysChanged();
        this.#courier.keysChanged();
      },
    });
    this.#public = new PublicReception({
      ...shared,
      refusePlain: parts.refusePlain ?? false,
      lacks: (epoch) => this.#channel.lacks(epoch),
    }, this.#chain);
    for (const [id, { name }] of parts.keyBook.pinnedUsers()) {
      this.#roster.update(toId(id), { name });
    }
  }

  /** The id of this user. */
  get userId(): Id {
    return this.#parts.userId;
  }

  /** The server this user is connected to, if there is a connection. */
  get server(): Welcome | undefined {
    return this.#connection?.server;
  }

  /** The key of the public channel that this user holds, if it has one yet (D23). */
  get channelKey(): ChannelKeyName | undefined {
    return this.#keyring.current;
  }

  /** Whether messages are still on their way. */
  get busy(): boolean {
    return this.#courier.busy;
  }

  /** Everybody known, online or not, this user excepted. */
  people(): Person[] {
    return this.#roster.all().filter(({ id }) => id !== this.userId);
  }

  /** A person by id. */
  person(id: Id): Person | undefined {
    return this.#roster.get(id);
  }

  /**
   * Hears what happens.
   *
   * @param listener Called for each event, in order.
   * @returns Ends it.
   */
  listen(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects, and from then on stays connected or keeps trying. */
  start(): void {
    void this.#connect().catch((error) => this.#fault(error));
  }

  /**
   * Sends a private text. It waits for the connection if there is none; what becomes of it is told by
   * `delivery` events.
   *
   * @param to The recipient.
   * @param text Not empty.
   * @returns The message.
   */
  tell(to: Id, text: string): OutgoingMessage {
    return this.#courier.tell(to, text);
  }

  /**
   * Sends a text to everybody (§9.3). It waits for the connection, and for the channel's key.
   *
   * @param text Not empty.
   * @returns The message.
   */
  say(text: string): OutgoingMessage {
    return this.#courier.tell("public", text);
  }

  /**
   * Sends again what failed.
   *
   * @returns The messages concerned.
   */
  retry(): OutgoingMessage[] {
    return this.#courier.retry();
  }

  /**
   * Takes the changed keys of a person (THREATS 6).
   *
   * @param id Whose.
   * @returns Their fingerprint; undefined if no other keys had come.
   */
  async trust(id: Id): Promise<string | undefined> {
    const keys = this.#parts.keyBook.trust(id);
    return keys === undefined ? undefined : await userFingerprint(this.#parts.crypto, keys);
  }

  /**
   * Asks the server who is online (D28).
   *
   * @returns Everybody, sorted by user id, this user included.
   * @throws {LinkError} If there is no connection, it ends before the answer, or none comes within 5 s.
   */
  async list(): Promise<ListedUser[]> {
    const connection = this.#connection;
    if (connection?.server === undefined) throw new LinkError("not connected to a server");
    connection.request("LIST_REQUEST", {});
    return await this.#lists.next();
  }

  /** Says goodbye and stays away. What was handed to the connection is sent first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    this.#courier.disconnected();
    this.#channel.disconnected();
    await this.#connection?.leave();
  }

  async #connect(): Promise<void> {
    const { url, dial } = this.#parts;
    let transport: Transport;
    try {
      transport = await dial(url);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return this.#lost(error.message);
    }
    if (this.#stopped) return transport.close(CLOSE.normal, "goodbye");
    this.#connection = new Connection({
      ...this.#parts,
      transport,
      meta: this.#meta(),
      seen: this.#seen,
      stamp: () => this.#stamp(),
    }, {
      welcomed: (welcome) => this.#welcomed(welcome),
      received: (message) => this.#received(message),
      refused: (error, refused) => this.#refused(error, refused),
      closed: (end) => this.#closed(end),
    });
  }

  /** What this user tells about itself; other clients of ours may send long messages in one (D4). */
  #meta(): JsonObject {
    const { name } = this.#parts;
    const extras = { segments: true };
    return name === undefined ? { extras } : { display_name: name, extras };
  }

  #stamp(): number {
    return this.#stamps.next(this.#parts.clock.now());
  }

  #welcomed({ server, key, firstSight }: Welcome): void {
    const connection = this.#connection;
    this.#roster.doubtAll();
    this.#chain.run(async () => {
      const shown = await fingerprint(this.#parts.crypto, key);
      this.#emit({ kind: "connected", server, fingerprint: shown, firstSight });
    });
    // The answer comes behind all advertisements (D18), so it tells when they are complete; it is short however
    // many people are here, as a list is not. A server that has no such answer (D28 is not in the standard)
    // has said by then whatever it has to say.
    const complete = () => this.#chain.run(() => this.#becomeReady(connection));
    this.#reached().then(complete, complete);
  }

  /** Asks something whose answer is short, and comes behind all that the server does before. */
  #reached(): Promise<void> {
    this.#connection?.request("PUBKEY_REQUEST", { user_id: this.userId });
    return this.#ownKey.next();
  }

  #becomeReady(connection: Connection | undefined): void {
    if (connection === undefined || this.#connection !== connection) return;
    for (const person of this.#roster.settle()) {
      this.#emit({ kind: "presence", person, initial: false });
    }
    this.#ready = true;
    this.#wasReady = true;
    this.#failures = 0;
    this.#emit({ kind: "ready" });
    this.#channel.connected(connection);
    this.#courier.connected(connection);
  }

  #received(message: Verified): void {
    switch (message.type) {
      case "USER_ADVERTISE":
        return this.#reception.advertised(message);
      case "USER_REMOVE":
        return this.#reception.removed(message);
      case "USER_DELIVER":
        return this.#reception.delivered(message);
      case "ACK":
        return this.#settle(message.payload.msg_ref, undefined);
      case "ERROR":
        return this.#failed(message.payload);
      case "LIST_RESPONSE":
        return this.#lists.came(message.payload.users);
      case "PUBKEY_RESPONSE":
        return this.#ownKey.came();
      case "CTRL_CLOSE":
        return this.#parts.log("info", "the server says goodbye");
      case "MSG_PUBLIC_CHANNEL":
        return this.#public.heard(message);
      case "PUBLIC_CHANNEL_ADD":
        return this.#channel.needed(message);
      case "PUBLIC_CHANNEL_UPDATED":
        return this.#channel.given(message);
      case "PUBLIC_CHANNEL_KEY_SHARE":
        return this.#channel.shared(message);
      default:
        return this.#parts.log("debug", "nothing to do with a frame", { type: message.type });
    }
  }

  #refused(error: ProtocolError, refused: Refused): void {
    const { code, detail } = error;
    this.#parts.log("warn", "refused a frame", { type: refused.envelope?.type, code, detail });
    this.#reception.refused(error, refused);
  }

  #failed({ code, detail, msg_ref }: VerifiedOf<"ERROR">["payload"]): void {
    if (msg_ref !== undefined) return this.#settle(msg_ref, detail === "" ? code : detail);
    this.#chain.run(() => this.#emit({ kind: "serverError", code, detail }));
  }

  /** In its turn: an outcome is not told before what came earlier. */
  #settle(messageRef: string, outcome: string | undefined): void {
    this.#chain.run(() => void this.#courier.settle(messageRef, outcome));
  }

  #closed(end: ConnectionEnd): void {
    // After a break the server may still hold the old connection, so the id is in use for a while.
    const passing = end.kind === "refused" && end.code === "NAME_IN_USE" && this.#wasReady;
    this.#connection = undefined;
    this.#ready = false;
    this.#courier.disconnected();
    this.#channel.disconnected();
    this.#lists.lost();
    this.#ownKey.lost();
    if (this.#stopped) return;
    const { kind: cause, reason } = end;
    if (cause === "lost" || passing) return this.#lost(reason);
    this.#stopped = true;
    this.#chain.run(() => this.#emit({ kind: "gaveUp", cause, reason }));
  }

  #lost(reason: string): void {
    if (this.#stopped) return;
    const { clock, entropy } = this.#parts;
    const delay = backoffDelay(this.#failures++, RECONNECT_BACKOFF, entropy.unit());
    const retryAt = clock.now() + delay;
    this.#chain.run(() => this.#emit({ kind: "disconnected", reason, retryAt }));
    this.#cancelRetry = clock.at(retryAt, () => this.start());
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#parts.log("error", "internal error: please report this", { stack });
  }
}
