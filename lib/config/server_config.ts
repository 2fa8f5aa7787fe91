/**
 * How a server is to run: its flags and environment made into one frozen configuration.
 *
 * @module
 */

import type { LogLevel } from "../base/log.ts";
import type { CryptoChoice } from "../crypto/select.ts";
import type { LinkLimits } from "../link/link_limits.ts";
import { type Address, addressText } from "../mesh/address.ts";
import { DEFAULT_DIAL_DENY, type DialPolicy } from "../mesh/dial_policy.ts";
import { CRYPTO_OPTION } from "./crypto_option.ts";
import { ConfigError } from "./config_error.ts";
import { flagsHelp } from "./help_text.ts";
import { LIMIT_OPTIONS, limitsOf, limitsText } from "./limit_options.ts";
import { type OptionTable, parseCommandLine, readSettings } from "./options.ts";
import {
  dialDeny,
  hostAndPort,
  listenHost,
  listenPort,
  logFormat,
  logLevel,
  path,
} from "./value_kinds.ts";

/** How a server is to run. */
export interface ServerConfig {
  /** The address to listen on, IPv6 without brackets; `localhost` has become `127.0.0.1`. */
  readonly host: string;
  /** The port to listen on, 0–65535; 0 lets the system pick one. */
  readonly port: number;
  /** The folder of the database and the key. */
  readonly dataDir: string;
  /** The file that lists introducers (§8.1); undefined if there shall be none. */
  readonly bootstrapPath: string | undefined;
  /** Whether the operator named that file, so that its absence is a mistake. */
  readonly bootstrapRequired: boolean;
  /** What other servers are told to dial; undefined for the address that was bound. */
  readonly advertise: Address | undefined;
  /** Whether a server must prove that it holds its key before it counts as linked (D12). */
  readonly requireProof: boolean;
  /** Where other servers may not make this one dial (§8.1); its own introducers are not judged. */
  readonly dialDeny: DialPolicy;
  /** Who does the cryptography. */
  readonly crypto: CryptoChoice;
  /** How much it takes from one link (THREATS 17). */
  readonly limits: LinkLimits;
  /** The least severity that is logged. */
  readonly logLevel: LogLevel;
  /** Whether people or machines read the log. */
  readonly logFormat: "text" | "json";
}

/** What the command line asks for. */
export type ServerInvocation =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "print-config"; readonly text: string }
  | { readonly kind: "run"; readonly config: ServerConfig };

/** THE table of the server's options. */
export const SERVER_OPTIONS = {
  host: {
    kind: listenHost,
    placeholder: "host",
    env: "SOCP_HOST",
    default: "localhost",
    help: "address to listen on; 0.0.0.0 is all of IPv4, :: all there are",
  },
  port: {
    kind: listenPort,
    placeholder: "port",
    env: "SOCP_PORT",
    default: "8765",
    help: "port to listen on; 0 picks a free one",
  },
  data: {
    kind: path,
    placeholder: "folder",
    env: "SOCP_DATA",
    defaultNote: ".socp/server-<port>",
    help: "where the database and the key are kept",
  },
  bootstrap: {
    kind: path,
    placeholder: "file",
    env: "SOCP_BOOTSTRAP",
    defaultNote: "bootstrap.yaml if there is one",
    help: "list of the servers to join through; 'none' joins nobody",
  },
  advertise: {
    kind: hostAndPort,
    placeholder: "host:port",
    env: "SOCP_ADVERTISE",
    defaultNote: "the address it listens on",
    help: "where other servers reach this one",
  },
  "require-proof": {
    env: "SOCP_REQUIRE_PROOF",
    help: "refuse links of servers that do not prove that they hold their key",
  },
  "dial-deny": {
    kind: dialDeny,
    placeholder: "list",
    env: "SOCP_DIAL_DENY",
    defaultNote: "link-local and cloud metadata addresses",
    help: "what is not dialled on another server's word; 'default,…' adds, 'none' allows all",
  },
  crypto: CRYPTO_OPTION,
  ...LIMIT_OPTIONS,
  "log-level": {
    kind: logLevel,
    placeholder: "level",
    env: "SOCP_LOG_LEVEL",
    default: "info",
    help: "least severity to log: debug, info, warn or error",
  },
  "log-format": {
    kind: logFormat,
    placeholder: "format",
    env: "SOCP_LOG_FORMAT",
    default: "text",
    help: "text for people, json for machines",
  },
  "print-config": { help: "print each setting and where it came from, then exit" },
  version: { help: "print the version, then exit" },
  help: { help: "print this, then exit" },
} as const satisfies OptionTable;

