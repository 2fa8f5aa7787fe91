/**
 * Stand-in for `@std/cli`: the same names, signatures and behaviour for the part that this project uses, over
 * `minimist`, from which the original descends. `minimist` takes one flag apart; what the original does
 * differently (the last of a repeated flag counts, `--no-` only where announced, a callback that learns the
 * flag's name) is done here. Left out: dotted flags and `boolean: true`.
 *
 * @module
 */
import minimist from "minimist";

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions {
  /** If `true`, what follows `--` is found under `"--"` instead of at the end of `_`. */
  "--"?: boolean;
  /** Other names of a flag. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Flags without a value; `false` if not given on the command line. */
  boolean?: string | readonly string[];
  /** Flags with a value that stays a string, whatever it looks like; `""` if the value is missing. */
  string?: string | readonly string[];
  /** Flags of which every value counts, as an array; of all others the last value counts. */
  collect?: string | readonly string[];
  /** Flags that `--no-<flag>` sets to `false`. */
  negatable?: string | readonly string[];
  /** Values of flags that the command line does not mention. */
  default?: Readonly<Record<string, unknown>>;
  /** If `true`, everything from the first argument on that is no flag is taken as it is. */
  stopEarly?: boolean;
  /** Called for each argument that is not announced; if it returns `false` the argument is left out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} found: the flags by their names, and the other arguments under `_`. */
export type Args = Record<string, unknown> & { _: Array<string | number>; "--"?: string[] };

/**
 * Takes a command line apart.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param options What flags there are.
 * @returns Each flag's value under its name and its aliases, and all other arguments, in order, under `_`.
 * Values that look like numbers are numbers, unless their flag is a `string` (for `_`: `string: "_"`).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseArgs } from "./cli.ts";
 *
 * assertEquals(
 *   parseArgs(["chat", "--port", "8766", "--help"], { string: ["port"], boolean: ["help"] }),
 *   { _: ["chat"], port: "8766", help: true },
 * );
 * ```
 */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const aliases = aliasMap(options.alias ?? {});
  const withAliases = (names: string | readonly string[] = []) =>
    new Set([names].flat().flatMap((name) => [name, ...aliases.get(name) ?? []]));
  const booleans = withAliases(options.boolean);
  const strings = withAliases(options.string);
  const collected = withAliases(options.collect);
  const negatable = withAliases(options.negatable);
  const found: Args = { _: [] };

  const set = (key: string, value: unknown, arg: string, collectable = true) => {
    const announced = booleans.has(key) || strings.has(key) || aliases.has(key);
    if (!announced && options.unknown?.(arg, key, value) === false) return;
    for (const name of [key, ...aliases.get(key) ?? []]) {
      if (collectable && collected.has(name)) found[name] = [found[name] ?? [], value].flat();
      else found[name] = value;
    }
  };

  const dashes = args.indexOf("--");
  const before = dashes === -1 ? args : args.slice(0, dashes);
  const after = dashes === -1 ? [] : args.slice(dashes + 1);

  for (let i = 0; i < before.length; i++) {
    const arg = before[i] ?? "";
    if (!/^-./s.test(arg)) {
      if (options.unknown?.(arg) !== false) found._.push(plainValue(arg, strings.has("_")));
      if (!options.stopEarly) continue;
      found._.push(...before.slice(i + 1));
      break;
    }
    const negated = /^--no-([^=]+)$/s.exec(arg)?.[1];
    if (negated !== undefined && negatable.has(negated)) {
      set(negated, false, arg, false);
      continue;
    }
    const { flags, tookNext } = oneFlag(arg, before[i + 1], booleans, strings);
    for (const [key, value] of flags) set(key, value, arg);
    if (tookNext) i++;
  }

  const setIfMissing = (name: string, value: unknown) => {
    if (!Object.hasOwn(found, name)) found[name] = value;
  };
  for (const [key, value] of Object.entries(options.default ?? {})) {
    if (Object.hasOwn(found, key)) continue;
    for (const name of [key, ...aliases.get(key) ?? []]) found[name] = value;
  }
  for (const name of booleans) setIfMissing(name, collected.has(name) ? [] : false);
  for (const name of strings) if (collected.has(name)) setIfMissing(name, []);

  if (options["--"]) found["--"] = after;
  else found._.push(...after);
  return found;
}

/** Each name of a flag with its other names. */
function aliasMap(alias: NonNullable<ParseOptions["alias"]>): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const [key, others] of Object.entries(alias)) {
    const names = [key, ...[others].flat()];
    for (const name of names) aliases.set(name, names.filter((other) => other !== name));
  }
  return aliases;
}

/** A value that belongs to no flag: a number if it looks like one and may be one. */
function plainValue(arg: string, staysString: boolean): string | number {
  return minimist([arg], staysString ? { string: ["_"] } : {})._[0] ?? arg;
}

/** What one argument that begins with a dash sets, and whether it used up the argument behind it. */
function oneFlag(
  arg: string,
  next: string | undefined,
  booleans: ReadonlySet<string>,
  strings: ReadonlySet<string>,
): { flags: [key: string, value: unknown][]; tookNext: boolean } {
  const long = /^--([^=]+=?)$/s.exec(arg)?.[1];
  // `--no-x` and `--x=` are flags of just these names for the original, not for minimist: it gets to see
  // them under a plain name.
  const name = long ?? /^--([^=]+)=/s.exec(arg)?.[1];
  const seen = long === undefined ? arg : "--flag";
  const isBoolean = long !== undefined && booleans.has(long);
  const isString = long !== undefined && strings.has(long);

  // Nothing that begins with a dash is the value of a long flag, nothing empty the value of any.
  const usable = next && !(long === undefined ? /^--?[^-]/ : /^-/).test(next);
  const parsed = minimist(usable ? [seen, next] : [seen], {
    boolean: [...booleans, ...(isBoolean ? ["flag"] : [])],
    string: ["_", ...strings, ...(isString ? ["flag"] : [])],
  });
  const tookNext = Boolean(usable) && parsed._.length === 0;
  if (name !== undefined) {
    return { flags: [[name, parsed[long === undefined ? name : "flag"] ?? true]], tookNext };
  }
  // minimist mentions every boolean; here only the letters of this argument count.
  const letters = arg.slice(1);
  const flags = Object.entries(parsed)
    .filter(([key]) => key.length === 1 && key !== "_" && letters.includes(key));
  return { flags, tookNext };
}
