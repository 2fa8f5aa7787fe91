/**
 * Options: a table says what flags and variables there are, and everything else is read from it: the
 * parser here, the help in `help_text.ts`.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { ConfigError } from "./config_error.ts";
import { nearest } from "../base/edit_distance.ts";
import { onOff, type ValueKind } from "./value_kinds.ts";

/** An option that takes a value: `--port 8766`, or `SOCP_PORT=8766`. */
export interface ValueOption<T> {
  /** What its value must be. */
  readonly kind: ValueKind<T>;
  /** What stands for the value in the help, e.g. `port`. */
  readonly placeholder: string;
  /** Its variable of the environment; undefined if it has none, since it says what one run is to do. */
  readonly env?: string;
  /** Its default, as it would be typed. Without one the value may be undefined. */
  readonly default?: string;
  /** What the help says of the default where it is worked out from something else. */
  readonly defaultNote?: string;
  /** One line that says what it does. */
  readonly help: string;
}

/** An option that is there or not: `--json`. */
export interface SwitchOption {
  /** A switch takes no value. */
  readonly kind?: undefined;
  /** Its variable of the environment, which says `1` or `0`; undefined if it has none. */
  readonly env?: string;
  /** One line that says what it does. */
  readonly help: string;
}

/** One option of a table. */
// deno-lint-ignore no-explicit-any
export type Option = ValueOption<any> | SwitchOption;

/** The options of a program by their flags' names, in the order of the help. */
export type OptionTable = Readonly<Record<string, Option>>;

/** A value and where it came from. */
export interface Setting<T> {
  /** What counts. */
  readonly value: T;
  /** `flag`, `environment SOCP_…` or `default`. */
  readonly source: string;
}

/** What an option's value is: an option without a default may have none. */
export type ValueOf<O> = O extends ValueOption<infer T>
  ? O extends { readonly default: string } ? T : T | undefined
  : boolean;

/** All settings of a table. */
export type Settings<O extends OptionTable> = {
  readonly [K in keyof O]: Setting<ValueOf<O[K]>>;
};

/** A command line, taken apart. */
export interface CommandLine {
  /** The flags that were given, with their values as text; a switch's value is true. */
  readonly flags: ReadonlyMap<string, string | true>;
  /** Whatever else was given, in order. */
  readonly words: readonly string[];
}

/**
 * Takes a command line apart. Whether a value is good is seen when it is read, so that `--help` helps
 * even beside a bad one.
 *
 * @example
 * ```ts
 * import { parseCommandLine } from "./options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { flags, words } = parseCommandLine({ json: { help: "Print JSON." } }, ["listen", "--json"]);
 * assertEquals([...flags], [["json", true]]);
 * assertEquals(words, ["listen"]);
 * ```
 *
 * @param table The options there are.
 * @param args The arguments; what follows `--` is taken as it is.
 * @returns Its parts.
 * @throws {ConfigError} If a flag is unknown, lacks its value, or is a switch and has one.
 */
export function parseCommandLine(table: OptionTable, args: readonly string[]): CommandLine {
  const names = Object.keys(table);
  const switches = names.filter((name) => lookUp(table, name).kind === undefined);
  const values = names.filter((name) => lookUp(table, name).kind !== undefined);
  const ownFlags = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  for (const [index, arg] of ownFlags.entries()) checkValue(table, arg, ownFlags[index + 1]);
  const parsed: Readonly<Record<string, unknown>> & { _: (string | number)[] } = parseArgs([
    ...args,
  ], {
    string: [...values, "_"],
    boolean: switches,
    alias: names.includes("help") ? { h: "help" } : {},
    unknown: (arg) => {
      if (arg.startsWith("-") && arg !== "-") throw unknownFlag(arg, names);
    },
  });
  const flags = new Map<string, string | true>();
  for (const name of names) {
    const value = parsed[name];
    if (value === true || typeof value === "string") flags.set(name, value);
  }
  return { flags, words: parsed._.map(String) };
}

/**
 * Reads every setting: from its flag, else from its variable (an empty one counts as not set), else
 * the default.
 *
 * @param table The options there are.
 * @param line The command line.
 * @param env Reads a variable of the environment.
 * @returns The settings.
 * @throws {ConfigError} If a value is not what its option takes.
 */
