import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/config/config_error.ts";
import { environmentOf } from "../../../lib/config/options.ts";
import {
  loadServerConfig,
  SERVER_OPTIONS,
  type ServerConfig,
} from "../../../lib/config/server_config.ts";
import { DEFAULT_LIMITS, NO_LIMITS } from "../../../lib/link/link_limits.ts";
import { DEFAULT_DIAL_DENY, parseDialDeny } from "../../../lib/mesh/dial_policy.ts";

const load = (args: string[], variables: Record<string, string> = {}) =>
  loadServerConfig(args, (name) => variables[name]);

function config(args: string[], variables: Record<string, string> = {}): ServerConfig {
  const invocation = load(args, variables);
  assert(invocation.kind === "run");
  return invocation.config;
}

function text(args: string[], variables: Record<string, string> = {}): string {
  const invocation = load(args, variables);
  assert(invocation.kind === "help" || invocation.kind === "print-config");
  return invocation.text;
}

Deno.test("a server starts with no configuration at all", () => {
  assertEquals(config([]), {
    host: "127.0.0.1",
    port: 8765,
    dataDir: ".socp/server-8765",
    bootstrapPath: "bootstrap.yaml",
    bootstrapRequired: false,
    advertise: undefined,
    requireProof: false,
    dialDeny: DEFAULT_DIAL_DENY,
    crypto: "auto",
    limits: DEFAULT_LIMITS,
    logLevel: "info",
    logFormat: "text",
  });
});

Deno.test("the configuration is frozen, its parts too", () => {
  const frozen = config(["--advertise", "a:1"]);
  assert(Object.isFrozen(frozen) && Object.isFrozen(frozen.advertise));
  assert(Object.isFrozen(frozen.dialDeny));
  assert(Object.isFrozen(frozen.limits) && Object.isFrozen(frozen.limits.userFrames));
});

Deno.test("a second server on one machine needs one flag", () => {
  assertEquals(config(["--port", "8766"]).dataDir, ".socp/server-8766");
});

Deno.test("every flag counts", () => {
  const args = "--host ::1 --port 0 --data d --bootstrap b.yaml --advertise [::1]:5 " +
    "--require-proof --dial-deny 10.0.0.0/8,a --crypto openssl --user-rate 1 --user-burst 2 " +
    "--user-bytes 3KiB --file-bytes 4MB --server-rate 5 --server-burst 6 --log-level debug --log-format json";
  assertEquals(config(args.split(" ")), {
    host: "::1",
    port: 0,
    dataDir: "d",
    bootstrapPath: "b.yaml",
    bootstrapRequired: true,
    advertise: { host: "::1", port: 5 },
    requireProof: true,
    dialDeny: parseDialDeny("10.0.0.0/8,a"),
    crypto: "openssl",
    limits: {
      userFrames: { perSecond: 1, burst: 2 },
      userBytes: 3 * 1024,
      fileBytes: 4_000_000,
      serverFrames: { perSecond: 5, burst: 6 },
    },
    logLevel: "debug",
    logFormat: "json",
  });
});

Deno.test("every variable counts", () => {
  const variables = {
    SOCP_HOST: "0.0.0.0",
    SOCP_PORT: "9000",
    SOCP_DATA: "d",
    SOCP_BOOTSTRAP: "b.yaml",
    SOCP_ADVERTISE: "chat.example.org:443",
    SOCP_REQUIRE_PROOF: "1",
    SOCP_DIAL_DENY: "none",
    SOCP_CRYPTO: "webcrypto",
    SOCP_USER_RATE: "none",
    SOCP_USER_BURST: "1",
    SOCP_USER_BYTES: "none",
    SOCP_FILE_BYTES: "none",
    SOCP_SERVER_RATE: "none",
    SOCP_SERVER_BURST: "1",
    SOCP_LOG_LEVEL: "warn",
    SOCP_LOG_FORMAT: "json",
  };
  assertEquals(Object.keys(variables), environmentOf(SERVER_OPTIONS));
  assertEquals(config([], variables), {
    host: "0.0.0.0",
    port: 9000,
    dataDir: "d",
    bootstrapPath: "b.yaml",
    bootstrapRequired: true,
    advertise: { host: "chat.example.org", port: 443 },
    requireProof: true,
    dialDeny: parseDialDeny("none"),
    crypto: "webcrypto",
    limits: NO_LIMITS,
    logLevel: "warn",
    logFormat: "json",
  });
});

Deno.test("a server can be told to join nobody", () => {
  assertEquals(config(["--bootstrap", "none"]).bootstrapPath, undefined);
});

Deno.test("proof of the key is asked for where the flag or the variable says so", () => {
  assertEquals(config([], { SOCP_REQUIRE_PROOF: "0" }).requireProof, false);
  assertEquals(config(["--require-proof"], { SOCP_REQUIRE_PROOF: "0" }).requireProof, true);
});

