/**
 * How the client is to run: its sub-command, flags and environment.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
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
    /** A display name, short id or id. */
    readonly user: string;
    readonly text: string;
  }
  | { readonly kind: "listen"; readonly config: ClientConfig; readonly json: boolean };

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
  send: { usage: "send <user> <text…>", help: "send one message and exit" },
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
  if (line.flags.has("json") && command !== "listen") {
    throw new ConfigError("--json", undefined, `expected with listen only, not with ${command}`);
  }
  switch (command) {
    case "chat":
    case "demo":
      refuseWords(command, words);
      return { kind: command, config: readConfig(line, env) };
    case "listen":
      refuseWords(command, words);
      return { kind: command, config: readConfig(line, env), json: line.flags.has("json") };
    case "send": {
      const [user = "", ...texts] = words;
      const text = texts.join(" ");
      if (user === "" || text === "") {
        throw new ConfigError("send", undefined, "expected a user and a text: send <user> <text…>");
      }
      return { kind: command, config: readConfig(line, env), user, text };
    }
    default: {
      const hint = suggestion(command, Object.keys(COMMANDS));
      throw new ConfigError(JSON.stringify(command), undefined, `unknown sub-command; ${hint}`);
    }
  }
}

function readConfig(line: CommandLine, env: (name: string) => string | undefined): ClientConfig {
  const settings = readSettings(CLIENT_OPTIONS, line, env);
  const profile = settings.profile.value;
  // https://no-color.org: set and not empty, whatever it says.
  const plain = settings["no-color"].value || (env("NO_COLOR") ?? "") !== "" ||
    env("TERM") === "dumb";
  return Object.freeze({
    server: settings.server.value,
    name: settings.name.value,
    profile,
    profileDir: `${settings.data.value.replace(/(?<=.)\/+$/, "")}/client/${profile}`,
    userId: settings["user-id"].value,
    timestamps: settings.timestamps.value,
    color: !plain,
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
