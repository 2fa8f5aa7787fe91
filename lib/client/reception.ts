/**
 * What comes from others: who is here, with which key, and what they write.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { TaskChain } from "../base/task_chain.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { parsePublicKey } from "../crypto/public_key.ts";
import type { Refused, VerifiedOf } from "../link/verified.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import { type Id, isUuid4, toId } from "../protocol/ids.ts";
import { openDirect } from "./direct_message.ts";
import type { ClientEvent } from "./events.ts";
import { type FileWord, readFileWord } from "./file_control.ts";
import { type KeyBook, userFingerprint, type UserKeys } from "./key_book.ts";
import type { Roster } from "./roster.ts";

/** What a person waits for: if it breaks the rules, the person hears of it. */
const TOLD_OF: ReadonlySet<string> = new Set(["USER_DELIVER", "MSG_PUBLIC_CHANNEL", "FILE_START"]);

/** What the reception needs. */
export interface ReceptionParts {
  /** Who this user is; what is advertised about it is no news. */
  readonly userId: Id;
  /** The pair whose private half opens messages. */
  readonly keys: KeyPair;
  /** Whose keys are known; it judges each one that is advertised. */
  readonly keyBook: KeyBook;
  /** What decrypts, and makes fingerprints. */
  readonly crypto: CryptoPort;
  /** When something was received. */
  readonly clock: Clock;
  /** The people, as they become known. */
  readonly roster: Roster;
  /** Whether the first list of who is online is still coming in. */
  initial(): boolean;
  /** A word about a file came, which is no message to a person. */
  heard(from: Id, word: FileWord): void;
  /** Tells the user interface. */
  emit(event: ClientEvent): void;
}

/** The way in of one client. What takes time runs on one chain, so that what is told keeps its order. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #chain: TaskChain;

  /**
   * A reception where nobody has been yet.
   *
   * @param parts What it needs.
   * @param chain What runs its tasks.
   */
  constructor(parts: ReceptionParts, chain: TaskChain) {
    this.#parts = parts;
    this.#chain = chain;
  }

  /** Somebody is online. */
  advertised(message: VerifiedOf<"USER_ADVERTISE">): void {
    const { keyBook, userId } = this.#parts;
    const id = toId(message.payload.user_id);
    if (id === userId) return;
    const { pubkey, enc_pubkey } = message.payload.meta;
    const key = typeof pubkey === "string" ? parsePublicKey(pubkey) : undefined;
    const encryption = typeof enc_pubkey === "string" ? parsePublicKey(enc_pubkey) : key;
    // At once: the user's first message may be right behind, and is verified before this turn of the chain.
    const known = keyBook.keysOf(id);
    const changed = key !== undefined && keyBook.see(id, key, encryption) === "changed";
    const offered = keyBook.offered(id);
    const change = changed && known && offered ? { known, offered } : undefined;
    this.#chain.run(() => this.#advertised(message, change));
  }

  /** Somebody has left. */
  removed({ payload }: VerifiedOf<"USER_REMOVE">): void {
    const { roster, emit } = this.#parts;
    this.#chain.run(() => {
      const before = roster.get(toId(payload.user_id));
      if (before?.online !== true || before.server !== toId(payload.server_id)) return;
      const person = roster.update(before.id, { online: false });
      emit({ kind: "presence", person, initial: false });
    });
  }

  /** A message has come; its signature was checked. */
  delivered(message: VerifiedOf<"USER_DELIVER">): void {
    this.#chain.run(() => this.#delivered(message));
  }

  /** A message has come that broke the rules: it is told of, never shown as text. */
  refused({ code, detail }: ProtocolError, { envelope }: Refused): void {
    if (envelope === undefined || !TOLD_OF.has(envelope.type)) return;
    const sender = envelope.type === "USER_DELIVER" ? envelope.rawPayload["sender"] : envelope.from;
    const reason = code === "INVALID_SIG"
      ? "its signature does not verify under the key known for its sender"
      : detail;
    const received = this.#parts.clock.now();
    this.#chain.run(() => {
      const { roster, emit } = this.#parts;
      const known = typeof sender === "string" && isUuid4(sender);
      emit({
        kind: "refused",
        from: known ? roster.get(toId(sender)) : undefined,
        reason,
        received,
      });
    });
  }

  async #advertised(
    { payload }: VerifiedOf<"USER_ADVERTISE">,
    changed: { readonly known: UserKeys; readonly offered: UserKeys } | undefined,
  ): Promise<void> {
    const { crypto, roster, emit, initial } = this.#parts;
    const id = toId(payload.user_id);
    const { display_name, extras } = payload.meta;
    const before = roster.get(id);
    const person = roster.update(id, {
      name: typeof display_name === "string" ? display_name : undefined,
      online: true,
      server: toId(payload.server_id),
      segments: isObject(extras) && extras["segments"] === true,
      files: isObject(extras) && extras["files"] === true,
    });
    if (changed !== undefined) {
      const known = await userFingerprint(crypto, changed.known);
      const offered = await userFingerprint(crypto, changed.offered);
      emit({ kind: "keyChanged", person, known, offered });
    }
    if (before?.online !== true) emit({ kind: "presence", person, initial: initial() });
  }

  async #delivered(message: VerifiedOf<"USER_DELIVER">): Promise<void> {
    const { clock, crypto, emit, keys, keyBook, roster, userId } = this.#parts;
    const received = clock.now();
    const id = toId(message.payload.sender);
    const from = roster.get(id) ?? roster.update(id, {});
    const refuse = (reason: string) => emit({ kind: "refused", from, reason, received });
    if (toId(message.to) !== userId) return refuse("it is addressed to somebody else");
    if (!message.contentVerified) return refuse("no key is known for its sender");
    const text = await openDirect(crypto, keys.privateKey, message.payload.ciphertext);
    if (text === undefined) return refuse("it was not encrypted to this user's key");
    const word = readFileWord(text);
    if (word !== undefined) return this.#parts.heard(id, word);
    const person = roster.update(id, { lastSpoken: received });
    keyBook.pin(id, person.name);
    const { ts } = message;
    emit({ kind: "message", from: person, text, to: "me", encrypted: true, ts, received });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
