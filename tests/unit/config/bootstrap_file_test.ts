import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { loadBootstrap, parseBootstrap } from "../../../lib/config/bootstrap_file.ts";
import { ConfigError } from "../../../lib/config/config_error.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { testNeeding } from "../../support/permissions.ts";

const KEY = parsePublicKey(keys.keys[0]?.publicKey ?? "");
const ID = "81b637d8-fcd2-46da-a359-e6963113a117";
const FINGERPRINT = "SHA256:M4OQdELltoa9_-zYxHJaQRJdHTsrRFpmYGf8JpNEpAA";
const parse = (...lines: string[]) => parseBootstrap(lines.join("\n"), "bootstrap.yaml");

Deno.test("introducers are read in their order, with and without a key", () => {
  const { introducers, warnings } = parse(
    "bootstrap_servers:",
    '  - host: "127.0.0.1"',
    "    port: 8765",
    "  - host: Chat.Example.org",
    "    port: 1",
    `    pubkey: "${KEY}"`,
    '  - { host: "::1", port: 65535 }',
  );
  assertEquals(introducers, [
    { host: "127.0.0.1", port: 8765, pubkey: undefined },
    { host: "chat.example.org", port: 1, pubkey: KEY },
    { host: "::1", port: 65535, pubkey: undefined },
  ]);
  assertEquals(warnings, []);
});

Deno.test("without a word about admission everybody may link", () => {
  assertEquals(parse("bootstrap_servers: []").admission, { kind: "open" });
  assertEquals(parse("bootstrap_servers: []", "admission: open").admission, { kind: "open" });
});

Deno.test("with an allowlist those may link whose id or fingerprint is in it", () => {
  const { admission } = parse(
    "admission: allowlist",
    "allowlist:",
    `  - ${ID.toUpperCase()} # London`,
    `  - "${FINGERPRINT}"`,
    "bootstrap_servers: []",
  );
  assertEquals(admission, {
    kind: "allowlist",
    ids: new Set([toId(ID)]),
    fingerprints: new Set([FINGERPRINT]),
  });
});

Deno.test("fewer than three introducers are a warning, not a mistake", () => {
  assertEquals(parse("bootstrap_servers:", "- {host: a, port: 1}").warnings, [
    "bootstrap.yaml lists 1 introducer; expected 3 or more (§8.1)",
  ]);
  assertEquals(parse("bootstrap_servers: []").introducers, []);
});

