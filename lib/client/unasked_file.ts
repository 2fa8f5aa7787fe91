/**
 * A file for somebody whose client does not know how to answer: as the standard has it, everything goes
 * out at once and nothing comes back (§9.4). So the clock sets the pace.
 *
 * @module
 */

import { CHUNK_BYTES, ONE_BLOCK_CHUNK_BYTES } from "../e2ee/file_chunk.ts";
import { FilePump, type FilePumpParts } from "./file_pump.ts";

/**
 * Time between two chunks, in ms. Eight a second is what most teams' clients can decrypt, and leaves room
 * for the chat in what servers take from a user (THREATS 17).
 */
const UNASKED_CHUNK_MS = 125;

/** What such a file needs. */
export interface UnaskedParts extends Omit<FilePumpParts, "limit" | "chunkBytes"> {
  /** Unix ms. */
  now(): number;
  /** Whether the recipient reads more than one block (D4). */
  readonly segments: boolean;
}

/** A file on its way to somebody who does not answer. */
export class UnaskedFile {
  /** Plaintext of a full chunk. */
  readonly chunkBytes: number;
  readonly #pump: FilePump;
  readonly #startedAt: number;
  readonly #now: () => number;
  #wakeAt: number;
  #over = false;

  /**
   * Begins to send.
   *
   * @param parts What it needs.
   */
  constructor(parts: UnaskedParts) {
    this.#now = parts.now;
    this.#startedAt = parts.now();
    this.#wakeAt = this.#startedAt + UNASKED_CHUNK_MS;
    this.chunkBytes = parts.segments ? CHUNK_BYTES : ONE_BLOCK_CHUNK_BYTES;
    this.#pump = new FilePump({
      ...parts,
      chunkBytes: this.chunkBytes,
      limit: () => this.#limit(),
      ended: () => {
        this.#over = true;
        parts.ended();
      },
    });
    this.#pump.start(0, 0);
  }

  /** When the next chunk may go, Unix ms; infinity when all have gone. */
  get deadline(): number {
    return this.#over ? Infinity : this.#wakeAt;
  }

  /** Time has passed. */
  tick(): void {
    if (this.#now() < this.deadline) return;
    this.#wakeAt = this.#now() + UNASKED_CHUNK_MS;
    this.#pump.wake();
  }

  /** Sends nothing more. */
  close(): void {
    this.#over = true;
    this.#pump.close();
  }

  #limit(): number {
    return Math.floor((this.#now() - this.#startedAt) / UNASKED_CHUNK_MS) + 1;
  }
}
