/**
 * The one library under every user interface: keeps the connection, the people, the keys and the messages
 * of one user. Runs in Deno and in browsers; whatever it needs of the world is handed to it.
 *
 * @module
 */

import { Stamps } from "../base/stamps.ts";
import { TaskChain } from "../base/task_chain.ts";
import { fingerprint } from "../crypto/fingerprint.ts";
import type { Transport } from "../link/transport.ts";
import type { Payload } from "../protocol/catalog.ts";
import type { ChannelKeyName } from "../protocol/channel_key.ts";
import { LinkError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { Keyring } from "../e2ee/keyring.ts";
import { Answers } from "./answers.ts";
import { Channel } from "./channel.ts";
import type { ChatClientParts } from "./chat_client_parts.ts";
import { Connection, type ConnectionEnd, newSeenSet, type Welcome } from "./connection.ts";
import { Courier } from "./courier.ts";
import { Dispatch } from "./dispatch.ts";
import type { ClientEvent } from "./events.ts";
import type { FileSource } from "./file_ports.ts";
import { userFingerprint } from "./key_book.ts";
import { ANSWER_MS, type OutgoingMessage } from "./outgoing.ts";
import { PublicReception } from "./public_reception.ts";
import { Reception } from "./reception.ts";
import { Redial } from "./redial.ts";
import { type Person, Roster } from "./roster.ts";
import type { Transfer } from "./transfer.ts";
import { Transfers } from "./transfers.ts";

export type { ChatClientParts };

/** One line of a server's list of users. */
export type ListedUser = Payload<"LIST_RESPONSE">["users"][number];

/** A chat client. */
export class ChatClient {
  readonly #parts: ChatClientParts;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  readonly #roster = new Roster();
  readonly #chain = new TaskChain((error) => this.#fault(error));
  readonly #courier: Courier;
  readonly #transfers: Transfers;
  readonly #reception: Reception;
  readonly #keyring: Keyring;
  readonly #channel: Channel;
  readonly #public: PublicReception;
  readonly #dispatch: Dispatch;
  readonly #seen = newSeenSet();
  readonly #lists: Answers<ListedUser[]>;
  readonly #ownKey: Answers<void>;
  #connection: Connection | undefined;
  #ready = false;
  /** Whether a connection ever stood: an id in use is then perhaps this client's own. */
  #wasReady = false;
  readonly #redial: Redial;
  readonly #stamps = new Stamps();

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
    this.#redial = new Redial({
      ...parts,
      opened: (transport) => this.#opened(transport),
      lost: (reason, retryAt) => {
        this.#chain.run(() => emit({ kind: "disconnected", reason, retryAt }));
      },
      fault,
    });
    this.#courier = new Courier({
      ...shared,
      reached: () => this.#reached(ANSWER_MS),
      taken: (messageRef) => this.#dispatch.settle(messageRef, undefined),
      changed: (message) => emit({ kind: "delivery", message }),
    });
    this.#transfers = new Transfers({
      ...shared,
      landing: parts.landing,
      newFileId: () => parts.entropy.id(),
    });
    this.#reception = new Reception({
      ...shared,
      initial: () => !this.#ready,
      heard: (from, word) => this.#transfers.heard(from, word),
    }, this.#chain);
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
      used: (sender, key) => this.#channel.used(sender, key),
    }, this.#chain);
    this.#dispatch = new Dispatch({
      chain: this.#chain,
      log: parts.log,
      courier: this.#courier,
      transfers: this.#transfers,
      reception: this.#reception,
      channel: this.#channel,
      public: this.#public,
      lists: this.#lists,
      ownKey: this.#ownKey,
      emit,
    });
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
    this.#redial.start();
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
   * Offers a file. What becomes of it is told by `file` events.
   *
   * @param to To whom; `public` is everybody who accepts.
   * @param source The file; it is closed when it is not needed any more.
   * @returns The transfer.
   * @throws {FileError} If it cannot be offered to them: the key has changed, say. The source is closed then.
   */
  offer(to: Id | "public", source: FileSource): Transfer {
    return this.#transfers.offer(to, source);
  }

  /**
   * Takes a file that is offered.
   *
   * @param transfer Of {@linkcode ChatClient.transfers} or of a `file` event.
   * @throws {FileError} If it cannot be taken: there is no place for files, say.
   */
  accept(transfer: Transfer): void {
    this.#transfers.accept(transfer);
  }

  /** Does not take a file that is offered; one that is not offered any more is left as it is. */
  reject(transfer: Transfer): void {
    this.#transfers.reject(transfer);
  }

  /** Calls a file off, whichever way it goes; one that is over is left as it is. */
  cancel(transfer: Transfer): void {
    this.#transfers.cancel(transfer);
  }

  /** All files on their way, and the latest that are over. */
  transfers(): readonly Transfer[] {
    return this.#transfers.all();
  }

  /** Measures how fast RSA is here, so that {@linkcode ChatClient.secondsFor} knows: it takes a moment, once. */
  measured(): Promise<void> {
    return this.#transfers.measured();
  }

  /**
   * How long it takes to receive so many bytes here. RSA decides that, and it is measured.
   *
   * @param bytes How many.
   * @returns Seconds; undefined as long as nothing was measured.
   */
  secondsFor(bytes: number): number | undefined {
    return this.#transfers.secondsFor(bytes);
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
    this.#redial.stop();
    this.#courier.disconnected();
    this.#channel.disconnected();
    await this.#transfers.stop("the program was ended");
    await this.#connection?.leave();
  }

  #opened(transport: Transport): void {
    this.#connection = new Connection({
      ...this.#parts,
      transport,
      meta: this.#meta(),
      seen: this.#seen,
      stamp: () => this.#stamp(),
    }, {
      welcomed: (welcome) => this.#welcomed(welcome),
      received: (message) => this.#dispatch.received(message),
      refused: (error, refused) => this.#dispatch.refused(error, refused),
      closed: (end) => this.#closed(end),
    });
  }

  /** What this user tells about itself; other clients of ours may send long messages in one (D4). */
  #meta(): JsonObject {
    const { name } = this.#parts;
    const extras = { segments: true, files: true };
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
  #reached(patience?: number): Promise<void> {
    this.#connection?.request("PUBKEY_REQUEST", { user_id: this.userId });
    return this.#ownKey.next(patience);
  }

  #becomeReady(connection: Connection | undefined): void {
    if (connection === undefined || this.#connection !== connection) return;
    for (const person of this.#roster.settle()) {
      this.#emit({ kind: "presence", person, initial: false });
    }
    this.#ready = true;
    this.#wasReady = true;
    this.#redial.succeeded();
    this.#transfers.connected(connection);
    this.#emit({ kind: "ready" });
    this.#transfers.goOn();
    this.#channel.connected(connection);
    this.#courier.connected(connection);
  }

  #closed(end: ConnectionEnd): void {
    // After a break the server may still hold the old connection, so the id is in use for a while.
    const passing = end.kind === "refused" && end.code === "NAME_IN_USE" && this.#wasReady;
    this.#connection = undefined;
    this.#ready = false;
    this.#courier.disconnected();
    this.#channel.disconnected();
    this.#transfers.disconnected();
    this.#lists.lost();
    this.#ownKey.lost();
    if (this.#redial.stopped) return;
    const { kind: cause, reason } = end;
    if (cause === "lost" || passing) return this.#redial.lost(reason);
    this.#redial.stop();
    this.#transfers.stop(reason).catch((error) => this.#fault(error));
    this.#chain.run(() => this.#emit({ kind: "gaveUp", cause, reason }));
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event);
    // Afterwards: that somebody has left is told before the files that wait for it.
    if (event.kind === "presence") this.#transfers.presence(event.person);
  }

  #fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#parts.log("error", "internal error: please report this", { stack });
  }
}
