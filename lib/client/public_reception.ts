/**
 * What others say to everybody (§9.3, D23, D24), as far as this user can read it.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { TaskChain } from "../base/task_chain.ts";
import type { CryptoPort, KeyPair, PrivateKey } from "../crypto/port.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import type { VerifiedOf } from "../link/verified.ts";
import type { SpelledKeyName } from "../protocol/channel_key.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { ClientEvent } from "./events.ts";
import { openPublic } from "./public_message.ts";
import type { Roster } from "./roster.ts";

/** How long a message waits for the key that it was encrypted to, in ms. */
const KEY_PATIENCE_MS = 10_000;

/** Messages that wait for a key at the most. */
const MAX_UNREAD = 200;

/** What it needs. */
export interface PublicReceptionParts {
  /** Who this user is: own messages do not come back. */
  readonly userId: Id;
  /** The pair that opens what others encrypt to this user alone (D24). */
  readonly keys: KeyPair;
  /** What decrypts. */
  readonly crypto: CryptoPort;
  /** When something was received, and how long it waits for a key. */
  readonly clock: Clock;
  /** The people, as they become known. */
  readonly roster: Roster;
  /** The channel's keys that this user holds. */
  readonly keyring: Keyring;
  /** Whether a message that is not encrypted is not shown (D24). */
  readonly refusePlain: boolean;
  /** Somebody has written under a key, or says so. */
  used(sender: Id, key: SpelledKeyName): void;
  /** Tells the user interface. */
  emit(event: ClientEvent): void;
}

/** A message that no key here opens yet. */
interface Unread {
  readonly message: VerifiedOf<"MSG_PUBLIC_CHANNEL">;
  readonly received: number;
  /** The keys that do not open it: it costs up to 64 RSA operations to try one. */
  readonly tried: Set<PrivateKey>;
  readonly cancel: () => void;
}

/** The ear for everybody's messages. */
export class PublicReception {
  readonly #parts: PublicReceptionParts;
  readonly #chain: TaskChain;
  readonly #unread = new Set<Unread>();

  /**
   * An ear that has heard nothing.
   *
   * @param parts What it needs.
   * @param chain What runs its tasks, in order with all else that this user is told.
   */
  constructor(parts: PublicReceptionParts, chain: TaskChain) {
    this.#parts = parts;
    this.#chain = chain;
  }

  /** A message has come; its signature was checked where a key is known for its sender. */
  heard(message: VerifiedOf<"MSG_PUBLIC_CHANNEL">): void {
    const received = this.#parts.clock.now();
    this.#chain.run(() => this.#heard(message, received));
  }

  /** The keyring has changed: what waited for a key may be read now. */
  keysChanged(): void {
    if (this.#unread.size === 0) return;
    this.#chain.run(async () => {
      for (const unread of [...this.#unread]) {
        if (!await this.#read(unread)) continue;
        unread.cancel();
        this.#unread.delete(unread);
      }
    });
  }

  async #heard(message: VerifiedOf<"MSG_PUBLIC_CHANNEL">, received: number): Promise<void> {
    const { userId, used } = this.#parts;
    if (toId(message.from) === userId) return;
    if (!message.contentVerified) {
      return this.#refuse(message, received, "no key is known for its sender");
    }
    used(toId(message.from), message.payload);
    const tried = new Set<PrivateKey>();
    if (await this.#read({ message, received, tried })) return;
    if (this.#unread.size >= MAX_UNREAD) return this.#unreadable(message, received);
    const { clock } = this.#parts;
    const unread: Unread = {
      message,
      received,
      tried,
      cancel: clock.at(clock.now() + KEY_PATIENCE_MS, () => {
        this.#chain.run(() => {
          if (this.#unread.delete(unread)) this.#unreadable(message, received);
        });
      }),
    };
    this.#unread.add(unread);
  }

  async #read({ message, received, tried }: Omit<Unread, "cancel">): Promise<boolean> {
    const { crypto, emit, keyring, keys, refusePlain, roster } = this.#parts;
    const { payload, ts } = message;
    const channel = keyring.privateKeysFor(payload.epoch, payload.channel_pub)
      .filter((key) => !tried.has(key));
    // The own key has been tried by now.
    if (tried.size > 0 && channel.length === 0) return false;
    for (const key of [...channel, keys.privateKey]) tried.add(key);
    const read = await openPublic(crypto, { own: keys.privateKey, channel }, payload);
    if (read === undefined) return false;
    const { text, encrypted } = read;
    if (!encrypted && refusePlain) {
      this.#refuse(message, received, "it was not encrypted, and --refuse-plain is set");
      return true;
    }
    const id = toId(message.from);
    const from = roster.get(id) ?? roster.update(id, {});
    emit({ kind: "message", from, text, to: "public", encrypted, ts, received });
    return true;
  }

  #unreadable(message: VerifiedOf<"MSG_PUBLIC_CHANNEL">, received: number): void {
    const reason = "it was encrypted to a key of the public channel that never came here: " +
      "it may be from before you joined";
    this.#refuse(message, received, reason);
  }

  #refuse({ from: id }: VerifiedOf<"MSG_PUBLIC_CHANNEL">, received: number, reason: string): void {
    const { emit, roster } = this.#parts;
    emit({ kind: "refused", from: roster.get(toId(id)), reason, received });
  }
}
