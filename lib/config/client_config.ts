/**
 * How the client is to run: its sub-command, flags and environment.
 *
 * @module
 */

import type { CryptoChoice } from "../crypto/select.ts";
import type { Id } from "../protocol/ids.ts";
import { CRYPTO_OPTION } from "./crypto_option.ts";
import { ConfigError } from "./config_error.ts";
import { flagsHelp, twoColumns } from "./help_text.ts";
import {
  type CommandLine,
  environmentOf,
  type OptionTable,
  parseCommandLine,
  readSettings,
  suggestion,
} from "./options.ts";
import {
  byteSize,
  displayName,
  path,
  profileName,
  socketUrl,
  timestampStyle,
  userId,
} from "./value_kinds.ts";

/** What every sub-command of the client needs to know. */
export interface ClientConfig {
  /** The server's address, a `ws:` or `wss:` URL. */
  readonly server: string;
  /** The display name to be known by; undefined keeps what the profile has. */
  readonly name: string | undefined;
  /** The profile's name: a folder name without any special characters. */
  readonly profile: string;
  /** The profile's folder: key, user id, pins. */
  readonly profileDir: string;
  /** The user id to use; undefined for the profile's own. */
  readonly userId: Id | undefined;
  /** How times are shown. */
  readonly timestamps: "hhmm" | "iso";
  /** Whether colour is wanted, if the output is a terminal. */
  readonly color: boolean;
  /** Whether texts that came unencrypted are told of and not shown (D24). */
  readonly refusePlain: boolean;
  /** Who does the cryptography. */
  readonly crypto: CryptoChoice;
  /** The most bytes of a file that is taken, and of all unfinished ones together. */
  readonly maxFile: number;
  /** Where files land that are accepted in a chat. */
  readonly downloads: string;
}

/** What the command line asks for. */
export type ClientInvocation =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "chat"; readonly config: ClientConfig }
  | { readonly kind: "demo"; readonly config: ClientConfig }
  | {
    readonly kind: "send";
    readonly config: ClientConfig;
    /** A display name, short id or id, or `public`. */
    readonly user: string;
    readonly text: string;
  }
  | {
    readonly kind: "sendFile";
    readonly config: ClientConfig;
    /** A display name, short id or id, or `public`. */
    readonly user: string;
    /** The file's path. */
    readonly file: string;
  }
  | {
    readonly kind: "listen";
    readonly config: ClientConfig;
    readonly json: boolean;
    /** The folder where offered files land, each accepted without asking; undefined accepts none. */
    readonly acceptFiles: string | undefined;
  };

/** THE table of the client's options. */
export const CLIENT_OPTIONS = {
  server: {
    kind: socketUrl,
    placeholder: "url",
    env: "SOCP_SERVER",
    default: "ws://localhost:8765",
    help: "the server to connect to",
  },
  name: {
    kind: displayName,
    placeholder: "name",
    env: "SOCP_NAME",
    defaultNote: "the profile's",
    help: "the name that others see",
  },
  profile: {
    kind: profileName,
    placeholder: "name",
    env: "SOCP_PROFILE",
    default: "default",
    help: "which of your identities to be",
  },
  "user-id": {
    kind: userId,
    placeholder: "uuid",
    env: "SOCP_USER_ID",
    defaultNote: "the profile's",
    help: "the user id to be known by",
  },
  data: {
    kind: path,
    placeholder: "folder",
    env: "SOCP_DATA",
    default: ".socp",
    help: "where profiles are kept, in client/<profile>",
  },
  timestamps: {
    kind: timestampStyle,
    placeholder: "style",
    env: "SOCP_TIMESTAMPS",
    default: "hhmm",
    help: "how times are shown: hhmm or iso",
  },
  downloads: {
    kind: path,
    placeholder: "folder",
    env: "SOCP_DOWNLOADS",
    defaultNote: "downloads in the profile",
    help: "where accepted files land",
  },
  "max-file": {
    kind: byteSize,
    placeholder: "size",
    env: "SOCP_MAX_FILE",
    default: "1GB",
    help: "the largest file to take, and the most to come of several at once",
  },
  "refuse-plain": {
    env: "SOCP_REFUSE_PLAIN",
    help: "do not show messages that came unencrypted, only tell of them",
  },
  crypto: CRYPTO_OPTION,
  file: {
    kind: path,
    placeholder: "path",
    help: "send only: send this file in place of a text",
  },
  "accept-files": {
    kind: path,
    placeholder: "folder",
    help: "listen only: accept files that are offered, and put them there",
  },
  "no-color": { help: "no colours (also NO_COLOR, TERM=dumb)" },
  json: { help: "listen only: one JSON object a line" },
  version: { help: "print the version, then exit" },
  help: { help: "print this, then exit" },
} as const satisfies OptionTable;

