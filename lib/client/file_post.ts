/**
 * The way out of everything about files: frames are sealed, signed and sent, and it is remembered which
 * of them an `ERROR` would speak of.
 *
 * @module
 */

import { TaskChain } from "../base/task_chain.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import type { BlockCipher } from "../e2ee/file_chunk.ts";
import { seal } from "../e2ee/seal.ts";
import { encodeBase64url } from "../protocol/base64url.ts";
import { frameText } from "../protocol/envelope.ts";
import type { Id } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { directSigningInput, fileStartSigningInput } from "../protocol/signing_input.ts";
import type { Connection } from "./connection.ts";
import { sealDirect } from "./direct_message.ts";
import { type FileWord, fileWordText } from "./file_control.ts";
import type { Manifest } from "./file_manifest.ts";
import { encryptionKey, type KeyBook } from "./key_book.ts";
import type { Sealed } from "./outgoing.ts";
import type { Roster } from "./roster.ts";

/** Frames that are remembered until they are answered or too many came after them. */
const MAX_REMEMBERED = 2_000;

/** What the post needs. */
export interface FilePostParts {
  /** `from` of every frame. */
  readonly userId: Id;
  /** The pair that signs. */
  readonly keys: KeyPair;
  /** Which key to encrypt to. */
  readonly keyBook: KeyBook;
  /** Whose client knows these words. */
  readonly roster: Roster;
  /** The keys of the public channel. */
  readonly keyring: Keyring;
  /** What signs and hashes. */
  readonly crypto: CryptoPort;
  /** What encrypts chunks, in its turn. */
  readonly cipher: BlockCipher;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** What a frame that was refused was about. */
export interface Posted {
  /** Which file, in its sender's numbering. */
  readonly fileId: string;
  /** To whom it went. */
  readonly to: Id | "public";
}

/** A chunk before it is sealed. */
export interface ChunkDraft extends Posted {
  /** Which chunk of the file. */
  readonly index: number;
  /** In which run through it. */
  readonly pass: number;
  /** What is in it. */
  readonly bytes: Uint8Array;
}

/** The post of one client. */
export class FilePost {
  readonly #parts: FilePostParts;
  readonly #words: TaskChain;
  readonly #posted = new Map<string, Posted>();
  #connection: Connection | undefined;

  /**
   * A post without a connection.
   *
   * @param parts What it needs.
   */
  constructor(parts: FilePostParts) {
    this.#parts = parts;
    this.#words = new TaskChain((error) => parts.fault(error));
  }

  /** Whether there is a connection. */
  get connected(): boolean {
    return this.#connection !== undefined;
  }

  /** There is one now, or none any more. */
  set connection(connection: Connection | undefined) {
    this.#connection = connection;
  }

  /** Why nothing can be encrypted to somebody; undefined if it can. */
  obstacle(to: Id | "public"): string | undefined {
    const { keyring, keyBook } = this.#parts;
    if (to === "public") {
      return keyring.newest() === undefined ? "nobody has shared a channel key yet" : undefined;
    }
    if (keyBook.keysOf(to) === undefined) return "no key is known for this person";
    return keyBook.isChanged(to)
      ? "the key of this person has changed: compare fingerprints, then /trust"
      : undefined;
  }

  /**
   * Says a word about a file, in the order of the words. It is gone if there is no connection: whoever
   * comes back says again what matters.
   */
  say(to: Id, word: FileWord): void {
    this.#words.run(async () => {
      const { crypto, keys, keyBook, roster, stamp, userId: from } = this.#parts;
      const recipient = keyBook.keysOf(to);
      if (!this.connected || recipient === undefined || this.obstacle(to) !== undefined) return;
      // Another client would show it to a person.
      if (roster.get(to)?.files !== true) return;
      const recipientKey = encryptionKey(recipient);
      const text = fileWordText(word);
      const ts = stamp();
      this.post(
        await sealDirect(crypto, { from, keys, to, recipientKey, text, ts }),
        { fileId: word.file_id, to },
      );
    });
  }

  /** Resolves when every word has been handed to the connection. */
  said(): Promise<void> {
    return this.#words.done();
  }

  /** The offer of a file (§9.4); made anew each time, since servers drop what they have seen. */
  async start({ fileId: file_id, to, name, size, sha256 }: Manifest): Promise<Sealed> {
    const { userId: from, stamp } = this.#parts;
    const ts = stamp();
    const mode = to === "public" ? "public" : "dm";
    const payload = { file_id, name, size, sha256: encodeBase64url(sha256), mode };
    const input = fileStartSigningInput({ ...payload, from, to, ts });
    return await this.#signed("FILE_START", to, ts, payload, input);
  }

  /** A piece of it. There must be a key to encrypt to: {@linkcode FilePost.obstacle}. */
  async chunk({ fileId: file_id, to, index, pass, bytes }: ChunkDraft): Promise<Sealed> {
    const { cipher, stamp, userId: from } = this.#parts;
    const { key, epoch } = this.#keyFor(to);
    const ciphertext = await seal(cipher, key, bytes);
    const ts = stamp();
    const payload = { file_id, index, ciphertext, pass, ...epoch };
    const input = directSigningInput({ ciphertext, from, to, ts });
    return await this.#signed("FILE_CHUNK", to, ts, payload, input);
  }

  /** That was all of it. */
  end({ fileId: file_id, to }: Posted): void {
    const { userId: from, stamp } = this.#parts;
    this.#connection?.send(
      frameText({ type: "FILE_END", from, to, ts: stamp(), payload: { file_id } }),
    );
  }

  /** Hands a sealed frame to the connection, if there is one. */
  post({ text, messageRef }: Sealed, posted: Posted): void {
    if (this.#connection === undefined) return;
    this.#posted.set(messageRef, posted);
    const [oldest] = this.#posted.keys();
    if (this.#posted.size > MAX_REMEMBERED && oldest !== undefined) this.#posted.delete(oldest);
    this.#connection.send(text);
  }

  /**
   * A frame was answered.
   *
   * @param messageRef Which (D21).
   * @returns What it was about, if it was of this post.
   */
  answered(messageRef: string): Posted | undefined {
    const posted = this.#posted.get(messageRef);
    this.#posted.delete(messageRef);
    return posted;
  }

  #keyFor(to: Id | "public"): { key: PublicKey; epoch: { epoch?: number } } {
    const { keyring, keyBook } = this.#parts;
    const newest = to === "public" ? keyring.newest() : undefined;
    if (newest !== undefined) return { key: newest.publicKey, epoch: { epoch: newest.epoch } };
    const keys = to === "public" ? undefined : keyBook.keysOf(to);
    if (keys === undefined) throw new TypeError(`no key to encrypt to ${to}`);
    return { key: encryptionKey(keys), epoch: {} };
  }

  async #signed(
    type: "FILE_START" | "FILE_CHUNK",
    to: Id | "public",
    ts: number,
    payload: JsonObject,
    input: Uint8Array,
  ): Promise<Sealed> {
    const { crypto, keys, userId: from } = this.#parts;
    const signature = await crypto.sign(keys.privateKey, input);
    const signed = { ...payload, content_sig: encodeBase64url(signature) };
    return {
      text: frameText({ type, from, to, ts, payload: signed }),
      messageRef: encodeBase64url(await crypto.sha256(signature)),
      ts,
    };
  }
}
