/**
 * The folder of one server: made for its owner only, and locked so that no second server uses it.
 *
 * @module
 */

import { join } from "node:path";
import { StoreError } from "./port.ts";

/**
 * Makes a data folder if it is missing and takes its lock. The lock is the system's own (`flock`), so
 * it ends with the process however that ends, and it is on a file of its own, so that `sqlite3` can
 * look into the database of a running server.
 *
 * A new folder has mode 0700. The mode of one that exists is the operator's business, since what we
 * write into it is 0600.
 *
 * @param folder Path of the folder.
 * @returns Gives the lock back.
 * @throws {StoreError} If the folder cannot be made, or another server uses it.
 */
export function lockDataFolder(folder: string): () => void {
  const lock = openLock(folder);
  if (lock.tryLockSync(true)) return () => lock.close();
  lock.close();
  throw new StoreError(`data folder ${folder} is in use by another server`);
}

function openLock(folder: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return Deno.openSync(join(folder, "lock"), { create: true, write: true, mode: 0o600 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(`data folder ${folder} cannot be used: ${reason}`, { cause });
  }
}
