/**
 * Finds the keys that may open a chunk, and opens it in its turn.
 *
 * @module
 */

import type { PrivateKey } from "../crypto/port.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import {
  type BlockCipher,
  chunkLength,
  fitsLength,
  openChunk,
  type OpenedChunk,
} from "../e2ee/file_chunk.ts";
import { open } from "../e2ee/seal.ts";
import type { Manifest } from "./file_manifest.ts";

/** Opens a chunk when it is called. */
export type Opening = () => Promise<OpenedChunk>;

/** What an opener needs. */
export interface FileOpenerParts {
  /** This user's. */
  readonly privateKey: PrivateKey;
  /** The keys of the public channel. */
  readonly keyring: Keyring;
  /** What decrypts, in its turn. */
  readonly cipher: BlockCipher;
}

/** Opens the chunks that come to one client. */
export class FileOpener {
  readonly #parts: FileOpenerParts;

  /**
   * An opener.
   *
   * @param parts What it needs.
   */
  constructor(parts: FileOpenerParts) {
    this.#parts = parts;
  }

  /**
   * How to open a chunk of a client of ours.
   *
   * @param manifest Of which file.
   * @param index Which chunk.
   * @param ciphertext As it stands in the frame.
   * @param epoch Which key of the channel, as the frame says.
   * @returns The way; else what is wrong, as far as that can be told without any key: whether a chunk can
   *   be opened nobody is ever told (THREATS 27).
   */
  chunk(
    { to, size }: Manifest,
    index: number,
    ciphertext: string,
    epoch: number | undefined,
  ): Opening | "order" | "key" {
    const { privateKey, keyring, cipher } = this.#parts;
    const length = chunkLength(size, index);
    if (!fitsLength(ciphertext, length)) return "order";
    const keys = to === "public" ? keyring.privateKeysFor(epoch) : [privateKey];
    if (keys.length === 0) return "key";
    return () => openChunk(cipher, keys, ciphertext, length);
  }

  /**
   * How to open a chunk of another team's client, which may hold any number of bytes. Nothing is answered
   * to those, so nothing can be learned.
   *
   * @param to To whom it goes.
   * @param ciphertext As it stands in the frame.
   * @param epoch Which key of the channel, if the frame says.
   */
  anyChunk(to: Manifest["to"], ciphertext: string, epoch: number | undefined): Opening {
    const { privateKey, keyring, cipher } = this.#parts;
    // Some teams encrypt what goes to everybody to the receiver's own key (D24).
    const shared = to === "public" ? keyring.privateKeysFor(epoch) : [];
    return async () => {
      for (const key of [...shared, privateKey]) {
        const bytes = await open(cipher, key, ciphertext);
        if (bytes !== undefined) return { bytes, sound: true };
      }
      return { bytes: new Uint8Array(0), sound: false };
    };
  }
}
