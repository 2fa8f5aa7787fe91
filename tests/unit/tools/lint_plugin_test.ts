import { assertEquals, assertMatch } from "@std/assert";
import plugin from "../../../tools/lint_plugin.ts";

/** The rules that a source breaks, each once, in the place where the file would be. */
function broken(place: string, source: string): string[] {
  const diagnostics = Deno.lint.runPlugin(plugin, place, source);
  return [...new Set(diagnostics.map(({ id }) => id.replace("socp/", "")))].sort();
}

function assertRefused(rule: string, place: string, sources: readonly string[]): void {
  for (const source of sources) assertEquals(broken(place, source), [rule], `${place}: ${source}`);
}

function assertAllowed(place: string, sources: readonly string[]): void {
  for (const source of sources) assertEquals(broken(place, source), [], `${place}: ${source}`);
}

Deno.test("a room imports from itself and from the rooms above it", () => {
  assertAllowed("lib/store/sqlite.ts", [
    'import { a } from "./port.ts";',
    'import { a } from "../protocol/ids.ts";',
    'export * from "../store/port.ts";',
    'import { DatabaseSync } from "node:sqlite";',
    'import * as v from "valibot";',
    'import { parse } from "@std/yaml";',
    'import config from "../../deno.json" with { type: "json" };',
  ]);
  assertAllowed("lib/web/page.ts", ['import { a } from "../client/mod.ts";']);
});

Deno.test("a room does not import from a room below it, in whatever way", () => {
  assertRefused("rooms", "lib/protocol/ids.ts", [
    'import { a } from "../crypto/port.ts";',
    'import type { A } from "../crypto/port.ts";',
    'import { type A } from "../crypto/port.ts";',
    'import * as crypto from "../crypto/port.ts";',
    'import "../crypto/port.ts";',
    'export { a } from "../crypto/port.ts";',
    'export type { A } from "../crypto/port.ts";',
    'export * from "../crypto/port.ts";',
    'export * as crypto from "../crypto/port.ts";',
    'type A = import("../crypto/port.ts").A;',
  ]);
  assertRefused("rooms", "lib/store/sqlite.ts", [
    'await import("../server/node.ts");',
    "await import(`../server/node.ts`);",
  ]);
});

Deno.test("another spelling of the path does not help", () => {
  const root = new URL("../../../", import.meta.url);
  assertRefused("rooms", "lib/store/sqlite.ts", [
    'import "../../lib/server/node.ts";',
    'import "../../lib/store/../server/node.ts";',
    'import "../../lib/st%6Fre/../s%65rver/node.ts";',
    'import "./.././server/node.ts?x=1#y";',
    `import "${new URL("lib/server/node.ts", root)}";`,
    `import "${new URL("lib/server/node.ts", root).pathname}";`,
    'import "@socp/socp/server";',
    'import "https://example.org/x.ts";',
    'import "data:text/typescript,export{}";',
    'import "file:///etc/x.ts";',
  ]);
});

Deno.test("the linter's absolute paths and relative ones mean the same", () => {
  const { pathname } = new URL("../../../lib/store/sqlite.ts", import.meta.url);
  const file = decodeURIComponent(pathname);
  assertRefused("rooms", file, ['import "../server/node.ts";']);
  assertAllowed(file, ['import "../protocol/ids.ts";']);
});

Deno.test("an import in lib/ names its file", () => {
  assertRefused("rooms", "lib/store/sqlite.ts", [
    "await import(where);",
    'await import("../pro" + "tocol/ids.ts");',
    "await import(`../${room}/ids.ts`);",
  ]);
});

Deno.test("the server never imports what decrypts", () => {
  assertRefused("rooms", "lib/server/runtime.ts", [
    'import { open } from "../e2ee/seal.ts";',
    'import type { ChatClient } from "../client/mod.ts";',
  ]);
});

Deno.test("lib/ imports nothing from outside of it", () => {
  assertRefused("rooms", "lib/terminal/style.ts", [
    'import "../../main.ts";',
    'import "../../client.ts";',
    'import "../../tests/support/permissions.ts";',
    'import "../../tools/demo.ts";',
    'import "../../bench/codec_bench.ts";',
    'import "../mod.ts";',
    'import "../../../elsewhere.ts";',
  ]);
});

Deno.test("outside of lib/ everything may be imported", () => {
  for (const place of ["main.ts", "tests/unit/x_test.ts", "tools/demo.ts"]) {
    assertAllowed(place, ['import "./lib/client/mod.ts"; await import(x); Date.now();']);
  }
});

Deno.test("a file of lib/ lives in one of the rooms", () => {
  assertRefused("rooms", "lib/mod.ts", ["export {};"]);
  assertRefused("rooms", "lib/misc/things.ts", ["export {};"]);
});

const CORE = [
  "lib/protocol/json.ts",
  "lib/mesh/planner.ts",
  "lib/server/node.ts",
  "lib/server/handlers/direct.ts",
  "lib/link/session.ts",
  "lib/link/advance.ts",
  "lib/link/advance_outbound.ts",
  "lib/link/liveness.ts",
];
const EDGE = ["lib/server/runtime.ts", "lib/server/http.ts", "lib/server/edge/runner.ts"];

