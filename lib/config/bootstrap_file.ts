/**
 * `bootstrap.yaml`: the servers through which a server joins the mesh (§8.1), and those that may link to it
 * (D13).
 *
 * @module
 */

import { parse } from "@std/yaml";
import * as v from "valibot";
import { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
import type { Introducer } from "../mesh/introducer.ts";
import { addressText } from "../mesh/address.ts";
import type { Admission } from "../mesh/admission.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { readAllowlist } from "./allowlist.ts";
import { ConfigError } from "./config_error.ts";
import { suggestion } from "./options.ts";
import { isHost } from "./value_kinds.ts";
import { lineOf, type YamlPath } from "./yaml_lines.ts";

/** The number of introducers that §8.1 asks for. */
const ENOUGH_INTRODUCERS = 3;

/** What a bootstrap file says. */
export interface BootstrapFile {
  /** In the order in which they are tried. */
  readonly introducers: readonly Introducer[];
  /** Who may link. An introducer with a key of its own in the file need not be listed: the core lets it in. */
  readonly admission: Admission;
  /** What an operator should know but need not mend. */
  readonly warnings: readonly string[];
}

const introducer = v.strictObject({
  host: v.pipe(v.string(), v.check(isHost)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  pubkey: v.optional(v.string()),
});

const file = v.strictObject({
  bootstrap_servers: v.array(mapping(introducer)),
  admission: v.optional(v.picklist(["open", "allowlist"])),
  allowlist: v.optional(v.array(v.string())),
});

/** Without a file nobody is left out. */
const NOTHING: BootstrapFile = { introducers: [], admission: { kind: "open" }, warnings: [] };

/** Valibot takes a list for an object with the keys 0, 1 …, which would make a puzzling message. */
function mapping<S extends v.GenericSchema>(schema: S) {
  return v.pipe(v.unknown(), v.check((value) => !Array.isArray(value)), schema);
}

/** What each key should hold. */
const EXPECTED: Readonly<Record<string, string>> = {
  bootstrap_servers: "a list of servers",
  admission: "open or allowlist",
  allowlist: "a list of server ids and key fingerprints",
  host: "a host name or address",
  port: "1–65535",
  pubkey: "an RSA-4096 public key as base64url text",
};

/** What an entry of each list should be. */
const EXPECTED_ENTRY: Readonly<Record<string, string>> = {
  bootstrap_servers: "an entry with host and port",
  allowlist: "a server id (UUID v4) or a key's fingerprint (SHA256:…)",
};

/**
 * Reads the bootstrap file that a server is configured to use.
 *
 * @param config `bootstrapPath` (undefined for none) and whether it must be there.
 * @returns What the file says; no introducers and open admission if there is no file and none was asked for.
 * @throws {ConfigError} If the file was asked for and is not there, cannot be read, or has a mistake.
 */
export function loadBootstrap(config: {
  readonly bootstrapPath: string | undefined;
  readonly bootstrapRequired: boolean;
}): BootstrapFile {
  const { bootstrapPath: path, bootstrapRequired } = config;
  if (path === undefined) return NOTHING;
  let text;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof Deno.errors.NotFound) {
      if (!bootstrapRequired) return NOTHING;
      throw new ConfigError(path, undefined, "expected a bootstrap file, but there is none");
    }
    throw new ConfigError(path, undefined, `cannot be read: ${error.message}`);
  }
  return parseBootstrap(text, path);
}

/**
 * Reads the text of a bootstrap file.
 *
 * @example
 * ```ts
 * import { parseBootstrap } from "./bootstrap_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "bootstrap_servers:\n  - host: 127.0.0.1\n    port: 8765\n";
 * assertEquals(parseBootstrap(text, "bootstrap.yaml").introducers, [
 *   { host: "127.0.0.1", port: 8765, pubkey: undefined },
 * ]);
 * ```
 *
 * @param text The YAML text.
 * @param fileName What to call the file in messages.
 * @returns What it says.
 * @throws {ConfigError} With file, line and key of the first mistake.
 */
