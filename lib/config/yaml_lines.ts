/**
 * Where in a YAML text a value stands. The parser gives plain values without positions, so this looks
 * for them again: exactly in the block style that people write, roughly (the line of whatever holds the
 * value) in any other.
 *
 * @module
 */

/** The way to a value: keys of mappings and indices of lists. */
export type YamlPath = readonly (string | number)[];

/** One line that is neither empty nor a comment, its `- ` marks taken off. */
interface Line {
  readonly number: number;
  /** Column of the first character behind the `- ` marks. */
  readonly column: number;
  /** Columns of the `- ` marks that begin list items here. */
  readonly dashes: readonly number[];
  readonly text: string;
}

/**
 * Finds the line of a value.
 *
 * @example
 * ```ts
 * import { lineOf } from "./yaml_lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "servers:\n  - host: a\n    port: 1\n  # the second\n  - host: b\n    port: 2\n";
 * assertEquals(lineOf(text, ["servers", 1, "port"]), 6);
 * ```
 *
 * @param text A well-formed YAML document.
 * @param path The way to the value; parts of it that cannot be found are left out.
 * @returns The number of its line, from 1.
 */
export function lineOf(text: string, path: YamlPath): number {
  let lines = contentLines(text);
  let found = lines[0]?.number ?? 1;
  for (const step of path) {
    const part = typeof step === "number" ? item(lines, step) : entry(lines, step);
    if (part === undefined) return found;
    found = part.line;
    lines = part.inside;
  }
  return found;
}

function contentLines(text: string): Line[] {
  return text.split(/\r\n|[\r\n]/).flatMap((full, index) => {
    if (/^\s*(?:#|$|---|%)/.test(full)) return [];
    const marks = /^ *(?:- +)*/.exec(full)?.[0] ?? "";
    const dashes = [...marks.matchAll(/-/g)].map((mark) => mark.index);
    // A dash alone on its line opens an item whose content follows below.
    const alone = /^- *$/.test(full.slice(marks.length));
    return [{
      number: index + 1,
      column: marks.length,
      dashes: alone ? [...dashes, marks.length] : dashes,
      text: alone ? "" : full.slice(marks.length),
    }];
  });
}

/** The lines of the item at an index of the list that these lines are. */
function item(lines: readonly Line[], index: number): { line: number; inside: Line[] } | undefined {
  const column = lines[0]?.dashes[0];
  if (column === undefined) return undefined;
  const starts = lines.flatMap((line, at) => line.dashes[0] === column ? [at] : []);
  const start = starts[index];
  if (start === undefined) return undefined;
  const [first, ...rest] = lines.slice(start, starts[index + 1]);
  if (first === undefined) return undefined;
  const inside = [{ ...first, dashes: first.dashes.slice(1) }, ...rest];
  return { line: first.number, inside: inside.filter(({ text }) => text !== "") };
}

/** The lines of the value under a key of the mapping that these lines are. */
function entry(lines: readonly Line[], key: string): { line: number; inside: Line[] } | undefined {
  const column = lines[0]?.column;
  const start = lines.findIndex((line) => line.column === column && keyOf(line) === key);
  const first = lines[start];
  if (first === undefined) return undefined;
  const after = lines.slice(start + 1);
  // A list may stand at the same column as its key, so only another key ends the value.
  const end = after.findIndex((line) => line.column <= first.column && line.dashes.length === 0);
  return { line: first.number, inside: end === -1 ? after : after.slice(0, end) };
}

function keyOf({ text }: Line): string | undefined {
  const [, double, single, plain] = /^(?:"([^"]*)"|'([^']*)'|([^:]+?)) *:(?: |$)/.exec(text) ?? [];
  return double ?? single ?? plain;
}
