/**
 * A file on its way to its final name: it gets it when all of it is there and is what was promised.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { FileError, type FileSink } from "../client/file_ports.ts";
import { numberedFileName } from "./file_name.ts";
import { withWords } from "./file_trouble.ts";
import { sizeText } from "./size_text.ts";

/** Variants of a name that are tried: ` (1)`, ` (2)` and so on. */
const MOST_VARIANTS = 10_000;

/** What a file that is written needs to do; `Deno.FsFile` does. */
export interface WritableFile {
  /** Writes some of the bytes, and tells how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes what was written survive a power cut. */
  sync(): Promise<void>;
  /** What the system knows of it. */
  stat(): Promise<Pick<Deno.FileInfo, "dev" | "ino">>;
  /** Lets go of it. */
  close(): void;
}

/** What an unfinished file is made of. */
export interface UnfinishedParts {
  /** The folder in which it lands. */
  readonly folder: string;
  /** Its final name, if no other file has it. */
  readonly name: string;
  /** The size that was promised. */
  readonly size: number;
  /** Where it is now: in the same folder. */
  readonly path: string;
  /** Its open file, empty. */
  readonly file: WritableFile;
  /**
   * Gives a file a second name that no other file has.
   *
   * @throws {Deno.errors.AlreadyExists} If one has it.
   */
  link(from: string, to: string): Promise<void>;
  /** Called once, when it is finished or gone. */
  ended(): void;
}

/** A file that is being received. */
export class UnfinishedFile implements FileSink {
  readonly #parts: UnfinishedParts;
  readonly #hash = createHash("sha256");
  #written = 0;
  #over = false;
  /** Whether it still has its unfinished name: once given up, another file may have that. */
  #isHidden = true;
  /** Pieces are written one after the other, and nothing is taken away under a piece being written. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * A file of which nothing has come.
   *
   * @param parts What it is made of.
   */
  constructor(parts: UnfinishedParts) {
    this.#parts = parts;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#orGone(() => this.#write(bytes)));
  }

  finish(sha256: Uint8Array): Promise<string> {
    return this.#inTurn(() => this.#orGone(() => this.#finish(sha256)));
  }

  discard(): Promise<void> {
    return this.#inTurn(() => this.#remove());
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { file, name, size } = this.#parts;
    if (this.#written + bytes.length > size) {
      throw new FileError(`more has come of "${name}" than the ${sizeText(size)} promised`);
    }
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    this.#hash.update(bytes);
    this.#written += bytes.length;
  }

  async #finish(sha256: Uint8Array): Promise<string> {
    const { file, name, size, ended } = this.#parts;
    if (this.#written !== size) {
      throw new FileError(`of "${name}" only ${this.#written} of ${size} bytes have come`);
    }
    if (!this.#hash.digest().equals(sha256)) {
      throw new FileError(`"${name}" has not arrived as it was sent: ask for it again`);
    }
    await file.sync();
    const { dev, ino } = await file.stat();
    const path = await this.#land();
    await this.#refuseSwapped(path, dev, ino);
    this.#over = true;
    file.close();
    await this.#unhide();
    ended();
    return path;
  }

  /** Gives the final name: whatever has a name already keeps it, even if it came a moment ago. */
  async #land(): Promise<string> {
    const { folder, name } = this.#parts;
    for (let number = 0; number < MOST_VARIANTS; number++) {
      const path = join(folder, numberedFileName(name, number));
      try {
        await this.#nameExclusively(path);
        return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
    throw new FileError(`${folder} has ${MOST_VARIANTS} files called "${name}": move some away`);
  }

  async #nameExclusively(path: string): Promise<void> {
    try {
      await this.#parts.link(this.#parts.path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw error;
      // Some file systems (of memory cards, of other machines) know no second name for a file: so an empty file takes
      // the name, exclusively, and this one takes its place.
      (await Deno.open(path, { createNew: true, write: true, mode: 0o600 })).close();
      try {
        await Deno.rename(this.#parts.path, path);
        this.#isHidden = false;
      } catch (error) {
        await removeIfThere(path);
        throw error;
      }
    }
  }

  /** In a folder where others may write, somebody may have put another file under the unfinished name. */
  async #refuseSwapped(path: string, dev: number, ino: number | null): Promise<void> {
    // Windows tells files apart in another way, and opened files there cannot be swapped.
    if (Deno.build.os === "windows") return;
    const landed = await Deno.lstat(path);
    if (landed.dev === dev && landed.ino === ino) return;
    await removeIfThere(path);
    throw new FileError(`somebody else writes in ${this.#parts.folder}: save files elsewhere`);
  }

  /** Does something with the file; if it fails, nothing of the file is left. */
  async #orGone<T>(work: () => Promise<T>): Promise<T> {
    const { name } = this.#parts;
    if (this.#over) throw new FileError(`"${name}" is not being saved any more`);
    try {
      return await withWords(`"${name}" cannot be saved`, work);
    } catch (error) {
      await this.#remove();
      throw error;
    }
  }

  async #remove(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const { file, name, ended } = this.#parts;
    file.close();
    ended();
    await withWords(`what has come of "${name}" cannot be removed`, () => this.#unhide());
  }

  /** Takes the unfinished name away. */
  async #unhide(): Promise<void> {
    if (!this.#isHidden) return;
    this.#isHidden = false;
    await removeIfThere(this.#parts.path);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
