/**
 * Stand-in for `@std/yaml`: the same names, signatures and behaviour for the part that this project uses,
 * over `js-yaml`, of which the original is a port. Left out: the `extended` schema, `onWarning`, `styles`,
 * `compatMode`, `condenseFlow` and `parseAll`.
 *
 * @module
 */
import {
  binaryTag,
  CORE_SCHEMA,
  dump,
  FAILSAFE_SCHEMA,
  loadAll,
  mergeTag,
  omapTag,
  pairsTag,
  type Schema,
  setTag,
  timestampTag,
  YAMLException,
} from "js-yaml";

/**
 * Which values a plain scalar can stand for: `failsafe` strings only; `json` and `core` null, booleans and
 * numbers too; `default` adds timestamps, merge keys (`<<`), binary, ordered maps, pairs and sets.
 */
export type SchemaType = "failsafe" | "json" | "core" | "default";

/** Options for {@linkcode parse}. */
export interface ParseOptions {
  /** Name of the schema to use; `"default"` if not given. */
  schema?: SchemaType;
  /** If `true`, of duplicate keys the last counts; otherwise they are an error. */
  allowDuplicateKeys?: boolean;
}

/** Options for {@linkcode stringify}. */
export interface StringifyOptions {
  /** Spaces per level; 2 if not given. */
  indent?: number;
  /** Whether the items of a sequence are indented below their key; `true` if not given. */
  arrayIndent?: boolean;
  /** Whether values that YAML cannot express are left out instead of throwing. */
  skipInvalid?: boolean;
  /** From which level on collections are written in flow style; -1 (never) if not given. */
  flowLevel?: number;
  /** Whether, or by which order, keys are sorted. */
  sortKeys?: boolean | ((a: string, b: string) => number);
  /** Preferred width of a line in characters; 80 if not given. */
  lineWidth?: number;
  /** Whether an object met twice is written once and referred to; `true` if not given. */
  useAnchors?: boolean;
}

/** How the original's schema names are spelled by `js-yaml`. */
const SCHEMAS: Readonly<Record<SchemaType, Schema>> = {
  failsafe: FAILSAFE_SCHEMA,
  // The original's `json` accepts every spelling that its `core` does.
  json: CORE_SCHEMA,
  core: CORE_SCHEMA,
  default: CORE_SCHEMA.withTags(timestampTag, mergeTag, binaryTag, omapTag, pairsTag, setTag),
};

/**
 * Reads one YAML document.
 *
 * @param content The text of the document.
 * @param options How to read it.
 * @returns The value; `null` for an empty document.
 * @throws {SyntaxError} If the text is not one well-formed document. The message ends in
 * `at line L, column C` (both from 1) and the line in question.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "./yaml.ts";
 *
 * assertEquals(parse("host: localhost\nport: 8765\n"), { host: "localhost", port: 8765 });
 * ```
 */
export function parse(content: string, options: ParseOptions = {}): unknown {
  const [document, ...others] = documents(content, options);
  if (others.length > 0) {
    throw new SyntaxError(
      "Found more than 1 document in the stream: expected a single document",
    );
  }
  return document ?? null;
}

/** Reads all documents of a stream; there may be none. */
function documents(content: string, options: ParseOptions): unknown[] {
  try {
    return loadAll(content, {
      schema: SCHEMAS[options.schema ?? "default"],
      json: options.allowDuplicateKeys ?? false,
    });
  } catch (error) {
    if (error instanceof YAMLException) {
      throw new SyntaxError(`${error.reason}${where(error)}`, { cause: error });
    }
    throw error;
  }
}

/** Tells where the error is, in the words of the original. */
function where({ mark }: YAMLException): string {
  if (mark === undefined) return "";
  const place = ` at line ${mark.line + 1}, column ${mark.column + 1}`;
  const line = mark.buffer.split(/\r\n|[\r\n]/)[mark.line]?.replaceAll("\0", "") ?? "";
  return line === "" ? place : `${place}:\n    ${line}\n    ${" ".repeat(mark.column)}^`;
}

/**
 * Writes a value as one YAML document.
 *
 * @param data The value.
 * @param options How to write it.
 * @returns The document, ending in a line break.
 * @throws {TypeError} If the value holds something that YAML cannot express, such as a function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stringify } from "./yaml.ts";
 *
 * assertEquals(stringify({ host: "localhost", port: 8765 }), "host: localhost\nport: 8765\n");
 * ```
 */
export function stringify(data: unknown, options: StringifyOptions = {}): string {
  try {
    return dump(data, {
      indent: options.indent ?? 2,
      seqNoIndent: !(options.arrayIndent ?? true),
      skipInvalid: options.skipInvalid ?? false,
      flowLevel: options.flowLevel ?? -1,
      sortKeys: options.sortKeys ?? false,
      lineWidth: options.lineWidth ?? 80,
      noRefs: !(options.useAnchors ?? true),
    });
  } catch (error) {
    if (error instanceof YAMLException) throw new TypeError(error.reason, { cause: error });
    throw error;
  }
}
