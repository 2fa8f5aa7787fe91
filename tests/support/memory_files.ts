/**
 * Files in memory, to be sent and to land: they can change, disappear, and find no room.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  FileError,
  type FileSink,
  type FileSource,
  type Landing,
} from "../../lib/client/file_ports.ts";

/** SHA-256 of some bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** Bytes that look like nothing, the same for the same length. */
export function someBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = 1; i < length; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

/** A file that is offered. */
export class MemorySource implements FileSource {
  readonly size: number;
  readonly sha256: Uint8Array;
  /** Where the last piece that was read ends. */
  readUpTo = 0;
  /** How often it was closed. */
  closed = 0;
  /** Called before each piece is read; it may throw. */
  beforeRead: (offset: number) => void = () => {};

  constructor(readonly bytes: Uint8Array, readonly name = "file.bin") {
    this.size = bytes.length;
    this.sha256 = sha256(bytes);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    try {
      this.beforeRead(offset);
    } catch (error) {
      return Promise.reject(error);
    }
    this.readUpTo = offset + length;
    return Promise.resolve(this.bytes.slice(offset, offset + length));
  }

  close(): void {
    this.closed++;
  }
}

/** A file that lands. */
export class MemorySink implements FileSink {
  readonly pieces: Uint8Array[] = [];
  state: "open" | "finished" | "discarded" = "open";

  constructor(readonly landing: MemoryLanding, readonly name: string, readonly size: number) {}

  get bytes(): Uint8Array {
    const whole = new Uint8Array(this.pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.landing.beforeWrite(this);
    if (this.state !== "open") throw new TypeError(`written to after it was ${this.state}`);
    this.pieces.push(bytes);
  }

  async finish(expected: Uint8Array): Promise<string> {
    await this.landing.beforeFinish();
    const found = sha256(this.bytes);
    if (found.some((byte, i) => byte !== expected[i])) {
      this.state = "discarded";
      throw new FileError("what arrived is not what was offered");
    }
    this.state = "finished";
    return `/files/${this.name}`;
  }

  discard(): Promise<void> {
    if (this.state === "open") this.state = "discarded";
    return Promise.resolve();
  }
}

/** A place where files land. */
export class MemoryLanding implements Landing {
  readonly sinks: MemorySink[] = [];
  /** Why nothing can be created. */
  refusal: string | undefined;
  /** Called before each piece is written; it may throw or take its time. */
  beforeWrite: (sink: MemorySink) => void | Promise<void> = () => {};

  /** Called before the last check is made; it may take its time. */
  beforeFinish: () => void | Promise<void> = () => {};

  create(name: string, size: number): Promise<FileSink> {
    if (this.refusal !== undefined) return Promise.reject(new FileError(this.refusal));
    const sink = new MemorySink(this, name, size);
    this.sinks.push(sink);
    return Promise.resolve(sink);
  }

  /** The last one. */
  get last(): MemorySink {
    const sink = this.sinks.at(-1);
    if (sink === undefined) throw new Error("nothing has landed");
    return sink;
  }
}