export function readSettings<const O extends OptionTable>(
  table: O,
  line: CommandLine,
  env: (name: string) => string | undefined,
): Settings<O> {
  const settings = Object.entries(table).map(([name, option]): [string, Setting<unknown>] => {
    const flag = line.flags.get(name);
    const kind: ValueKind<unknown> = option.kind ?? onOff;
    if (flag !== undefined) {
      const value = flag === true ? flag : readValue(kind, `--${name}`, flag);
      return [name, { value, source: "flag" }];
    }
    const variable = option.env === undefined ? "" : env(option.env) ?? "";
    if (option.env !== undefined && variable !== "") {
      const value = readValue(kind, option.env, variable);
      return [name, { value, source: `environment ${option.env}` }];
    }
    return [name, { value: usualValue(name, option), source: "default" }];
  });
  // The table's type says which value each name got, which Object.fromEntries cannot follow.
  return Object.fromEntries(settings) as Settings<O>;
}

/**
 * The variables of the environment that a program reads, which are those it needs permission for.
 *
 * @example
 * ```ts
 * import { environmentOf } from "./options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(environmentOf({ json: { help: "Print JSON." } }), []);
 * ```
 *
 * @param table Its options.
 * @returns Their names.
 */
export function environmentOf(table: OptionTable): string[] {
  return Object.values(table).flatMap(({ env }) => env === undefined ? [] : [env]);
}

/**
 * Says what to type instead of a word that is not known.
 *
 * @example
 * ```ts
 * import { suggestion } from "./options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(suggestion("--prot", ["--port", "--host"]), "did you mean --port?");
 * ```
 *
 * @param typed What was typed.
 * @param known What there is.
 * @returns `did you mean …?`, or where to find what there is.
 */
export function suggestion(typed: string, known: readonly string[]): string {
  const [best] = nearest(typed, known);
  return best === undefined ? "--help lists what there is" : `did you mean ${best}?`;
}

function lookUp(table: OptionTable, name: string): Option {
  const option = table[name];
  if (option === undefined) throw new TypeError(`no option ${name}`);
  return option;
}

function usualValue(name: string, option: Option): unknown {
  if (option.kind === undefined) return false;
  if (option.default === undefined) return undefined;
  return readValue(option.kind, `default of --${name}`, option.default);
}

function readValue<T>(kind: ValueKind<T>, source: string, text: string): T {
  let value;
  try {
    value = kind.read(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badValue(kind, source, text, error.message);
  }
  if (value === undefined) throw badValue(kind, source, text);
  return value;
}

function badValue(
  kind: ValueKind<unknown>,
  source: string,
  text: string,
  detail?: string,
): ConfigError {
  const got = text === "" ? "nothing" : JSON.stringify(text);
  // What is wrong with one part of a long text says more than the text.
  return new ConfigError(source, undefined, `expected ${kind.expected}, got ${detail ?? got}`);
}

function unknownFlag(arg: string, names: readonly string[]): ConfigError {
  const typed = arg.replace(/=.*$/s, "");
  const flags = names.map((name) => `--${name}`);
  const hint = suggestion(`--${typed.replace(/^-+/, "")}`, flags);
  return new ConfigError(JSON.stringify(typed).slice(1, -1), undefined, `unknown flag; ${hint}`);
}

/** Refuses a known flag that lacks its value, or is a switch and has one. */
function checkValue(table: OptionTable, arg: string, next: string | undefined): void {
  const [, name = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option === undefined) return;
  if (option.kind === undefined) {
    if (value === undefined) return;
    const got = JSON.stringify(value);
    throw new ConfigError(`--${name}`, undefined, `expected no value, got ${got}`);
  }
  if (value === "" || value === undefined && (next === undefined || next === "")) {
    throw badValue(option.kind, `--${name}`, "");
  }
  // A value that begins with a dash is more likely a flag, and a value was forgotten.
  if (value === undefined && next?.startsWith("-")) throw badValue(option.kind, `--${name}`, next);
}
