/**
 * The folder where files land (THREATS 19, 20): under harmless names, never over another file, and under their final
 * name only once they are what was promised.
 *
 * @module
 */

import { join } from "node:path";
import { FileError, type FileSink, type Landing } from "../client/file_ports.ts";
import { isUnfinishedFileName, safeFileName, unfinishedFileName } from "./file_name.ts";
import { withWords } from "./file_trouble.ts";
import { sizeText } from "./size_text.ts";
import { UnfinishedFile, type WritableFile } from "./unfinished_file.ts";

/** How large a file may be if nothing else is said, and all unfinished ones together. */
const DEFAULT_MAX_BYTES = 1_000_000_000;

/** An unfinished file that nothing was added to for so long was left by a crash, in ms. */
const LEFT_OVER_MS = 86_400_000;

/** Names tried for an unfinished file: a crash may have left some of a process of the same number. */
const MOST_TRIES = 1_000;

/** What may be said about a folder. */
export interface FolderOptions {
  /** The most bytes of one file, and of all unfinished ones together. */
  readonly maxBytes?: number;
  /**
   * Makes and opens a file that is not there yet; tests give another one.
   *
   * @throws {Deno.errors.AlreadyExists} If it is there.
   */
  readonly openNew?: (path: string) => Promise<WritableFile>;
  /** Gives a file a second name; tests give a file system that knows no such thing. */
  readonly link?: (from: string, to: string) => Promise<void>;
}

/** A folder where files land. */
export class LandingFolder implements Landing {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #openNew: (path: string) => Promise<WritableFile>;
  readonly #link: (from: string, to: string) => Promise<void>;
  /** What was promised of the files that are not finished. */
  #expected = 0;
  #lastNumber = 0;

  /**
   * A folder, made when the first file lands. Unfinished files that a crash left there are removed.
   *
   * @param folder Its path.
   * @param options Its limits.
   */
  constructor(folder: string, options: FolderOptions = {}) {
    this.#folder = folder;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#openNew = options.openNew ?? openNew;
    this.#link = options.link ?? Deno.link;
    removeLeftOvers(folder);
  }

  async create(name: string, size: number): Promise<FileSink> {
    const safe = safeFileName(name);
    this.#refuseTooLarge(safe, size);
    this.#expected += size;
    try {
      return await withWords(`"${safe}" cannot be saved in ${this.#folder}`, async () => {
        await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
        const { path, file } = await this.#open(safe);
        const ended = () => void (this.#expected -= size);
        const [folder, link] = [this.#folder, this.#link];
        return new UnfinishedFile({ folder, name: safe, size, path, file, link, ended });
      });
    } catch (error) {
      this.#expected -= size;
      throw error;
    }
  }

  /** Before anything is written: what nobody wants to keep must not fill the disk. */
  #refuseTooLarge(name: string, size: number): void {
    const most = `${sizeText(this.#maxBytes)} is taken: --max-file says otherwise`;
    if (!(size <= this.#maxBytes)) {
      throw new FileError(`"${name}" is ${sizeText(size)}; at most ${most}`);
    }
    if (this.#expected + size > this.#maxBytes) {
      throw new FileError(
        `"${name}" is ${sizeText(size)}, and ${sizeText(this.#expected)} is still to come of ` +
          `other files; at most ${most}`,
      );
    }
  }

  /** An unfinished file under a name that no other process has either. */
  async #open(name: string): Promise<{ path: string; file: WritableFile }> {
    for (let tries = 1;; tries++) {
      const unique = `${Deno.pid}-${++this.#lastNumber}`;
      const path = join(this.#folder, unfinishedFileName(name, unique));
      try {
        return { path, file: await this.#openNew(path) };
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists) || tries === MOST_TRIES) throw error;
      }
    }
  }
}

/** Exclusively: neither a file that is there nor what a symbolic link points to is ever written over. */
function openNew(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { createNew: true, write: true, mode: 0o600 });
}

/**
 * What a crash left behind, if nothing has been added to it for a day. Whatever is wrong with the folder is said when
 * a file lands; and a file that is gone by now was removed by another process.
 */
function removeLeftOvers(folder: string): void {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch {
    return;
  }
  for (const name of names.filter(isUnfinishedFileName)) {
    const path = join(folder, name);
    try {
      const writtenAt = Deno.lstatSync(path).mtime?.getTime() ?? Infinity;
      if (Date.now() - writtenAt > LEFT_OVER_MS) Deno.removeSync(path);
    } catch {
      continue;
    }
  }
}
