/**
 * The names in a folder of this machine, for Tab.
 *
 * @module
 */

import { join } from "node:path";
import type { FolderEntry } from "./path_completion.ts";

/** Names that are looked at: Tab must not be noticed. */
const MOST_NAMES = 10_000;

/**
 * Lists a folder.
 *
 * @param folder Its path; "" for the one the program runs in.
 * @returns What is in it; nothing if it cannot be read.
 */
export function listFolder(folder: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  try {
    for (const { name, isDirectory, isSymlink } of Deno.readDirSync(folder === "" ? "." : folder)) {
      entries.push({ name, isFolder: isDirectory || isSymlink && leadsToFolder(folder, name) });
      if (entries.length === MOST_NAMES) break;
    }
  } catch {
    // Whoever presses Tab is not disturbed by what cannot be completed.
    return entries;
  }
  return entries;
}

function leadsToFolder(folder: string, name: string): boolean {
  try {
    return Deno.statSync(join(folder, name)).isDirectory;
  } catch {
    return false;
  }
}