/** The variables of the environment that the client reads. */
export const CLIENT_ENVIRONMENT: readonly string[] = [
  ...environmentOf(CLIENT_OPTIONS),
  "NO_COLOR",
  "TERM",
];

const COMMANDS = {
  chat: { usage: "chat", help: "talk (the default on a terminal)" },
  demo: {
    usage: "demo",
    help: "show each step of saying hello to a server (the default elsewhere)",
  },
  send: {
    usage: "send <user> <text…>",
    help: "send one message and exit; with --file <path> in place of the text, a file; " +
      "to everybody if the user is public",
  },
  listen: { usage: "listen [--json]", help: "print what arrives, until interrupted" },
} as const;

/**
 * Reads how the client is to run: flags win over the environment, the environment over defaults.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param env Reads a variable of the environment.
 * @param terminal Whether somebody sits at standard input, which decides the sub-command if none is
 *   given.
 * @returns What is asked for.
 * @throws {ConfigError} If a flag or sub-command is unknown, a value is not what its option takes, or
 *   arguments are missing or too many.
 */
export function loadClientInvocation(
  args: readonly string[],
  env: (name: string) => string | undefined,
  terminal: { readonly stdinIsTerminal: boolean },
): ClientInvocation {
  const line = parseCommandLine(CLIENT_OPTIONS, args);
  if (line.flags.has("help")) return { kind: "help", text: HELP };
  if (line.flags.has("version")) return { kind: "version" };
  const [command = terminal.stdinIsTerminal ? "chat" : "demo", ...words] = line.words;
  for (const [flag, only] of [["json", "listen"], ["accept-files", "listen"], ["file", "send"]]) {
    if (flag === undefined || !line.flags.has(flag) || command === only) continue;
    const expected = `expected with ${only} only, not with ${command}`;
    throw new ConfigError(`--${flag}`, undefined, expected);
  }
  switch (command) {
    case "chat":
    case "demo":
      refuseWords(command, words);
      return { kind: command, config: readConfig(line, env) };
    case "listen":
      refuseWords(command, words);
      return {
        kind: command,
        config: readConfig(line, env),
        json: line.flags.has("json"),
        acceptFiles: readSettings(CLIENT_OPTIONS, line, env)["accept-files"].value,
      };
    case "send":
      return readSend(line, words, env);
    default: {
      const hint = suggestion(command, Object.keys(COMMANDS));
      throw new ConfigError(JSON.stringify(command), undefined, `unknown sub-command; ${hint}`);
    }
  }
}

/** A text, or a file. */
function readSend(
  line: CommandLine,
  [user = "", ...texts]: readonly string[],
  env: (name: string) => string | undefined,
): ClientInvocation {
  const config = readConfig(line, env);
  const file = readSettings(CLIENT_OPTIONS, line, env).file.value;
  const text = texts.join(" ");
  if (file === undefined) {
    if (user !== "" && text !== "") return { kind: "send", config, user, text };
    throw new ConfigError("send", undefined, "expected a user and a text: send <user> <text…>");
  }
  if (user !== "" && text === "") return { kind: "sendFile", config, user, file };
  throw new ConfigError(
    "send --file",
    undefined,
    "expected a user and no text: send --file <path> <user>",
  );
}

function readConfig(line: CommandLine, env: (name: string) => string | undefined): ClientConfig {
  const settings = readSettings(CLIENT_OPTIONS, line, env);
  const profile = settings.profile.value;
  // https://no-color.org: set and not empty, whatever it says.
  const plain = settings["no-color"].value || (env("NO_COLOR") ?? "") !== "" ||
    env("TERM") === "dumb";
  const profileDir = `${settings.data.value.replace(/(?<=.)\/+$/, "")}/client/${profile}`;
  return Object.freeze({
    server: settings.server.value,
    name: settings.name.value,
    profile,
    profileDir,
    userId: settings["user-id"].value,
    timestamps: settings.timestamps.value,
    color: !plain,
    crypto: settings.crypto.value,
    refusePlain: settings["refuse-plain"].value,
    maxFile: settings["max-file"].value,
    downloads: settings.downloads.value ?? `${profileDir}/downloads`,
  });
}

function refuseWords(command: string, words: readonly string[]): void {
  const [word] = words;
  if (word === undefined) return;
  throw new ConfigError(
    `argument ${JSON.stringify(word)}`,
    undefined,
    `expected nothing after ${command}`,
  );
}

const HELP = `socp-client: talk over the Secure Overlay Chat Protocol

Usage: deno task client [command] [flags]

Commands:
${twoColumns(Object.values(COMMANDS).map(({ usage, help }) => [usage, help]))}

Flags, each with its variable of the environment; a flag wins over a variable:
${flagsHelp(CLIENT_OPTIONS)}

A text that begins with a dash goes behind --: client send bob -- --help

Exit codes: 0 fine, 1 failed, 2 usage, 3 cannot connect, 4 key not trusted,
5 refused (name in use, bad key), 130 interrupted`;
