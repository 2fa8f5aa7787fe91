/**
 * How the chat looks: colours on or off, the form of times, a colour for each person.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** The look, decided once at the start. */
export interface Style {
  /** Whether colours are used. */
  readonly color: boolean;
  /** `HH:MM` in local time, or ISO 8601 in UTC. */
  readonly timestamps: "clock" | "iso";
  /** An IANA time zone for tests; the machine's own if absent. */
  readonly timeZone?: string;
}

/** What decides about colours. */
export interface ColorConditions {
  /** `--no-color` was given. */
  readonly noColorFlag: boolean;
  /** The environment's `NO_COLOR`. */
  readonly noColor: string | undefined;
  /** The environment's `TERM`. */
  readonly term: string | undefined;
  /** Whether the output is a terminal. */
  readonly terminal: boolean;
}

/** Readable on dark and light grounds, and apart for the colour-blind as far as sixteen can be. */
const PALETTE = [31, 32, 33, 34, 35, 36, 91, 92, 93, 94, 95, 96] as const;

/** Meanings that have a look of their own. */
const TONES: Readonly<Record<Tone, number>> = { dim: 2, bold: 1, warning: 33, error: 31, good: 32 };

/** A meaning that has a look. */
export type Tone = "dim" | "bold" | "warning" | "error" | "good";

/**
 * Whether to use colours (EXPERIENCE: `NO_COLOR`, `--no-color`, `TERM=dumb`, no terminal).
 *
 * @example
 * ```ts
 * import { usesColor } from "./style.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const plain = { noColorFlag: false, noColor: undefined, term: "xterm", terminal: true };
 * assert(usesColor(plain));
 * assertFalse(usesColor({ ...plain, noColor: "1" }));
 * ```
 *
 * @param conditions Flag, environment and output.
 * @returns False if any of them is against it; an empty `NO_COLOR` is not.
 */
export function usesColor(conditions: ColorConditions): boolean {
  const { noColorFlag, noColor, term, terminal } = conditions;
  return terminal && !noColorFlag && (noColor ?? "") === "" && term !== "dumb";
}

/**
 * The colour of a person: the same in every run, chosen by nobody.
 *
 * @param userId A user id.
 * @returns An SGR colour from a fixed palette, from SHA-256 of the id.
 */
export function colorOf(userId: string): number {
  const byte = createHash("sha256").update(userId).digest()[0] ?? 0;
  return PALETTE[byte % PALETTE.length] ?? PALETTE[0];
}

/**
 * A text in a look. The text must be harmless already.
 *
 * @example
 * ```ts
 * import { painted } from "./style.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(painted("no", "error", { color: true, timestamps: "clock" }), "\x1b[31mno\x1b[0m");
 * assertEquals(painted("no", "error", { color: false, timestamps: "clock" }), "no");
 * ```
 *
 * @param text What is shown.
 * @param look A tone, or an SGR colour from {@linkcode colorOf}.
 * @param style Whether colours are on.
 * @returns The text, between escape sequences if they are.
 */
export function painted(text: string, look: Tone | number, style: Style): string {
  const code = typeof look === "number" ? look : TONES[look];
  return style.color && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
}
