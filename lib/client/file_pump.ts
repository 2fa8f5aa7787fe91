/**
 * Takes a file to the network piece by piece: reads, seals and sends in order, never further ahead than it
 * is told, so that neither memory nor a server's queue holds more than a little of it.
 *
 * @module
 */

import { chunkCount, chunkLength } from "../e2ee/file_chunk.ts";
import { FileError, type FileSource } from "./file_ports.ts";
import type { Sealed } from "./outgoing.ts";

/** Chunks that are sealed at once: while one is signed the next is encrypted. */
const SEALED_AHEAD = 3;

/** What a pump needs. */
export interface FilePumpParts {
  /** Where the bytes are. */
  readonly source: FileSource;
  /** Plaintext of a full chunk. */
  readonly chunkBytes: number;
  /** The first chunk that may not be read yet. */
  limit(): number;
  /** Encrypts and signs a chunk. */
  seal(index: number, pass: number, bytes: Uint8Array): Promise<Sealed>;
  /** Sends it. */
  send(sealed: Sealed): void;
  /** The last chunk has been sent. */
  ended(): void;
  /** The file cannot be read, or is not any more what it was. */
  failed(error: FileError): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** One run through the file. */
interface Run {
  readonly pass: number;
  /** The next chunk to read. */
  next: number;
  /** Chunks that were read and not sent yet. */
  sealing: number;
  /** Settles when everything read so far has been sent. */
  sent: Promise<void>;
}

/** A pump. */
export class FilePump {
  readonly #parts: FilePumpParts;
  readonly #count: number;
  #run: Run | undefined;
  #reading = false;
  #closed = false;

  /**
   * A pump at rest.
   *
   * @param parts What it needs.
   */
  constructor(parts: FilePumpParts) {
    this.#parts = parts;
    this.#count = chunkCount(parts.source.size, parts.chunkBytes);
  }

  /** The next chunk to be read; undefined between two runs. */
  get next(): number | undefined {
    return this.#run?.next;
  }

  /**
   * Begins a run through the file; what an earlier one has not sent yet is dropped.
   *
   * @param pass Its number.
   * @param from Its first chunk.
   */
  start(pass: number, from: number): void {
    this.#run = { pass, next: from, sealing: 0, sent: Promise.resolve() };
    this.wake();
  }

  /** Sends nothing more of this run. */
  stop(): void {
    this.#run = undefined;
  }

  /** Stops for good and lets go of the file. */
  close(): void {
    this.#run = undefined;
    this.#closed = true;
    if (!this.#reading) this.#parts.source.close();
  }

  /** The limit may be another now. */
  wake(): void {
    if (!this.#reading) void this.#read();
  }

  /** One piece after the other: a file is not asked for two at once. */
  async #read(): Promise<void> {
    const { source, chunkBytes, seal, failed, fault } = this.#parts;
    this.#reading = true;
    try {
      for (let run = this.#ready(); run !== undefined; run = this.#ready()) {
        const index = run.next++;
        const length = chunkLength(source.size, index, chunkBytes);
        const bytes = await source.read(index * chunkBytes, length);
        if (run !== this.#run) continue;
        this.#sendInTurn(run, index, seal(index, run.pass, bytes));
      }
    } catch (error) {
      this.#run = undefined;
      if (!this.#closed) error instanceof FileError ? failed(error) : fault(error);
    } finally {
      this.#reading = false;
      if (this.#closed) source.close();
    }
  }

  /** The run, if its next chunk may be read now. */
  #ready(): Run | undefined {
    const run = this.#run;
    if (run === undefined || run.sealing >= SEALED_AHEAD) return undefined;
    return run.next < Math.min(this.#count, this.#parts.limit()) ? run : undefined;
  }

  #sendInTurn(run: Run, index: number, sealing: Promise<Sealed>): void {
    run.sealing += 1;
    // Its turn may come after it has failed.
    sealing.catch(() => {});
    run.sent = run.sent.then(async () => {
      const sealed = await sealing;
      run.sealing -= 1;
      if (run !== this.#run) return;
      this.#parts.send(sealed);
      if (index === this.#count - 1) this.#parts.ended();
      this.wake();
    }).catch((error) => {
      // Those behind it fail for the same reason: said once.
      if (run !== this.#run) return;
      this.stop();
      this.#parts.fault(error);
    });
  }
}
