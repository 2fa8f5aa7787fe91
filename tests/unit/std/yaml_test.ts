import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/yaml";

Deno.test("scalars, sequences and mappings become values", () => {
  const text = `
# the first servers to ask
bootstrap_servers:
  - host: "127.0.0.1"
    port: 8765
    pubkey: AAAA
  - {host: localhost, port: 8766, pubkey: null}
strict: true
ratio: 0.5
`;
  assertEquals(parse(text), {
    bootstrap_servers: [
      { host: "127.0.0.1", port: 8765, pubkey: "AAAA" },
      { host: "localhost", port: 8766, pubkey: null },
    ],
    strict: true,
    ratio: 0.5,
  });
});

Deno.test("an empty document is null", () => {
  for (const text of ["", "\n", "# only a remark\n"]) assertEquals(parse(text), null);
});

Deno.test("a syntax error tells line and column, from 1, and shows the line", () => {
  const error = assertThrows(() => parse("port: 8765\nhost: [a\n"), SyntaxError);
  assertMatch(error.message, /^.+ at line 3, column 1/);
  const second = assertThrows(() => parse('port: 8765\nhost: "\\q"\n'), SyntaxError);
  assertMatch(second.message, / at line 2, column \d+:\n {4}host: "\\q"\n +\^/);
});

Deno.test("a duplicate key is an error, unless allowed", () => {
  const text = "zero: 0\nport: 1\nport: 2\n";
  const error = assertThrows(() => parse(text), SyntaxError);
  assertMatch(error.message, / at line 3, column /);
  assertEquals(parse(text, { allowDuplicateKeys: true }), { zero: 0, port: 2 });
});

Deno.test("two documents are one too many", () => {
  assertThrows(() => parse("--- 1\n--- 2\n"), SyntaxError, "single document");
});

Deno.test("an alias without an anchor is an error", () => {
  assertThrows(() => parse("a: *nowhere\n"), SyntaxError);
});

Deno.test("the schema decides what a plain scalar stands for", () => {
  const text = "day: 2024-02-29\nanswer: 42\n";
  assertEquals(parse(text), { day: new Date("2024-02-29"), answer: 42 });
  assertEquals(parse(text, { schema: "core" }), { day: "2024-02-29", answer: 42 });
  assertEquals(parse(text, { schema: "json" }), { day: "2024-02-29", answer: 42 });
  assertEquals(parse(text, { schema: "failsafe" }), { day: "2024-02-29", answer: "42" });
});

Deno.test("a merge key merges in the default schema only", () => {
  const text = "base: &b {port: 1}\nserver: {<<: *b, host: a}\n";
  assertEquals(parse(text), { base: { port: 1 }, server: { port: 1, host: "a" } });
  assertEquals(parse(text, { schema: "core" }), {
    base: { port: 1 },
    server: { "<<": { port: 1 }, host: "a" },
  });
});

Deno.test("a key called __proto__ is an ordinary key", () => {
  const value = parse("__proto__: {polluted: true}\n");
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(JSON.stringify(value), '{"__proto__":{"polluted":true}}');
});

Deno.test("what is written reads as the same", () => {
  const value = {
    text: "yes",
    digits: "8765",
    lines: "one\ntwo\n",
    list: [1, -2.5, true, null, { nested: "a: b" }],
    none: {},
  };
  assertEquals(parse(stringify(value)), value);
});

Deno.test("a value is written in block style", () => {
  assertEquals(
    stringify({ name: "Alice", ports: [1, 2], digits: "1" }),
    "name: Alice\nports:\n  - 1\n  - 2\ndigits: '1'\n",
  );
});

Deno.test("the options of writing have their effect", () => {
  const value = { b: [1], a: { c: 1 } };
  assertEquals(stringify(value, { sortKeys: true }), "a:\n  c: 1\nb:\n  - 1\n");
  assertEquals(stringify(value, { indent: 4 }), "b:\n    - 1\na:\n    c: 1\n");
  assertEquals(stringify(value, { arrayIndent: false }), "b:\n- 1\na:\n  c: 1\n");
  assertEquals(stringify({ a: { c: 1 } }, { flowLevel: 1 }), "a: {c: 1}\n");
  const shared = { x: 1 };
  assertEquals(
    stringify([shared, shared], { useAnchors: false }),
    "- x: 1\n- x: 1\n",
  );
});

Deno.test("a function cannot be written, only skipped", () => {
  const value = { a: 1, f: () => {} };
  assertThrows(() => stringify(value), TypeError);
  assertEquals(stringify(value, { skipInvalid: true }), "a: 1\n");
});
