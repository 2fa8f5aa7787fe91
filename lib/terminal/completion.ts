/**
 * What Tab offers: commands, people by name with those we spoke with last first, paths, and numbers of files.
 *
 * @module
 */

import { COMMANDS } from "./command_table.ts";
import { type ListFolder, pathCandidates } from "./path_completion.ts";
import { labelsByRecency, type Person, quoteLabel } from "./people.ts";

/** What may stand from a place in the line up to the cursor. */
export interface Completion {
  /** Where the word to complete begins, an index into the line. */
  readonly from: number;
  /** Whole replacements for it, the likeliest first, each with what follows it. */
  readonly candidates: readonly string[];
}

/** What there is to complete besides commands and people; what is not given is not offered. */
export interface CompletionSources {
  /** Lists a folder, for paths. */
  readonly listFolder?: ListFolder;
  /** The numbers of the files that a command, without its slash, can be about. */
  readonly numbers?: (command: string) => readonly number[];
}

/**
 * Completes the word before the cursor.
 *
 * @example
 * ```ts
 * import { complete } from "./completion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const people = [{ id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob Smith" }];
 * assertEquals(complete("/te", people), { from: 0, candidates: ["/tell "] });
 * assertEquals(complete("/tell bo", people), { from: 6, candidates: ['"Bob Smith" '] });
 * const listFolder = () => [{ name: "report.pdf", isFolder: false }];
 * assertEquals(complete("/file bob re", people, { listFolder }).candidates, ["report.pdf "]);
 * ```
 *
 * @param line The line up to the cursor.
 * @param people Everybody known.
 * @param sources Folders and numbers.
 * @returns Candidates, none if nothing fits.
 */
export function complete(
  line: string,
  people: readonly Person[],
  sources: CompletionSources = {},
): Completion {
  const command = /^\/(\S*)$/u.exec(line);
  if (command !== null) return { from: 0, candidates: names(command[1] ?? "", "/") };

  const [, name = "", rest = ""] = /^\/(\S+)\s+([^]*)$/u.exec(line) ?? [];
  const row = COMMANDS.find((one) => one.name === name.toLowerCase());
  const [first, second] = row?.args ?? [];
  const { listFolder, numbers } = sources;
  // A path may have spaces, so it is what is left of the line.
  const path = second === "path" ? FIRST_ARGUMENT.exec(rest)?.[1] : undefined;
  if (path !== undefined && listFolder !== undefined) {
    return { from: line.length - path.length, candidates: pathCandidates(path, listFolder) };
  }
  if (!ONE_ARGUMENT.test(rest)) return { from: line.length, candidates: [] };
  const from = line.length - rest.length;
  switch (first) {
    case "command":
      return { from, candidates: names(rest, "") };
    case "user":
      return { from, candidates: labelled(rest, people) };
    case "recipient": {
      const everybody = "public".startsWith(rest.toLowerCase()) ? ["public "] : [];
      return { from, candidates: [...labelled(rest, people), ...everybody] };
    }
    case "number": {
      const all = (numbers?.(row?.name ?? "") ?? []).map(String);
      return { from, candidates: all.filter((one) => one.startsWith(rest)) };
    }
    default:
      return { from: line.length, candidates: [] };
  }
}

/** An argument that is not finished yet, in quotes or not. */
const ONE_ARGUMENT = /^("(?:[^"\\]|\\[^])*|[^\s"]\S*|)$/u;
/** A finished first argument, and what stands behind it. */
const FIRST_ARGUMENT = /^(?:"(?:[^"\\]|\\[^])*"|[^\s"]\S*)\s+([^]*)$/u;

/** The people whose labels begin like this. */
function labelled(typed: string, people: readonly Person[]): string[] {
  const begun = typed.replace(/^"/u, "").replace(/\\([^])/gu, "$1").toLowerCase();
  const fitting = labelsByRecency(people).filter((one) => one.toLowerCase().startsWith(begun));
  return fitting.map((one) => `${quoteLabel(one)} `);
}

/** The commands that begin like this. */
function names(begun: string, slash: string): string[] {
  const wanted = begun.toLowerCase();
  return COMMANDS.filter(({ name }) => name.startsWith(wanted)).map(({ name }) =>
    `${slash}${name} `
  );
}
