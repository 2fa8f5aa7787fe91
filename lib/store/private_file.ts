/**
 * Small files that only their owner may read: keys, pins.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { StoreError } from "./port.ts";

/**
 * Writes a private file whole or not at all: a crash leaves the old file or the new one.
 *
 * @param path Its path; folders that are missing are made with mode 0700.
 * @param text Its new content. The file's mode becomes 0600.
 * @throws {StoreError} If it cannot be written.
 */
export function writePrivateFile(path: string, text: string): void {
  // A name of its own: several processes of one person may write at the same time.
  const unfinished = `${path}.${Deno.pid}.new`;
  withFile(path, "written", () => {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeIfThere(unfinished);
    const file = Deno.openSync(unfinished, { createNew: true, write: true, mode: 0o600 });
    try {
      writeAll(file, new TextEncoder().encode(text));
      file.syncSync();
    } finally {
      file.close();
    }
    Deno.renameSync(unfinished, path);
    removeLeftOvers(path);
    syncFolder(dirname(path));
  });
}

/**
 * Reads a private file, if nobody but its owner can.
 *
 * @param path Its path.
 * @returns Its content, or undefined if there is none.
 * @throws {StoreError} If others may read or change it (not checked on Windows, which has no such
 *   mode), or it cannot be read.
 */
export function readPrivateFile(path: string): string | undefined {
  return withFile(path, "read", () => {
    try {
      const { mode } = Deno.statSync(path);
      if (Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0) {
        throw new StoreError(`${path} may be read by others: run chmod 600 ${quoted(path)}`);
      }
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  });
}

/** So that the hint works when it is pasted into a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A file that is still unfinished after this was left by a crash, in ms: writing one takes an instant. */
const LEFT_OVER_MS = 60_000;

/** A crash may have left a secret under an unfinished file's name: nobody would ever look there. */
function removeLeftOvers(path: string): void {
  const folder = dirname(path);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !/\.\d+\.new$/.test(name)) continue;
    const leftOver = join(folder, name);
    const writtenAt = modificationTime(leftOver);
    if (writtenAt !== undefined && Date.now() - writtenAt > LEFT_OVER_MS) removeIfThere(leftOver);
  }
}

/** When a file was written last, in ms; undefined once another process has renamed it to its right name. */
function modificationTime(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes the rename itself survive a power cut, where the system lets a folder be synced. */
function syncFolder(folder: string): void {
  if (Deno.build.os === "windows") return;
  const handle = Deno.openSync(folder, { read: true });
  try {
    handle.syncSync();
  } finally {
    handle.close();
  }
}

/** Gives what the file system says the file's name. */
function withFile<T>(path: string, done: "read" | "written", work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof StoreError || !(cause instanceof Error)) throw cause;
    throw new StoreError(`${path} cannot be ${done}: ${cause.message}`, { cause });
  }
}
