/**
 * A person with a real chat client in a simulated world.
 *
 * @module
 */

import type { KeyPair } from "../../lib/crypto/port.ts";
import { ChatClient } from "../../lib/client/chat_client.ts";
import type { ClientEvent } from "../../lib/client/events.ts";
import { Keyring } from "../../lib/e2ee/keyring.ts";
import { KeyBook } from "../../lib/client/key_book.ts";
import type { OutgoingMessage } from "../../lib/client/outgoing.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import { MemoryLanding } from "./memory_files.ts";
import type { LogLine, ServerActor } from "./server_actor.ts";
import type { World } from "./world.ts";

/** An event of one kind. */
export type EventOf<K extends ClientEvent["kind"]> = Extract<ClientEvent, { kind: K }>;

/** Somebody who chats. */
export class Person {
  readonly events: ClientEvent[] = [];
  readonly log: LogLine[] = [];
  /** When the outcome of each message was known, Unix ms. */
  readonly settledAt = new Map<OutgoingMessage, number>();
  /** When the person's connection was lost or given up, Unix ms. */
  readonly gone: number[] = [];
  readonly keyBook = new KeyBook({ servers: {}, users: {} }, () => {});
  /** The channel's keys, which last from one run of the client to the next; a test may lose them. */
  keyring = new Keyring();
  /** Whether what is not encrypted is not shown. */
  refusePlain = false;
  /** Where files land that this person takes. */
  readonly landing = new MemoryLanding();
  #client: ChatClient | undefined;

  /**
   * @param world Where the person lives.
   * @param name The display name.
   * @param id The user id.
   * @param keys The person's key.
   */
  constructor(
    readonly world: World,
    readonly name: string,
    readonly id: Id,
    readonly keys: KeyPair,
  ) {}

  /** The client. */
  get client(): ChatClient {
    if (this.#client === undefined) throw new Error(`${this.name} never entered`);
    return this.#client;
  }

  /** Starts a client that connects to a server. */
  async enters(server: Pick<ServerActor, "url">): Promise<void> {
    const { clock, crypto, entropy, network } = this.world;
    const client = this.#client = new ChatClient({
      url: server.url,
      userId: this.id,
      keys: this.keys,
      name: this.name,
      keyBook: this.keyBook,
      channelKeys: { keyring: this.keyring, save: () => Promise.resolve() },
      refusePlain: this.refusePlain,
      client: "test",
      crypto,
      dial: network.dialAs(this.name),
      clock,
      entropy,
      landing: this.landing,
      log: (level, message, fields = {}) => void this.log.push({ level, message, fields }),
    });
    client.listen((event) => this.#hears(event));
    client.start();
    await this.world.settle();
  }

  #hears(event: ClientEvent): void {
    const now = this.world.clock.now();
    this.events.push(event);
    if (event.kind === "disconnected") this.gone.push(now);
    if (event.kind === "delivery" && event.message.state !== "sending") {
      this.settledAt.set(event.message, now);
    }
  }

  /** Stops the client with a farewell. */
  async leaves(): Promise<void> {
    this.gone.push(this.world.clock.now());
    const left = this.client.stop();
    await this.world.settle();
    await left;
  }

  /** Goes to another server. */
  async moves(server: ServerActor): Promise<void> {
    await this.leaves();
    await this.enters(server);
  }

  /** Sends a text to somebody. */
  async says(text: string, to: { readonly id: Id }): Promise<OutgoingMessage> {
    const message = this.client.tell(to.id, text);
    await this.world.settle();
    return message;
  }

  /** Sends a text to everybody. */
  async saysToAll(text: string): Promise<OutgoingMessage> {
    const message = this.client.say(text);
    await this.world.settle();
    return message;
  }

  /** The events of one kind. */
  of<K extends ClientEvent["kind"]>(kind: K): EventOf<K>[] {
    return this.events.filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** What was said to this person: `"alice: hi"`. */
  get heard(): string[] {
    return this.#heard("me");
  }

  /** What was said to everybody, as this person could read it. */
  get heardByAll(): string[] {
    return this.#heard("public");
  }

  #heard(whom: "me" | "public"): string[] {
    return this.of("message").filter(({ to }) => to === whom)
      .map(({ from, text }) => `${this.world.nameOf(from.id)}: ${text}`);
  }

  /** Who is online in this person's eyes, by name. */
  get sees(): string[] {
    return this.client.people().filter(({ online }) => online)
      .map(({ id }) => this.world.nameOf(id)).sort();
  }

  /** Names in the server's answer to `/list`, in its order. */
  async lists(): Promise<string[]> {
    const answer = this.client.list();
    await this.world.settle();
    return (await answer).map(({ user_id }) => this.world.nameOf(user_id));
  }
}
