/**
 * How a typed line falls into parts. What is a text is never trimmed or changed.
 *
 * @module
 */

/** A typed line. */
export type TypedLine =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly name: string; readonly rest: string };

/** The first word of a line, and what follows the white space behind it. */
export interface FirstWord {
  /** The word without its quotes. */
  readonly word: string;
  /** Everything behind one white space, exactly. */
  readonly rest: string;
}

/**
 * Tells commands from texts: `/name …` is a command, `//…` a text that begins with a slash.
 *
 * @example
 * ```ts
 * import { parseLine } from "./command_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseLine("/tell bob hi"), { kind: "command", name: "tell", rest: "bob hi" });
 * assertEquals(parseLine("//etc"), { kind: "text", text: "/etc" });
 * assertEquals(parseLine("hi "), { kind: "text", text: "hi " });
 * ```
 *
 * @param line One typed line, or a pasted text of several.
 * @returns Its kind and parts.
 */
export function parseLine(line: string): TypedLine {
  if (line.trim() === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "text", text: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "text", text: line };
  const [head = ""] = line.slice(1).split(/\s/u, 1);
  return { kind: "command", name: head.toLowerCase(), rest: line.slice(head.length + 2) };
}

/**
 * Takes a person's name, in quotes if it has spaces, off the front of a command's arguments.
 *
 * @example
 * ```ts
 * import { firstWord } from "./command_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(firstWord('"Bob Smith"  hi '), { word: "Bob Smith", rest: " hi " });
 * assertEquals(firstWord("bob"), { word: "bob", rest: "" });
 * ```
 *
 * @param text What follows the command's name.
 * @returns The name and the exact rest; `undefined` if there is no name or its quote is never closed.
 */
export function firstWord(text: string): FirstWord | undefined {
  const quoted = /^\s*"((?:[^"\\]|\\[^])*)"(?:\s([^]*))?$/u.exec(text);
  if (quoted !== null) {
    return { word: (quoted[1] ?? "").replace(/\\([^])/gu, "$1"), rest: quoted[2] ?? "" };
  }
  const bare = /^\s*([^\s"]\S*)(?:\s([^]*))?$/u.exec(text);
  return bare === null ? undefined : { word: bare[1] ?? "", rest: bare[2] ?? "" };
}

/**
 * Reads a path as it is typed or dropped onto the terminal: in quotes of either kind, with `\ ` for a space, or as it
 * is with its spaces.
 *
 * @example
 * ```ts
 * import { typedPath } from "./command_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(typedPath(' "my report.pdf" '), "my report.pdf");
 * assertEquals(typedPath("my report.pdf"), "my report.pdf");
 * assertEquals(typedPath("'/tmp/my report.pdf'"), "/tmp/my report.pdf");
 * assertEquals(typedPath("my\\ report.pdf"), "my report.pdf");
 * ```
 *
 * @param text What follows the person.
 * @returns The path, "" if there is none.
 */
export function typedPath(text: string): string {
  const bare = text.trim();
  const quoted = firstWord(bare);
  if (bare.startsWith('"') && quoted?.rest === "") return quoted.word;
  const single = /^'([^']*)'$/u.exec(bare);
  return single === null ? bare.replaceAll("\\ ", " ") : single[1] ?? "";
}
