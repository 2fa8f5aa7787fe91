import { assertEquals } from "@std/assert";
import { parseArgs, type ParseOptions } from "@std/cli";

/** What our programs take a command line for. */
type Parsed = Record<string, unknown> & { _: (string | number)[] };

const parse = (args: string[], options: ParseOptions = {}): Parsed => parseArgs(args, options);

Deno.test("what is no flag is kept in order, numbers as numbers", () => {
  const parsed = parse(["send", "bob", "42", "-"]);
  assertEquals(parsed, { _: ["send", "bob", 42, "-"] });
});

Deno.test("with string: _ what is no flag stays text", () => {
  const parsed = parse(["send", "42"], { string: ["_"] });
  assertEquals(parsed._, ["send", "42"]);
});

Deno.test("a string flag takes its value from = or from the next argument", () => {
  const options = { string: ["port", "host"] };
  assertEquals(parse(["--port=8766", "--host", "a=b"], options), {
    _: [],
    port: "8766",
    host: "a=b",
  });
});

Deno.test("a string flag without a value is empty", () => {
  const options = { string: ["host"], boolean: ["help"] };
  assertEquals(parse(["--host"], options), { _: [], host: "", help: false });
  assertEquals(parse(["--host", "--help"], options), { _: [], host: "", help: true });
});

Deno.test("a string flag that is not given is not there", () => {
  assertEquals(parse([], { string: ["host"] }), { _: [] });
});

Deno.test("a boolean flag is false if not given and takes only true and false", () => {
  const options = { boolean: ["help"] };
  assertEquals(parse([], options), { _: [], help: false });
  assertEquals(parse(["--help", "me"], options), { _: ["me"], help: true });
  assertEquals(parse(["--help", "false"], options), { _: [], help: false });
  assertEquals(parse(["--help=false"], options), { _: [], help: false });
});

Deno.test("the last of a repeated flag counts", () => {
  assertEquals(parse(["--port", "1", "--port=2"], { string: ["port"] }), {
    _: [],
    port: "2",
  });
});

Deno.test("every value of a collected flag counts", () => {
  const options = { string: ["peer"], collect: ["peer"] };
  assertEquals(parse(["--peer", "a", "--peer=b"], options), {
    _: [],
    peer: ["a", "b"],
  });
  assertEquals(parse(["--peer", "a"], options), { _: [], peer: ["a"] });
  assertEquals(parse([], options), { _: [], peer: [] });
});

Deno.test("--no- negates only what is negatable", () => {
  const options = { boolean: ["color", "bell"], negatable: ["color"], default: { color: true } };
  assertEquals(parse(["--no-color"], options), { _: [], color: false, bell: false });
  assertEquals(parse(["--no-bell"], options), {
    _: [],
    color: true,
    bell: false,
    "no-bell": true,
  });
});

Deno.test("defaults stand in for what is not given", () => {
  const options = { string: ["port"], boolean: ["tls"], default: { port: "8765", tls: true } };
  assertEquals(parse([], options), { _: [], port: "8765", tls: true });
  assertEquals(parse(["--port", "1", "--tls=false"], options), {
    _: [],
    port: "1",
    tls: false,
  });
});

Deno.test("an alias means the same flag under both names", () => {
  const options = {
    string: ["port"],
    boolean: ["help"],
    alias: { help: "h", port: ["p", "P"] },
    default: { port: "8765" },
  };
  assertEquals(parse(["-h", "-p", "1"], options), {
    _: [],
    help: true,
    h: true,
    port: "1",
    p: "1",
    P: "1",
  });
  assertEquals(parse([], options), {
    _: [],
    help: false,
    h: false,
    port: "8765",
    p: "8765",
    P: "8765",
  });
});

Deno.test("single letters may stand together", () => {
  assertEquals(parse(["-vn", "5", "-x"], { boolean: ["v", "x"] }), {
    _: [],
    v: true,
    n: 5,
    x: true,
  });
});

Deno.test("what follows -- is no flag", () => {
  assertEquals(parse(["a", "--", "--help", "1"]), { _: ["a", "--help", "1"] });
  assertEquals(parse(["a", "--", "--help", "1"], { "--": true }), {
    _: ["a"],
    "--": ["--help", "1"],
  });
  assertEquals(parse(["a"], { "--": true }), { _: ["a"], "--": [] });
});

Deno.test("stopEarly leaves everything behind the first word alone", () => {
  const options = { boolean: ["help"], stopEarly: true };
  assertEquals(parse(["--help", "send", "--help", "1"], options), {
    _: ["send", "--help", "1"],
    help: true,
  });
});

Deno.test("unknown learns of everything that is not announced, and may leave it out", () => {
  const learned: unknown[] = [];
  const parsed = parse([
    "--port",
    "1",
    "--prot=x",
    "word",
    "-z",
    "--no-port",
    "--host=",
  ], {
    string: ["port"],
    alias: { port: "p" },
    unknown: (arg, key, value) => {
      learned.push([arg, key, value]);
      return false;
    },
  });
  assertEquals(parsed, { _: [], port: "1", p: "1" });
  assertEquals(learned, [
    ["--prot=x", "prot", "x"],
    ["word", undefined, undefined],
    ["-z", "z", true],
    ["--no-port", "no-port", true],
    ["--host=", "host=", true],
  ]);
});

Deno.test("unknown that does not return false lets everything in", () => {
  assertEquals(parse(["--a", "b", "c"], { unknown: () => true }), { _: ["c"], a: "b" });
});

Deno.test("a flag called __proto__ pollutes nothing", () => {
  parse(["--__proto__", "x", "--constructor", "y"]);
  assertEquals(Object.hasOwn(Object.prototype, "x"), false);
  assertEquals(({}).constructor, Object);
});
