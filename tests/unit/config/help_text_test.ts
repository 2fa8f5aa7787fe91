import { assert, assertEquals } from "@std/assert";
import { flagsHelp, twoColumns } from "../../../lib/config/help_text.ts";
import { listenPort } from "../../../lib/config/value_kinds.ts";

Deno.test("a flag's line has its value, what it does, its variable and its default", () => {
  const option = { kind: listenPort, placeholder: "port", env: "T", default: "80", help: "a port" };
  assertEquals(
    flagsHelp({ port: option }),
    "  --port <port>             a port (T; default 80)",
  );
});

Deno.test("a flag without a variable or a default has no remark", () => {
  assertEquals(
    flagsHelp({ port: { kind: listenPort, placeholder: "port", help: "a port" } }),
    "  --port <port>             a port",
  );
});

Deno.test("a switch's line has its variable, if it has one", () => {
  assertEquals(
    flagsHelp({ proof: { env: "T_PROOF", help: "a proof" }, json: { help: "JSON" } }),
    "  --proof                   a proof (T_PROOF=1)\n  --json                    JSON",
  );
});

Deno.test("long explanations are wrapped at 80 columns below each other", () => {
  const lines = twoColumns([["term", "word ".repeat(30).trim()]]).split("\n");
  assert(lines.length > 1);
  assert(lines.every((line) => line.length <= 80 && line === line.trimEnd()));
  assert(lines.slice(1).every((line) => line.startsWith(`${" ".repeat(28)}word`)));
});

Deno.test("a term too long for its column has a line of its own", () => {
  assertEquals(
    twoColumns([["a-term-that-is-much-too-long", "explained"]]),
    `  a-term-that-is-much-too-long\n${" ".repeat(28)}explained`,
  );
});