export function parseBootstrap(text: string, fileName: string): BootstrapFile {
  const mistake = (path: YamlPath, expected: string) =>
    new ConfigError(`${fileName}:${lineOf(text, path)}`, pathText(path), expected);

  const result = v.safeParse(mapping(file), parseYaml(text, fileName));
  if (!result.success) {
    // A misspelt key is missing too; the spelling is the better news.
    const [first] = result.issues;
    const issue = result.issues.find(({ expected }) => expected === "never") ?? first;
    const path = (issue.path ?? []).map(({ key }) => key).filter(isStep);
    throw mistake(path, describe(issue, path));
  }
  const admission = readAdmission(result.output, mistake);
  const introducers: Introducer[] = [];
  for (const [index, entry] of result.output.bootstrap_servers.entries()) {
    const host = entry.host.toLowerCase();
    const { port } = entry;
    const twin = introducers.findIndex((other) => other.host === host && other.port === port);
    if (twin !== -1) {
      const address = addressText({ host, port });
      throw mistake(["bootstrap_servers", index], `${address} is listed already, as entry ${twin}`);
    }
    const pubkey = readKey(
      entry.pubkey,
      (detail) => mistake(["bootstrap_servers", index, "pubkey"], detail),
    );
    introducers.push({ host, port, pubkey });
  }
  const count = introducers.length;
  const warnings = count < ENOUGH_INTRODUCERS
    ? [`${fileName} lists ${count} introducer${count === 1 ? "" : "s"}; expected 3 or more (§8.1)`]
    : [];
  return { introducers, admission, warnings };
}

function readAdmission(
  { admission = "open", allowlist }: v.InferOutput<typeof file>,
  mistake: (path: YamlPath, expected: string) => ConfigError,
): Admission {
  if (admission === "open") {
    if (allowlist === undefined) return { kind: "open" };
    // Whoever writes a list believes that it counts.
    throw mistake(["allowlist"], "expected admission: allowlist beside it, or no list");
  }
  if (allowlist === undefined) {
    throw mistake(["admission"], `expected the key allowlist with ${EXPECTED["allowlist"]}`);
  }
  const read = readAllowlist(allowlist);
  if ("kind" in read) return read;
  const { index, detail } = read;
  throw mistake(index === undefined ? ["allowlist"] : ["allowlist", index], detail);
}

function parseYaml(text: string, fileName: string): unknown {
  try {
    // The core schema: a bootstrap file has no use for timestamps or merge keys.
    return parse(text, { schema: "core" });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The message ends in its place and a drawing of the line; the place goes to the front.
    const [, reason, line] = /^(.*?) at line (\d+), column \d+/s.exec(error.message) ?? [];
    const source = line === undefined ? fileName : `${fileName}:${line}`;
    throw new ConfigError(source, undefined, `no well-formed YAML: ${reason ?? error.message}`);
  }
}

function readKey(
  text: string | undefined,
  mistake: (detail: string) => ConfigError,
): PublicKey | undefined {
  if (text === undefined) return undefined;
  try {
    return parsePublicKey(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw mistake(`expected ${EXPECTED["pubkey"]}: ${error.detail}`);
  }
}

function describe(issue: v.BaseIssue<unknown>, path: YamlPath): string {
  const last = path.at(-1);
  if (issue.expected === "never") {
    const known = Object.keys((path.length === 1 ? file : introducer).entries);
    const hint = suggestion(String(last), known);
    return `unknown key; ${hint.startsWith("did") ? hint : `expected ${known.join(", ")}`}`;
  }
  const expected = typeof last === "string"
    ? EXPECTED[last] ?? issue.expected
    : typeof last === "number"
    ? EXPECTED_ENTRY[String(path[0])] ?? issue.expected
    : "the key bootstrap_servers with a list of servers";
  const got = issue.input === undefined || issue.input === null
    ? "nothing"
    : JSON.stringify(issue.input);
  return `expected ${expected}, got ${got.length > 80 ? `${got.slice(0, 77)}…` : got}`;
}

function isStep(key: unknown): key is string | number {
  return typeof key === "string" || typeof key === "number";
}

function pathText(path: YamlPath): string | undefined {
  if (path.length === 0) return undefined;
  return path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("").slice(1);
}
