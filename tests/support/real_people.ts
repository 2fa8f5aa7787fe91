/**
 * People with real clients, as objects in this process and as programs of their own, with keys made
 * beforehand so that nobody waits for one.
 *
 * @module
 */

import { silentLog } from "../../lib/base/log.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { ChatClient, type ChatClientParts } from "../../lib/client/chat_client.ts";
import type { ClientEvent } from "../../lib/client/events.ts";
import { KeyBook } from "../../lib/client/key_book.ts";
import { systemEntropy } from "../../lib/crypto/entropy.ts";
import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { dialWebSocket } from "../../lib/link/websocket.ts";
import type { Dial } from "../../lib/link/transport.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import { bytesOf } from "./binary.ts";
import { Journal } from "./journal.ts";
import { plantKey, testKey } from "./real_servers.ts";

/** A person whose client runs in this process. It is stopped when the test leaves it. */
export class RealPerson implements AsyncDisposable {
  /** Everything the client told. */
  readonly events = new Journal<ClientEvent>((event) => JSON.stringify(event).slice(0, 300));

  private constructor(readonly client: ChatClient) {
    client.listen((event) => this.events.record(event));
  }

  /**
   * Connects to a server and waits until everybody who is there is known.
   *
   * @param url The server.
   * @param name The display name.
   * @param key Which test key, 0–7.
   * @param dial How it connects.
   */
  static async enter(
    url: string,
    name: string,
    key: number,
    dial: Dial = dialWebSocket,
  ): Promise<RealPerson> {
    const person = await RealPerson.setOut(url, name, key, { dial });
    try {
      await person.ready();
    } catch (error) {
      await person.client.stop();
      throw error;
    }
    return person;
  }

  /**
   * Sets out for a server and does not wait: it may be down, and is then tried again.
   *
   * @param url The server.
   * @param name The display name.
   * @param key Which test key, 0–7.
   * @param parts Parts of the client that are other than usual.
   */
  static async setOut(
    url: string,
    name: string,
    key: number,
    parts: Partial<ChatClientParts> = {},
  ): Promise<RealPerson> {
    const crypto = new WebCrypto();
    const client = new ChatClient({
      url,
      userId: systemEntropy.id(),
      keys: await crypto.importPrivateKey(bytesOf(testKey(key).privateKey)),
      name,
      keyBook: new KeyBook({ servers: {}, users: {} }, () => {}),
      client: "test",
      crypto,
      dial: dialWebSocket,
      clock: systemClock,
      entropy: systemEntropy,
      log: silentLog,
      ...parts,
    });
    const person = new RealPerson(client);
    client.start();
    return person;
  }

  /** The user id. */
  get id(): Id {
    return this.client.userId;
  }

  /** Waits until the client is connected and knows who is there. */
  async ready(after = 0): Promise<void> {
    await this.events.until("ready", ({ kind }) => kind === "ready", after);
  }

  /** Waits until somebody is seen to be there, or not. */
  async sees(id: string, online = true, after = 0): Promise<void> {
    const what = `presence of ${id}, online: ${online}`;
    const fits = (event: ClientEvent) =>
      event.kind === "presence" && event.person.id === id && event.person.online === online;
    await this.events.until(what, fits, after);
  }

  /** Waits for a text. */
  async hears(text: string): Promise<ClientEvent & { kind: "message" }> {
    return await this.events.until(
      `message ${text.slice(0, 60)}`,
      (event): event is ClientEvent & { kind: "message" } =>
        event.kind === "message" && event.text === text,
    );
  }

  /** How often a text was heard. */
  countOf(text: string): number {
    return this.events.entries.filter((event) => event.kind === "message" && event.text === text)
      .length;
  }

  /** Says something and waits until the server has taken it. */
  async says(text: string, to: string): Promise<void> {
    const { id } = this.client.tell(to as Id, text);
    await this.taken(id);
  }

  /** Waits until a message was taken. */
  async taken(message: number): Promise<void> {
    await this.events.until(
      `✓ for message ${message}`,
      (event) =>
        event.kind === "delivery" && event.message.id === message &&
        event.message.state === "taken",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.stop();
  }
}

/**
 * Makes a profile with a test key, which needs no time, for a program to use.
 *
 * @param data The folder given as `--data`.
 * @param profile The profile's name.
 * @param key Which test key, 0–7.
 * @returns The arguments that select it.
 */
export async function makeProfile(data: string, profile: string, key: number): Promise<string[]> {
  await plantKey(`${data}/client/${profile}/key.pem`, key);
  return ["--data", data, "--profile", profile, "--name", profile];
}