/**
 * Reads how a server is to run: flags win over the environment, the environment over defaults.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param env Reads a variable of the environment.
 * @returns What is asked for.
 * @throws {ConfigError} If a flag is unknown, a value is not what its option takes, or there are
 *   arguments that are no flags.
 */
export function loadServerConfig(
  args: readonly string[],
  env: (name: string) => string | undefined,
): ServerInvocation {
  const line = parseCommandLine(SERVER_OPTIONS, args);
  if (line.flags.has("help")) return { kind: "help", text: HELP };
  if (line.flags.has("version")) return { kind: "version" };
  const [word] = line.words;
  if (word !== undefined) {
    throw new ConfigError(`argument ${JSON.stringify(word)}`, undefined, "expected flags only");
  }
  const settings = readSettings(SERVER_OPTIONS, line, env);
  const { port, bootstrap } = settings;
  const bootstrapPath = bootstrap.value ?? "bootstrap.yaml";
  const config: ServerConfig = Object.freeze({
    host: settings.host.value,
    port: port.value,
    dataDir: settings.data.value ?? `.socp/server-${port.value}`,
    bootstrapPath: bootstrapPath === "none" ? undefined : bootstrapPath,
    bootstrapRequired: bootstrap.source !== "default",
    advertise: settings.advertise.value && Object.freeze(settings.advertise.value),
    requireProof: settings["require-proof"].value,
    dialDeny: settings["dial-deny"].value ?? DEFAULT_DIAL_DENY,
    crypto: settings.crypto.value,
    limits: limitsOf(settings),
    logLevel: settings["log-level"].value,
    logFormat: settings["log-format"].value,
  });
  if (!settings["print-config"].value) return { kind: "run", config };

  const shown = {
    host: config.host,
    port: String(config.port),
    data: config.dataDir,
    bootstrap: config.bootstrapPath ?? "none",
    advertise: config.advertise === undefined
      ? "the address it listens on"
      : addressText(config.advertise),
    "require-proof": config.requireProof ? "yes" : "no",
    "dial-deny": config.dialDeny.entries.join(",") || "none",
    crypto: config.crypto,
    ...limitsText(config.limits),
    "log-level": config.logLevel,
    "log-format": config.logFormat,
  };
  const rows = Object.entries(shown).map(([name, value]) => {
    const { source } = settings[name as keyof typeof shown];
    return { name, value: JSON.stringify(value).slice(1, -1), source };
  });
  const names = Math.max(...rows.map(({ name }) => name.length));
  // One long list shall not push everything else out of sight.
  const values = Math.max(...rows.map(({ value }) => value.length).filter((length) => length < 40));
  const text = rows
    .map(({ name, value, source }) => `${name.padEnd(names)}  ${value.padEnd(values)}  (${source})`)
    .join("\n");
  return { kind: "print-config", text };
}

const HELP = `socp-server: a server of the Secure Overlay Chat Protocol

Usage: deno task server [flags]

Flags, each with its variable of the environment; a flag wins over a variable:
${flagsHelp(SERVER_OPTIONS)}

Exit codes: 0 fine, 1 failed, 2 a bad flag, variable or file`;
