/**
 * A sender of files in the hands of a test: it knows the words and the signatures of our clients, and
 * says what it likes.
 *
 * @module
 */

import { type FileWord, fileWordText, readFileWord } from "../../lib/client/file_control.ts";
import { openDirect } from "../../lib/client/direct_message.ts";
import { seal } from "../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import { directSigningInput, fileStartSigningInput } from "../../lib/protocol/signing_input.ts";
import { sha256 } from "./memory_files.ts";
import type { Person } from "./person.ts";
import type { RawUser } from "./raw_peer.ts";
import type { ServerActor } from "./server_actor.ts";
import type { World } from "./world.ts";

/** A file as its sender tells of it; anything may be a lie. */
export interface Told {
  readonly fileId: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** The sender. */
export class RawSender {
  #lastTs = 0;

  private constructor(readonly world: World, readonly user: RawUser, readonly to: Person) {}

  /** Enters a server as a client that knows how to be asked. */
  static async enters(
    world: World,
    name: string,
    server: ServerActor,
    to: Person,
  ): Promise<RawSender> {
    const user = await world.rawUser(name, server);
    const meta = { display_name: name, extras: { segments: true, files: true } };
    await user.sends(user.hello({ meta }));
    return new RawSender(world, user, to);
  }

  /** Offers a file. */
  async offers(bytes: Uint8Array, lie: Partial<Told> = {}): Promise<string> {
    const digest = encodeBase64url(sha256(bytes));
    const told = { fileId: "f", name: "a.bin", size: bytes.length, sha256: digest, ...lie };
    const { fileId: file_id, ...rest } = told;
    const manifest = { file_id, ...rest, mode: "dm" };
    const ts = this.#ts();
    const from = this.user.id;
    const input = fileStartSigningInput({ ...manifest, from, to: this.to.id, ts });
    await this.#sends("FILE_START", manifest, input, ts);
    return file_id;
  }

  /** A chunk with what is in it. */
  async chunk(index: number, bytes: Uint8Array, more: JsonObject = {}): Promise<void> {
    await this.ciphertext(
      index,
      await seal(this.world.crypto, this.to.keys.publicKey, bytes),
      more,
    );
  }

  /** A chunk with any ciphertext. */
  async ciphertext(index: number, ciphertext: string, more: JsonObject = {}): Promise<void> {
    const ts = this.#ts();
    const input = directSigningInput({ ciphertext, from: this.user.id, to: this.to.id, ts });
    const payload = { file_id: "f", index, ciphertext, pass: 0, ...more };
    await this.#sends("FILE_CHUNK", payload, input, ts);
  }

  /** A word. */
  async says(word: FileWord): Promise<void> {
    await this.user.sends(await this.user.direct(this.to, fileWordText(word), this.#ts()));
  }

  /** What the recipient has said since this was last asked. */
  async hears(): Promise<FileWord[]> {
    const words = [];
    for (const { payload } of this.user.news().filter(({ type }) => type === "USER_DELIVER")) {
      const ciphertext = String(payload["ciphertext"]);
      const text = await openDirect(this.world.crypto, this.user.keys.privateKey, ciphertext);
      const word = readFileWord(text ?? "");
      if (word !== undefined) words.push(word);
    }
    return words;
  }

  /** The id. */
  get id(): Id {
    return this.user.id;
  }

  #ts(): number {
    this.#lastTs = Math.max(this.world.clock.now(), this.#lastTs + 1);
    return this.#lastTs;
  }

  async #sends(type: string, payload: JsonObject, input: Uint8Array, ts: number): Promise<void> {
    const { keys } = this.user;
    const signature = await this.world.crypto.sign(keys.privateKey, input);
    const signed = { content_sig: encodeBase64url(signature), ...payload };
    await this.user.sends(JSON.stringify(this.user.frame(type, this.to.id, signed, ts)));
  }
}
