/**
 * Users who are sockets: they say hello, and are heard by whoever measures. All have the same key, since a
 * benchmark would else wait for hundreds of them to be made.
 *
 * @module
 */

import { silentLog } from "../../lib/base/log.ts";
import { sealDirect } from "../../lib/client/direct_message.ts";
import type { Sealed } from "../../lib/client/outgoing.ts";
import { sealPublic } from "../../lib/client/public_message.ts";
import type { KeyPair } from "../../lib/crypto/port.ts";
import { parsePublicKey } from "../../lib/crypto/public_key.ts";
import { type OpenedCrypto, selectCrypto } from "../../lib/crypto/select.ts";
import { frameText } from "../../lib/protocol/envelope.ts";
import { type Id, toId } from "../../lib/protocol/ids.ts";
import { bytesOf } from "../../tests/support/binary.ts";
import { testKey } from "../../tests/support/real_servers.ts";
import { FrameSocket } from "./frame_socket.ts";

/** How long nothing may come for everybody to count as having come, in ms. */
const QUIET_MS = 500;

/** A text of usual length. */
const TEXT = "Is anybody coming to the lake on Sunday? The water is warm, and there is cake.";

/** The key that all users have. */
const USER_KEY = testKey(0);

/** The key of the public channel. */
const CHANNEL_KEY = testKey(1).publicKey;

/** Somebody who is online. */
export interface Member {
  readonly id: Id;
  readonly socket: FrameSocket;
}

/** A direct message that is ready to go. */
export interface Letter extends Sealed {
  /** Which member sends it. */
  readonly sender: Member;
}

/** Says who comes. */
export function helloOf(from: Id): string {
  const payload = { client: "bench", pubkey: USER_KEY.publicKey };
  return frameText({ type: "USER_HELLO", from, to: "*", ts: Date.now(), payload });
}

/** A new user's id. */
export function newId(): Id {
  return toId(crypto.randomUUID());
}

/**
 * Lets users enter and waits until all have been told of all.
 *
 * @param ports The servers: a user enters each in its turn.
 * @param count How many users.
 */
export async function enter(ports: readonly number[], count: number): Promise<Member[]> {
  const members: Member[] = [];
  for (let i = 0; i < count; i++) {
    const id = newId();
    const socket = await FrameSocket.open(ports[i % ports.length] ?? 0);
    const welcomed = socket.next("ACK");
    await socket.send(helloOf(id));
    await welcomed;
    members.push({ id, socket });
  }
  await quiet(() => members.reduce((sum, { socket }) => sum + socket.count, 0));
  return members;
}

/** Everybody leaves. */
export function leave(crowd: readonly Member[]): void {
  for (const { socket } of crowd) socket.close();
}

/**
 * Waits until something no longer changes: until nothing comes any more, for instance.
 *
 * @param count What.
 */
export async function quiet(count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

/** Signs what users will say, before anything is measured. */
export class Scribe implements AsyncDisposable {
  readonly #opened: OpenedCrypto;
  readonly #keys: KeyPair;
  #ts = Date.now();

  private constructor(opened: OpenedCrypto, keys: KeyPair) {
    this.#opened = opened;
    this.#keys = keys;
  }

  /** Takes the best backend there is, whichever one is measured. */
  static async open(): Promise<Scribe> {
    const opened = await selectCrypto("auto", silentLog);
    return new Scribe(opened, await opened.crypto.importPrivateKey(bytesOf(USER_KEY.privateKey)));
  }

  /**
   * Writes messages. Everybody sends to the next one in the crowd, one after the other; no two have the
   * same `ts`.
   *
   * @param crowd Who sends, and who receives.
   * @param count How many messages in all.
   */
  async letters(crowd: readonly Member[], count: number): Promise<Letter[]> {
    // A ts in the future, or one that was given already, would be refused.
    this.#ts = Math.max(this.#ts + 1, Date.now() - count);
    const first = this.#ts;
    this.#ts += count;
    const keys = this.#keys;
    return await Promise.all(Array.from({ length: count }, async (_, i) => {
      const sender = crowd[i % crowd.length];
      const recipient = crowd[(i + 1) % crowd.length];
      if (sender === undefined || recipient === undefined) throw new RangeError("nobody is there");
      const draft = { from: sender.id, to: recipient.id, keys, recipientKey: keys.publicKey };
      const sealed = await sealDirect(this.#opened.crypto, {
        ...draft,
        text: TEXT,
        ts: first + i,
      });
      return { ...sealed, sender };
    }));
  }

  /**
   * Writes a message to everybody.
   *
   * @param from Who says it.
   * @param ts When, Unix ms.
   * @returns The frame.
   */
  async toEverybody(from: Id, ts: number): Promise<string> {
    const keys = this.#keys;
    const channel = {
      epoch: 1,
      channelPub: "A".repeat(43),
      publicKey: parsePublicKey(CHANNEL_KEY),
    };
    const { text } = await sealPublic(this.#opened.crypto, { from, keys, channel, text: TEXT, ts });
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.close();
  }
}