const LIST = "bootstrap_servers: expected a list of servers";
const ENTRY = "bootstrap_servers[0]";
const SERVERS = "bootstrap_servers: []";
const WHO = "expected a server id (UUID v4) or a key's fingerprint (SHA256:…)";
const MISTAKES: [name: string, lines: string[], message: string][] = [
  [
    "a port that is a word",
    [
      "# mine",
      "bootstrap_servers:",
      "  - host: a",
      "    port: 1",
      "  - host: b",
      "    # the other",
      '    port: "eight"',
    ],
    '7: bootstrap_servers[1].port: expected 1–65535, got "eight"',
  ],
  [
    "a port in quotes",
    ["bootstrap_servers:", "- host: a", '  port: "1"'],
    `3: ${ENTRY}.port: expected 1–65535, got "1"`,
  ],
  [
    "a port too high",
    ["bootstrap_servers:", "- host: a", "  port: 65536"],
    `3: ${ENTRY}.port: expected 1–65535, got 65536`,
  ],
  [
    "a port of 0",
    ["bootstrap_servers:", "- host: a", "  port: 0"],
    `3: ${ENTRY}.port: expected 1–65535, got 0`,
  ],
  [
    "half a port",
    ["bootstrap_servers:", "- host: a", "  port: 1.5"],
    `3: ${ENTRY}.port: expected 1–65535, got 1.5`,
  ],
  [
    "a missing port",
    ["bootstrap_servers:", "- host: a"],
    `2: ${ENTRY}.port: expected 1–65535, got nothing`,
  ],
  [
    "a missing host",
    ["bootstrap_servers:", "- port: 1"],
    `2: ${ENTRY}.host: expected a host name or address, got nothing`,
  ],
  [
    "a URL as host",
    ["bootstrap_servers:", "- host: ws://a", "  port: 1"],
    `2: ${ENTRY}.host: expected a host name or address, got "ws://a"`,
  ],
  [
    "a misspelt key",
    ["bootstrap_servers:", "- host: a", "  prot: 1"],
    `3: ${ENTRY}.prot: unknown key; did you mean port?`,
  ],
  [
    "an unknown key",
    ["bootstrap_servers:", "- host: a", "  port: 1", "  weight: 5"],
    `4: ${ENTRY}.weight: unknown key; expected host, port, pubkey`,
  ],
  [
    "a misspelt list",
    ["bootstrap_server: []"],
    "1: bootstrap_server: unknown key; did you mean bootstrap_servers?",
  ],
  [
    "a list named like everybody's prototype",
    ["bootstrap_servers: []", "constructor: 1"],
    "2: constructor: unknown key; expected bootstrap_servers, admission, allowlist",
  ],
  ["no list", ["bootstrap_servers:"], `1: ${LIST}, got nothing`],
  ["a number for the list", ["# x", "bootstrap_servers: 3"], `2: ${LIST}, got 3`],
  [
    "a word for an entry",
    ["bootstrap_servers:", "  - a"],
    `2: ${ENTRY}: expected an entry with host and port, got "a"`,
  ],
  [
    "a list for an entry",
    ["bootstrap_servers:", "  - [a, 1]"],
    `2: ${ENTRY}: expected an entry with host and port, got ["a",1]`,
  ],
  [
    "the same address twice",
    ["bootstrap_servers:", "- {host: a, port: 1}", "- {host: A, port: 1}"],
    "3: bootstrap_servers[1]: a:1 is listed already, as entry 0",
  ],
  [
    "a key that is none",
    ["bootstrap_servers:", "- host: a", "  port: 1", "  pubkey: abc"],
    `4: ${ENTRY}.pubkey: expected an RSA-4096 public key as base64url text: `,
  ],
  [
    "an empty key",
    ["bootstrap_servers:", "- host: a", "  port: 1", '  pubkey: ""'],
    `4: ${ENTRY}.pubkey: expected an RSA-4096 public key as base64url text: `,
  ],
  [
    "a key with one bit turned",
    ["bootstrap_servers:", "- host: a", "  port: 1", `  pubkey: ${KEY.slice(0, -1)}`],
    `4: ${ENTRY}.pubkey: expected an RSA-4096 public key`,
  ],
  [
    "an unknown admission",
    [SERVERS, "admission: closed"],
    '2: admission: expected open or allowlist, got "closed"',
  ],
  [
    "an empty admission",
    [SERVERS, "admission:"],
    "2: admission: expected open or allowlist, got nothing",
  ],
  [
    "an allowlist that would not count",
    [SERVERS, "allowlist:", `- ${ID}`],
    "2: allowlist: expected admission: allowlist beside it, or no list",
  ],
  [
    "an allowlist beside open admission",
    [SERVERS, "admission: open", "allowlist:", `- ${ID}`],
    "3: allowlist: expected admission: allowlist beside it, or no list",
  ],
  [
    "admission by a list that is missing",
    [SERVERS, "admission: allowlist"],
    "2: admission: expected the key allowlist with a list of server ids and key fingerprints",
  ],
  [
    "an allowlist with nothing behind it",
    [SERVERS, "admission: allowlist", "allowlist:"],
    "3: allowlist: expected a list of server ids and key fingerprints, got nothing",
  ],
  [
    "an empty allowlist",
    [SERVERS, "admission: allowlist", "allowlist: []"],
    "3: allowlist: expected at least one server, or admission: open",
  ],
  [
    "one server in the place of an allowlist",
    [SERVERS, "admission: allowlist", `allowlist: ${ID}`],
    `3: allowlist: expected a list of server ids and key fingerprints, got "${ID}"`,
  ],
  [
    "a name in an allowlist",
    [SERVERS, "admission: allowlist", "allowlist:", `- ${ID}`, "# Paris", "- paris.example.org"],
    `6: allowlist[1]: ${WHO}, got "paris.example.org"`,
  ],
  [
    "a fingerprint with a space in it",
    [SERVERS, "admission: allowlist", "allowlist:", "  - SHA256: M4OQdELltoa9"],
    `4: allowlist[0]: ${WHO}, got {"SHA256":"M4OQdELltoa9"}`,
  ],
  [
    "a server that is listed twice",
    [SERVERS, "admission: allowlist", "allowlist:", `- ${ID}`, `- ${ID.toUpperCase()}`],
    `5: allowlist[1]: ${ID} is listed already, as entry 0`,
  ],
  [
    "a misspelt allowlist",
    [SERVERS, "admission: allowlist", "allowlst: []"],
    "3: allowlst: unknown key; did you mean allowlist?",
  ],
  ["an empty file", [""], "1: expected the key bootstrap_servers with a list of servers"],
  ["a list at the top", ["- host: a"], "1: expected the key bootstrap_servers with a list"],
  ["an unclosed bracket", ["bootstrap_servers:", "  - host: [a", ""], "3: no well-formed YAML: "],
  ["a tab", ["bootstrap_servers:", "\t- host: a"], "2: no well-formed YAML: "],
  [
    "a key given twice",
    ["bootstrap_servers:", "- host: a", "  host: b"],
    "3: no well-formed YAML: ",
  ],
];
for (const [name, lines, message] of MISTAKES) {
  Deno.test(`in a bootstrap file, ${name} is a mistake with its line and key`, () => {
    const error = assertThrows(() => parse(...lines), ConfigError);
    assertEquals(error.message.slice(0, 15 + message.length), `bootstrap.yaml:${message}`);
    assertEquals(error.message.includes("\n"), false);
  });
}

