/**
 * What Tab offers: commands, and people by name with those we spoke with last first.
 *
 * @module
 */

import { COMMANDS } from "./command_table.ts";
import { labelsByRecency, type Person, quoteLabel } from "./people.ts";

/** What may stand from a place in the line up to the cursor. */
export interface Completion {
  /** Where the word to complete begins, an index into the line. */
  readonly from: number;
  /** Whole replacements for it, the likeliest first, each with the space that follows it. */
  readonly candidates: readonly string[];
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
 * ```
 *
 * @param line The line up to the cursor.
 * @param people Everybody known.
 * @returns Candidates, none if nothing fits.
 */
export function complete(line: string, people: readonly Person[]): Completion {
  const command = /^\/(\S*)$/u.exec(line);
  if (command !== null) return { from: 0, candidates: names(command[1] ?? "", "/") };

  const argument = /^\/(\S+)\s+("(?:[^"\\]|\\[^])*|[^\s"]\S*|)$/u.exec(line);
  const typed = argument?.[2] ?? "";
  const from = line.length - typed.length;
  const kind = COMMANDS.find(({ name }) => name === argument?.[1]?.toLowerCase())?.args[0];
  if (kind === "command") return { from, candidates: names(typed, "") };
  if (kind !== "user") return { from: line.length, candidates: [] };
  const begun = typed.replace(/^"/u, "").replace(/\\([^])/gu, "$1").toLowerCase();
  const fitting = labelsByRecency(people).filter((one) => one.toLowerCase().startsWith(begun));
  return { from, candidates: fitting.map((one) => `${quoteLabel(one)} `) };
}

/** The commands that begin like this. */
function names(begun: string, slash: string): string[] {
  const wanted = begun.toLowerCase();
  return COMMANDS.filter(({ name }) => name.startsWith(wanted)).map(({ name }) =>
    `${slash}${name} `
  );
}
