/**
 * What Tab offers for the path of a file. Pure: a folder is listed by a function that is handed in.
 *
 * @module
 */

/** One name in a folder. */
export interface FolderEntry {
  /** Without the folder. */
  readonly name: string;
  /** Whether it is a folder itself, or leads to one. */
  readonly isFolder: boolean;
}

/**
 * Lists a folder.
 *
 * @param folder Its path; "" for the one the program runs in.
 * @returns What is in it, in any order; nothing if it cannot be read.
 */
export type ListFolder = (folder: string) => readonly FolderEntry[];

/** What stands between folders; Windows has two. */
const LAST_SEPARATOR = /^[^]*[/\\]/u;

/**
 * Completes a path.
 *
 * @example
 * ```ts
 * import { pathCandidates } from "./path_completion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const list = () => [{ name: "my report.pdf", isFolder: false }, { name: "music", isFolder: true }];
 * assertEquals(pathCandidates("doc/m", list), ['"doc/music/', '"doc/my report.pdf" ']);
 * assertEquals(pathCandidates("doc/mu", list), ["doc/music/"]);
 * ```
 *
 * @param typed The path so far, perhaps behind an open quote.
 * @param list Lists a folder.
 * @returns Whole replacements in order; behind a file stands a space, behind a folder it goes on. In quotes where
 *   one of them has spaces, so that what they have in common can be typed.
 */
export function pathCandidates(typed: string, list: ListFolder): string[] {
  const isQuoted = typed.startsWith('"');
  const path = isQuoted ? typed.slice(1).replace(/\\([^])/gu, "$1") : typed;
  const folder = LAST_SEPARATOR.exec(path)?.[0] ?? "";
  const begun = path.slice(folder.length);
  const fitting = list(folder)
    .filter(({ name }) => name.startsWith(begun) && (begun !== "" || !name.startsWith(".")))
    .toSorted((one, other) => one.name < other.name ? -1 : 1);
  const needsQuotes = isQuoted ||
    fitting.some(({ name }) => /[\s"'\\]/u.test(folder + name));
  return fitting.map(({ name, isFolder }) => {
    const whole = folder + name;
    const end = isFolder ? "/" : "";
    if (!needsQuotes) return isFolder ? whole + end : `${whole} `;
    const escaped = `"${whole.replace(/["\\]/gu, "\\$&")}`;
    return isFolder ? escaped + end : `${escaped}" `;
  });
}