Deno.test("what is not dialled may be added to the usual list or put in its place", () => {
  const { entries } = config(["--dial-deny", "default,10.0.0.0/8"]).dialDeny;
  assertEquals(entries, [...DEFAULT_DIAL_DENY.entries, "10.0.0.0/8"]);
  assertEquals(config(["--dial-deny", "a"]).dialDeny.entries, ["a"]);
});

const REFUSED: [string[], string][] = [
  [["extra"], 'argument "extra": expected flags only'],
  [["--", "--port", "1"], 'argument "--port": expected flags only'],
  [["--advertise", "::1:5"], "--advertise: expected host:port (an IPv6 address in brackets)"],
  [["--log-level", "loud"], "--log-level: expected one of debug, info, warn, error"],
  [["--crypto", "rot13"], "--crypto: expected one of auto, webcrypto, openssl"],
  [["--log-format", "xml"], "--log-format: expected one of text, json"],
  [
    ["--dial-deny", "a,10.0.0.0/99"],
    "--dial-deny: expected ranges, addresses and host names with " +
    'commas between them, or none, got "10.0.0.0/99": expected /0 to /32',
  ],
  [["--user-rate", "0"], "--user-rate: expected a whole number from 1 to 1000000, or none"],
  [["--user-burst", "none"], "--user-burst: expected a whole number from 1 to 1000000"],
  [
    ["--file-bytes", "999"],
    "--file-bytes: expected a size such as 64KiB, 100kB or 1MB, at least 1kB, or none",
  ],
  [["--require-proof=no"], '--require-proof: expected no value, got "no"'],
  [["--host", "a b"], "--host: expected a host name or address"],
];
for (const [args, message] of REFUSED) {
  Deno.test(`${JSON.stringify(args.join(" "))} is refused by the server`, () => {
    const error = assertThrows(() => load(args), ConfigError, message);
    assertEquals(error.message.includes("\n"), false);
  });
}

Deno.test("--print-config shows each value and where it came from", () => {
  assertEquals(
    text(["--print-config", "--port", "8766", "--advertise", "[::1]:5", "--file-bytes", "none"], {
      SOCP_USER_BYTES: "100kB",
      SOCP_LOG_LEVEL: "debug",
      SOCP_REQUIRE_PROOF: "yes",
      SOCP_DIAL_DENY: "10.0.0.0/8, ::1",
    }),
    [
      "host           127.0.0.1          (default)",
      "port           8766               (flag)",
      "data           .socp/server-8766  (default)",
      "bootstrap      bootstrap.yaml     (default)",
      "advertise      [::1]:5            (flag)",
      "require-proof  yes                (environment SOCP_REQUIRE_PROOF)",
      "dial-deny      10.0.0.0/8,::1     (environment SOCP_DIAL_DENY)",
      "crypto         auto               (default)",
      "user-rate      10                 (default)",
      "user-burst     40                 (default)",
      "user-bytes     100000             (environment SOCP_USER_BYTES)",
      "file-bytes     none               (flag)",
      "server-rate    500                (default)",
      "server-burst   2000               (default)",
      "log-level      debug              (environment SOCP_LOG_LEVEL)",
      "log-format     text               (default)",
    ].join("\n"),
  );
});

Deno.test("--print-config says all that is not dialled, and does not move the rest for it", () => {
  const lines = text(["--print-config"]).split("\n");
  const [long = "", ...others] = lines.toSorted((one, other) => other.length - one.length);
  assertStringIncludes(long, `dial-deny      ${DEFAULT_DIAL_DENY.entries.join(",")}  (default)`);
  for (const line of others) assert(line.length < 60, line);
  assertStringIncludes(text(["--print-config", "--dial-deny", "none"]), "dial-deny      none  ");
});

Deno.test("--print-config makes control characters visible", () => {
  assertStringIncludes(text(["--print-config", "--data", "a\u001b[2J"]), "a\\u001b[2J");
});

Deno.test("--print-config still refuses a bad value", () => {
  assertThrows(() => load(["--print-config", "--port", "abc"]), ConfigError, "--port");
});

Deno.test("the help names every flag and variable and fits 80 columns", () => {
  const help = text(["--help"]);
  for (const name of Object.keys(SERVER_OPTIONS)) assertStringIncludes(help, `  --${name} `);
  for (const name of environmentOf(SERVER_OPTIONS)) assertStringIncludes(help, name);
  for (const line of help.split("\n")) assert([...line].length <= 80, line);
});

Deno.test("help and version come before everything else that may be wrong", () => {
  assertEquals(load(["--help", "--port", "abc", "extra"]).kind, "help");
  assertEquals(load(["--version"], { SOCP_PORT: "abc" }).kind, "version");
});