const IMPURE = [
  "export const a = await b;",
  "for await (const a of b) c(a);",
  "export async function f() {}",
  "export const f = async () => {};",
  "export const f = async function () {};",
  "export const o = { async f() {} };",
  "export class A { async f() {} }",
  "export async function* f() {}",
  "export const p = new Promise(() => {});",
  "export const p = Promise.resolve(1);",
  "export const t = Date.now();",
  'export const t = Date["now"]();',
  "export const t = new Date();",
  "export const t = new Date;",
  "export const t = new Date(...[]);",
  "export const t = Date();",
  "const { now } = Date;",
  "const D = Date; new D();",
  "export const f = (time = Date.now) => time();",
  "export const t = performance.now();",
  "export const r = Math.random();",
  'export const r = Math["random"]();',
  "const { random } = Math;",
  "crypto.getRandomValues(a);",
  "export const id = crypto.randomUUID();",
  "crypto.subtle.digest('SHA-256', a);",
  "setTimeout(f, 1);",
  "setInterval(f, 1);",
  "clearTimeout(1);",
  "queueMicrotask(f);",
  "console.log(1);",
  "const { log } = console;",
  "const o = { console };",
  "Deno.exit(1);",
  "globalThis.setTimeout(f, 1);",
  'globalThis["Date"].now();',
  "const { Deno: d } = globalThis;",
  "self.setTimeout(f, 1);",
  'eval("Date.now()");',
  'new Function("return Date.now()");',
  "declare const console: { log(x: unknown): void }; console.log(1);",
  "(console as unknown);",
  "{ const console = 1; } console.log(1);",
  "enum E { a = Date.now() }",
  "export default Deno;",
  "export { console };",
];

Deno.test("the core waits for nothing and knows no clock, chance, timer, output or input", () => {
  for (const source of IMPURE) {
    const rules = broken("lib/server/node.ts", source);
    assertEquals(rules, ["synchronous-core"], source);
  }
});

Deno.test("the whole core is meant, and only the core", () => {
  for (const place of CORE) assertRefused("synchronous-core", place, ["f(Date.now());"]);
  for (const place of [...EDGE, "lib/link/websocket.ts", "tests/unit/server/node_test.ts"]) {
    assertAllowed(place, IMPURE.filter((source) => !/Deno|eval|Function/.test(source)));
  }
});

Deno.test("the core does not import from Node.js, nor later", () => {
  assertRefused("synchronous-core", "lib/server/node.ts", [
    'import { randomBytes } from "node:crypto";',
    'export * from "node:timers";',
    'import("./gossip.ts");',
  ]);
});

Deno.test("the core may do everything else", () => {
  assertAllowed("lib/server/node.ts", [
    "export const f = (now: number) => new Date(now).toISOString();",
    "export const t = Date.UTC(2024, 1, 29);",
    "export const isDate = (x: unknown) => x instanceof Date;",
    "export const m = Math.max(1, 2) + Math.PI;",
    "export interface Port { verify(): Promise<boolean>; at: Date; crypto: Crypto }",
    "export const f = (console: string) => console.length;",
    "export function f({ process }: { process: number }) { return process; }",
    "export function f() { const self = 1; return self; }",
    "const o = { Deno: 1, setTimeout() {} }; o.Deno; o.setTimeout();",
    "export class Node { #fetch = 1; performance = 2; constructor(readonly self: string) {} }",
    "export const s = 'Date.now() await'; // console.log",
    'import { fetch } from "./gossip.ts"; fetch();',
    "try { f(); } catch (process) { g(process); }",
    "for (const window of windows) f(window);",
  ]);
});

const BROWSER = [
  "lib/base/log.ts",
  "lib/protocol/ids.ts",
  "lib/crypto/webcrypto.ts",
  "lib/link/websocket.ts",
  "lib/e2ee/seal.ts",
  "lib/client/mod.ts",
];

Deno.test("what must run in a browser uses neither Deno nor Node.js", () => {
  for (const place of BROWSER) {
    for (
      const source of [
        "Deno.readTextFileSync('x');",
        "export function f(c: Deno.Conn) { return c; }",
        "const { Deno } = globalThis;",
        'globalThis["Deno"].pid;',
        "globalThis.Deno.pid;",
        "process.exit(1);",
        "Buffer.from('x');",
        'import { inspect } from "node:util";',
      ]
    ) {
      assertEquals(broken(place, source).includes("browser-safe"), true, `${place}: ${source}`);
    }
  }
});

Deno.test("what must run in a browser imports nothing that need not", () => {
  assertRefused("browser-safe", "lib/client/mod.ts", [
    'import "../store/sqlite.ts";',
    'import "../crypto/openssl.ts";',
    'import "../server/node.ts";',
  ]);
  assertAllowed("lib/client/mod.ts", [
    'import "../crypto/webcrypto.ts"; import "../std/cli.ts";',
    "const process = 1; f(process);",
    "export const s = globalThis.location;",
  ]);
});

Deno.test("the other rooms may use Deno and Node.js", () => {
  const crypto = ["openssl", "openssl_keys", "libcrypto", "select"].map((n) =>
    `lib/crypto/${n}.ts`
  );
  for (const place of [...crypto, "lib/store/sqlite.ts"]) {
    assertAllowed(place, ['import "node:fs"; Deno.pid; process.pid;']);
  }
});

Deno.test("a file has at most 400 lines", () => {
  const lines = (count: number) => "//\n".repeat(count);
  assertAllowed("main.ts", [lines(400), lines(399) + "//"]);
  assertRefused("file-length", "main.ts", [lines(401), lines(400) + "//"]);
  assertAllowed("tests/vectors/all.ts", [lines(1000)]);
});

Deno.test("a message says what to do instead", () => {
  const [diagnostic] = Deno.lint.runPlugin(
    plugin,
    "lib/protocol/ids.ts",
    'import "../server/node.ts";',
  );
  assertMatch(diagnostic?.message ?? "", /protocol\/ may not import server\/, which stands below/);
});
