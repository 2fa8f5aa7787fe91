/**
 * The text of `--help`, made from an option table.
 *
 * @module
 */

import type { Option, OptionTable } from "./options.ts";

/** Columns of the narrowest terminal the help is made for. */
const WIDTH = 80;

/** Column at which the explanations begin. */
const INDENT = 28;

/**
 * Lays out the flags of a program.
 *
 * @example
 * ```ts
 * import { flagsHelp } from "./help_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   flagsHelp({ help: { help: "print this" } }),
 *   "  --help                    print this",
 * );
 * ```
 *
 * @param table The options.
 * @returns Lines of at most 80 columns.
 */
export function flagsHelp(table: OptionTable): string {
  return twoColumns(
    Object.entries(table).map(([name, option]) => [
      option.kind !== undefined ? `--${name} <${option.placeholder}>` : `--${name}`,
      `${option.help}${remark(option)}`,
    ]),
  );
}

/**
 * Lays out terms and their explanations.
 *
 * @param rows Pairs of term and explanation.
 * @returns Lines of at most 80 columns, the explanations one below the other.
 */
export function twoColumns(rows: readonly (readonly [string, string])[]): string {
  return rows.flatMap(([term, explanation]) => {
    const lines = wrapped(explanation, WIDTH - INDENT);
    const left = `  ${term}`;
    // A term that is too long has a line of its own.
    const head = left.length < INDENT - 1
      ? [`${left.padEnd(INDENT)}${lines.shift() ?? ""}`.trimEnd()]
      : [left];
    return [...head, ...lines.map((line) => `${" ".repeat(INDENT)}${line}`)];
  }).join("\n");
}

function remark(option: Option): string {
  if (option.kind === undefined) return option.env === undefined ? "" : ` (${option.env}=1)`;
  const usual = option.defaultNote ?? option.default;
  const remarks = [option.env ?? [], usual === undefined ? [] : `default ${usual}`].flat();
  return remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