Deno.test("a long wrong value is cut in the message", () => {
  const error = assertThrows(
    () => parse("bootstrap_servers:", "- port: 1", `  host: "${" ".repeat(5000)}"`),
    ConfigError,
  );
  assertEquals(error.message.length < 250, true);
});

Deno.test("without a path there are no introducers and no warnings", () => {
  assertEquals(loadBootstrap({ bootstrapPath: undefined, bootstrapRequired: true }), {
    introducers: [],
    admission: { kind: "open" },
    warnings: [],
  });
});

testNeeding(["read"], "the bootstrap file of this repository is without mistake", () => {
  const path = join(import.meta.dirname ?? "", "..", "..", "..", "bootstrap.yaml");
  const file = loadBootstrap({ bootstrapPath: path, bootstrapRequired: true });
  const { introducers, admission, warnings } = file;
  assertEquals(admission, { kind: "open" });
  assertEquals(introducers.map(({ port }) => port), [8765, 8766, 8767]);
  assertEquals(warnings, []);
});

testNeeding(["read"], "what that file shows in comments is without mistake too", () => {
  const path = join(import.meta.dirname ?? "", "..", "..", "..", "bootstrap.yaml");
  const text = Deno.readTextFileSync(path);
  const shown = text.replaceAll(/^# (admission|allowlist|\s+- ".*"$)/gm, "$1");
  const { admission } = parseBootstrap(shown, "bootstrap.yaml");
  assert(admission.kind === "allowlist");
  assertEquals([admission.ids.size, admission.fingerprints.size], [1, 1]);
});

testNeeding(["read"], "a bootstrap file may be missing unless it was asked for", () => {
  const path = join(import.meta.dirname ?? "", "none.yaml");
  const missing = loadBootstrap({ bootstrapPath: path, bootstrapRequired: false });
  assertEquals(missing, { introducers: [], admission: { kind: "open" }, warnings: [] });
  assertThrows(
    () => loadBootstrap({ bootstrapPath: path, bootstrapRequired: true }),
    ConfigError,
    `${path}: expected a bootstrap file, but there is none`,
  );
});

testNeeding(["read"], "a folder in the bootstrap file's place is a mistake with its name", () => {
  const path = import.meta.dirname ?? "";
  assertThrows(
    () => loadBootstrap({ bootstrapPath: path, bootstrapRequired: false }),
    ConfigError,
    `${path}: cannot be read`,
  );
});
