import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  CLIENT_ENVIRONMENT,
  CLIENT_OPTIONS,
  type ClientConfig,
  type ClientInvocation,
  loadClientInvocation,
} from "../../../lib/config/client_config.ts";
import { ConfigError } from "../../../lib/config/config_error.ts";
import { toId } from "../../../lib/protocol/ids.ts";

const ID = "81b637d8-fcd2-46da-a359-e6963113a117";

function load(
  args: string[],
  variables: Record<string, string> = {},
  stdinIsTerminal = true,
): ClientInvocation {
  return loadClientInvocation(args, (name) => variables[name], { stdinIsTerminal });
}

function config(args: string[], variables: Record<string, string> = {}): ClientConfig {
  const invocation = load(args, variables);
  assert("config" in invocation);
  return invocation.config;
}

const DEFAULTS: ClientConfig = {
  server: "ws://localhost:8765",
  name: undefined,
  profile: "default",
  profileDir: ".socp/client/default",
  userId: undefined,
  timestamps: "hhmm",
  color: true,
  refusePlain: false,
  crypto: "auto",
  maxFile: 1_000_000_000,
  downloads: ".socp/client/default/downloads",
};

Deno.test("on a terminal the client chats, elsewhere it shows the demo", () => {
  assertEquals(load([]), { kind: "chat", config: DEFAULTS });
  assertEquals(load([], {}, false), { kind: "demo", config: DEFAULTS });
});

Deno.test("a sub-command that is named counts wherever the input comes from", () => {
  assertEquals(load(["chat"], {}, false).kind, "chat");
  assertEquals(load(["demo"]).kind, "demo");
});

Deno.test("send takes a user and a text of any number of words", () => {
  assertEquals(load(["send", "bob", "hi", "5", "0x10", "--name", "Al"]), {
    kind: "send",
    config: { ...DEFAULTS, name: "Al" },
    user: "bob",
    text: "hi 5 0x10",
  });
});

Deno.test("a text that begins with a dash goes behind --", () => {
  const invocation = load(["send", "bob", "--", "--help", "me"]);
  assert(invocation.kind === "send");
  assertEquals(invocation.text, "--help me");
});

Deno.test("send takes a file in place of the text", () => {
  for (const args of [["--file", "a b.pdf", "bob"], ["bob", "--file", "a b.pdf"]]) {
    assertEquals(load(["send", ...args]), {
      kind: "sendFile",
      config: DEFAULTS,
      user: "bob",
      file: "a b.pdf",
    });
  }
});

Deno.test("listen prints text, or JSON when told so, and accepts files when told where", () => {
  const listen = {
    kind: "listen",
    config: DEFAULTS,
    json: false,
    acceptFiles: undefined,
  } as const;
  assertEquals(load(["listen"]), listen);
  assertEquals(load(["listen", "--json"]), { ...listen, json: true });
  assertEquals(load(["listen", "--accept-files", "in"]), { ...listen, acceptFiles: "in" });
});

Deno.test("every flag counts", () => {
  const args = `--server wss://a/b --name Al --profile work --user-id ${ID.toUpperCase()} ` +
    "--data /d/ --timestamps iso --no-color --downloads in --max-file 20MB --refuse-plain " +
    "--crypto openssl";
  assertEquals(config(args.split(" ")), {
    server: "wss://a/b",
    name: "Al",
    profile: "work",
    profileDir: "/d/client/work",
    userId: toId(ID),
    timestamps: "iso",
    color: false,
    refusePlain: true,
    crypto: "openssl",
    maxFile: 20_000_000,
    downloads: "in",
  });
});

Deno.test("every variable counts", () => {
  const variables = {
    SOCP_SERVER: "ws://a",
    SOCP_NAME: "Al",
    SOCP_PROFILE: "work",
    SOCP_USER_ID: ID,
    SOCP_DATA: "d",
    SOCP_TIMESTAMPS: "iso",
    SOCP_DOWNLOADS: "in",
    SOCP_MAX_FILE: "20 mb",
    SOCP_REFUSE_PLAIN: "yes",
    SOCP_CRYPTO: "webcrypto",
    NO_COLOR: "1",
    TERM: "xterm",
  };
  assertEquals(Object.keys(variables), CLIENT_ENVIRONMENT);
  assertEquals(config([], variables), {
    server: "ws://a",
    name: "Al",
    profile: "work",
    profileDir: "d/client/work",
    userId: toId(ID),
    timestamps: "iso",
    color: false,
    refusePlain: true,
    crypto: "webcrypto",
    maxFile: 20_000_000,
    downloads: "in",
  });
});

Deno.test("colour is off for a dumb terminal, and stays on for an empty NO_COLOR", () => {
  assertEquals(config([], { TERM: "dumb" }).color, false);
  assertEquals(config([], { NO_COLOR: "0" }).color, false);
  assertEquals(config([], { NO_COLOR: "", TERM: "xterm" }).color, true);
});

const REFUSED: [string[], string][] = [
  [["snd", "bob", "hi"], '"snd": unknown sub-command; did you mean send?'],
  [["toString"], '"toString": unknown sub-command; --help lists what there is'],
  [["send"], "send: expected a user and a text: send <user> <text…>"],
  [["send", "bob"], "send: expected a user and a text: send <user> <text…>"],
  [["send", "bob", ""], "send: expected a user and a text: send <user> <text…>"],
  [["send", "--file", "a.pdf"], "send --file: expected a user and no text"],
  [["send", "--file", "a.pdf", "bob", "hi"], "send --file: expected a user and no text"],
  [["chat", "--file", "a.pdf"], "--file: expected with send only, not with chat"],
  [["chat", "--accept-files", "in"], "--accept-files: expected with listen only, not with chat"],
  [["--max-file", "much"], '--max-file: expected a size such as 500kB, 20MB or 2GB, got "much"'],
  [["chat", "bob"], 'argument "bob": expected nothing after chat'],
  [["listen", "bob"], 'argument "bob": expected nothing after listen'],
  [["chat", "--json"], "--json: expected with listen only, not with chat"],
  [["--server", "http://a"], "--server: expected a WebSocket address"],
  [["--profile", "../x"], "--profile: expected a name of letters"],
  [["--user-id", "bob"], '--user-id: expected a UUID v4, got "bob"'],
  [["--sever", "ws://a"], "--sever: unknown flag; did you mean --server?"],
];
for (const [args, message] of REFUSED) {
  Deno.test(`${JSON.stringify(args.join(" "))} is refused by the client`, () => {
    assertThrows(() => load(args), ConfigError, message);
  });
}

Deno.test("the client's help names every flag and sub-command and fits 80 columns", () => {
  const invocation = load(["send", "--help"]);
  assert(invocation.kind === "help");
  for (const name of Object.keys(CLIENT_OPTIONS)) {
    assertStringIncludes(invocation.text, `  --${name} `);
  }
  for (const command of ["chat", "demo", "send <user> <text…>", "listen [--json]"]) {
    assertStringIncludes(invocation.text, `\n  ${command} `);
  }
  for (const line of invocation.text.split("\n")) assert([...line].length <= 80, line);
});

Deno.test("the client's version can be asked for", () => {
  assertEquals(load(["--version"]), { kind: "version" });
});
