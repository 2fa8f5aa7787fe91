/**
 * A file on disk that is offered to others.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { FileError, type FileSource } from "../client/file_ports.ts";
import { withWords } from "./file_trouble.ts";

/** How much is held in memory while the digest is made, in bytes. */
const PIECE_BYTES = 256 * 1024;

/** By what a file is recognised as the one that was opened. */
interface Look {
  readonly size: number;
  readonly changedAt: number;
}

/**
 * Opens a file and reads it once, for its digest. It stays open: whoever puts another file under its name does not
 * change what is sent.
 *
 * @param path Its path.
 * @returns The file.
 * @throws {FileError} If it is no file, may not be read, or changes while it is read.
 */
export async function openSource(path: string): Promise<FileSource> {
  const what = `${JSON.stringify(path)} cannot be sent`;
  return await withWords(what, async () => {
    // Before it is opened: a pipe would wait for somebody to write into it.
    refuseOthers(path, await Deno.stat(path));
    const file = await Deno.open(path);
    try {
      const info = await file.stat();
      refuseOthers(path, info);
      const look = lookOf(info);
      const sha256 = await digestOf(file, look.size);
      const source = new OpenSource(basename(path), file, look, sha256);
      await source.refuseChanged();
      return source;
    } catch (error) {
      file.close();
      throw error;
    }
  });
}

/** A file that is open. */
class OpenSource implements FileSource {
  readonly size: number;
  readonly #look: Look;
  readonly #file: Deno.FsFile;
  #closed = false;
  /** There is one place in the file at which it is read. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    file: Deno.FsFile,
    look: Look,
    readonly sha256: Uint8Array,
  ) {
    this.#file = file;
    this.#look = look;
    this.size = look.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const turn = this.#last.then(() =>
      withWords(`"${this.name}" cannot be read`, () => this.#read(offset, length))
    );
    this.#last = turn.catch(() => {});
    return turn;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.#file.seek(offset, Deno.SeekMode.Start);
    for (let done = 0; done < length;) {
      const count = await this.#file.read(bytes.subarray(done));
      if (count === null) throw this.#changed();
      done += count;
    }
    // Afterwards: what was changed before it was read is noticed too.
    await this.refuseChanged();
    return bytes;
  }

  /** Refuses to go on with a file that is not what its digest says. */
  async refuseChanged(): Promise<void> {
    const info = await this.#file.stat();
    const { size, changedAt } = lookOf(info);
    // Without any name left it was deleted, or another file took its place.
    const isGone = info.nlink === 0;
    if (size !== this.#look.size || changedAt !== this.#look.changedAt || isGone) {
      throw this.#changed();
    }
  }

  #changed(): FileError {
    return new FileError(`"${this.name}" has changed while it was sent: send it again`);
  }
}

/** The digest of the whole, read piece by piece and not beyond the end that it had: a log may grow for ever. */
async function digestOf(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  for (let left = size; left > 0;) {
    const count = await file.read(piece.subarray(0, Math.min(left, piece.length)));
    if (count === null) break;
    hash.update(piece.subarray(0, count));
    left -= count;
  }
  return new Uint8Array(hash.digest());
}

function lookOf({ size, mtime }: Deno.FileInfo): Look {
  return { size, changedAt: mtime?.getTime() ?? 0 };
}

function refuseOthers(path: string, { isFile, isDirectory }: Deno.FileInfo): void {
  if (isFile) return;
  const what = JSON.stringify(path);
  throw new FileError(
    isDirectory
      ? `${what} is a folder: pack it into one file first`
      : `${what} is no file but a device or a pipe`,
  );
}
