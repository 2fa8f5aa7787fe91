import { assertEquals, assertStringIncludes } from "@std/assert";
import { atLeast, atMost, jsonOf, lineOf, type Machine, tableOf } from "../../../bench/table.ts";

const MACHINE: Machine = {
  platform: "linux x86_64",
  cores: 2,
  deno: "2.9.6",
  crypto: "OpenSSL 3.0.19",
};

Deno.test("a rate meets its aim from that share of the limit on, and misses it below", () => {
  const row = { name: "relay", unit: "messages/s", limit: 100 };
  assertEquals(atLeast({ ...row, value: 85 }, 0.85).target, { text: "≥ 85 %", met: true });
  assertEquals(atLeast({ ...row, value: 84.9 }, 0.85).target?.met, false);
});

Deno.test("a cost meets its aim up to that many times the limit, and misses it above", () => {
  const row = { name: "memory", unit: "KiB", limit: 30 };
  assertEquals(atMost({ ...row, value: 60 }, 2).target, { text: "≤ 200 %", met: true });
  assertEquals(atMost({ ...row, value: 60.1 }, 2).target?.met, false);
});

Deno.test("what is no number meets no aim", () => {
  const row = { name: "relay", unit: "messages/s", limit: NaN, value: 100 };
  assertEquals(atLeast(row, 0.85).target?.met, false);
  assertEquals(atMost(row, 2).target?.met, false);
});

Deno.test("the table says what was measured on what, each number beside its limit", () => {
  const rows = [
    atLeast({ name: "relay", value: 84.04, unit: "m/s", limit: 100, limitName: "RSA" }, 0.85),
    { name: "start", value: 0.01234, unit: "ms" },
  ];
  assertEquals(tableOf(rows, MACHINE).split("\n"), [
    "linux x86_64, 2 cores, Deno 2.9.6, OpenSSL 3.0.19",
    "        measured    limit  of it  aim             the limit is",
    "relay   84.0 m/s  100 m/s   84 %  ≥ 85 %  MISSED  RSA",
    "start  0.0123 ms",
  ]);
});

Deno.test("three digits count, or all before the point", () => {
  const valueOf = (value: number) =>
    tableOf([{ name: "", value, unit: "x" }], MACHINE).split("\n")[2];
  for (
    const [value, text] of [[60_956.3, "60956 x"], [118, "118 x"], [9.999, "10.00 x"], [
      0,
      "0 x",
    ]] as const
  ) {
    assertStringIncludes(valueOf(value) ?? "", text);
  }
});

Deno.test("programs read the same rows, unrounded", () => {
  const rows = [{ name: "start", value: 1 / 3, unit: "ms" }];
  assertEquals(JSON.parse(jsonOf(rows, MACHINE)), { machine: MACHINE, rows });
});

Deno.test("a row in one line says the same as in the table", () => {
  const row = { name: "    relay", value: 84.04, unit: "m/s", limit: 100 };
  assertEquals(lineOf(atLeast(row, 0.85)), "  relay: 84.0 m/s, 84 % of 100 m/s, ≥ 85 %: MISSED");
  assertEquals(lineOf({ name: "start", value: 12, unit: "ms" }), "  start: 12.0 ms");
});
