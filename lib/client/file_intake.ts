/**
 * Takes the chunks of a file to where it lands: decrypts a few ahead, writes in order, and holds no more
 * than it is given to hold.
 *
 * @module
 */

import type { OpenedChunk } from "../e2ee/file_chunk.ts";
import { FileError, type FileSink } from "./file_ports.ts";

/** Chunks that are decrypted at once: while one is written the next is ready. */
const OPENED_AHEAD = 2;

/** Who is told how the intake fares. */
export interface IntakeHost {
  /** One more chunk is written. */
  written(): void;
  /** It cannot be written. */
  failed(error: FileError): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

interface Waiting {
  /** Of its ciphertext, in UTF-16 units. */
  readonly size: number;
  readonly open: () => Promise<OpenedChunk>;
  opening?: Promise<OpenedChunk>;
}

/** The intake of one file. Nothing is decrypted before it has a place to land. */
export class FileIntake {
  readonly #host: IntakeHost;
  readonly #waiting: Waiting[] = [];
  #sink: FileSink | undefined;
  #work: Promise<void> = Promise.resolve();
  #working = false;
  #stopped = false;
  #sound = true;
  #written = 0;
  #bytes = 0;
  #waitingText = 0;

  /**
   * An intake without a place yet.
   *
   * @param host Who is told.
   */
  constructor(host: IntakeHost) {
    this.#host = host;
  }

  /** Chunks that are written. */
  get written(): number {
    return this.#written;
  }

  /** Chunks that came, written or not: the first one that is missing. */
  get taken(): number {
    return this.#written + this.#waiting.length;
  }

  /** Bytes that are written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Ciphertext that waits, in UTF-16 units. */
  get waitingText(): number {
    return this.#waitingText;
  }

  /**
   * The next chunk.
   *
   * @param size Of its ciphertext, in UTF-16 units.
   * @param open Decrypts it, when its turn comes.
   */
  add(size: number, open: () => Promise<OpenedChunk>): void {
    this.#waiting.push({ size, open });
    this.#waitingText += size;
    this.#wake();
  }

  /** There is a place: what waits is written. */
  begin(sink: FileSink): void {
    this.#sink = sink;
    this.#wake();
  }

  /**
   * Everything has come.
   *
   * @param sha256 The digest that was promised.
   * @returns The path of the file.
   * @throws {FileError} If it is not what was promised, or cannot be named.
   */
  async finish(sha256: Uint8Array): Promise<string> {
    if (this.#sink === undefined) throw new TypeError("there is no place yet");
    // A chunk that could not be opened left zeros. If zeros were promised they would pass, and the answer
    // would tell whether it could be opened: so the file must fail, by the very way of a wrong one.
    const expected = this.#sound ? sha256 : sha256.map((byte) => byte ^ 0xff);
    return await this.#sink.finish(expected);
  }

  /** Takes nothing more, and takes away what was written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.length = 0;
    await this.#work;
    await this.#sink?.discard();
  }

  #wake(): void {
    if (!this.#working && this.#sink !== undefined) this.#work = this.#writeAll(this.#sink);
  }

  async #writeAll(sink: FileSink): Promise<void> {
    this.#working = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        for (const chunk of this.#waiting.slice(0, OPENED_AHEAD)) this.#open(chunk);
        const { bytes, sound } = await this.#open(next);
        if (this.#stopped) return;
        await sink.append(bytes);
        if (this.#stopped) return;
        this.#waiting.shift();
        this.#waitingText -= next.size;
        this.#sound &&= sound;
        this.#written += 1;
        this.#bytes += bytes.length;
        this.#host.written();
      }
    } catch (error) {
      if (error instanceof FileError) this.#host.failed(error);
      else this.#host.fault(error);
    } finally {
      // At once, not a turn later: what is added in between would wait for ever.
      this.#working = false;
    }
  }

  #open(chunk: Waiting): Promise<OpenedChunk> {
    if (chunk.opening === undefined) {
      chunk.opening = chunk.open();
      // Its turn may never come.
      chunk.opening.catch(() => {});
    }
    return chunk.opening;
  }
}
