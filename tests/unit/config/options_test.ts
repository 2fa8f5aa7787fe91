import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/config/config_error.ts";
import {
  environmentOf,
  type OptionTable,
  parseCommandLine,
  readSettings,
  suggestion,
} from "../../../lib/config/options.ts";
import { listenPort, path } from "../../../lib/config/value_kinds.ts";

const TABLE = {
  port: { kind: listenPort, placeholder: "port", env: "T_PORT", default: "80", help: "a port" },
  data: { kind: path, placeholder: "folder", env: "T_DATA", help: "a folder" },
  json: { help: "JSON" },
  help: { help: "help" },
} as const satisfies OptionTable;

const SWITCHES = { proof: { env: "T_PROOF", help: "proof" }, json: { help: "JSON" } } as const;

const parse = (...args: string[]) => parseCommandLine(TABLE, args);
const read = (args: string[], variables: Record<string, string> = {}) =>
  readSettings(TABLE, parseCommandLine(TABLE, args), (name) => variables[name]);
const refused = (work: () => unknown, message: string) =>
  assertEquals(assertThrows(work, ConfigError).message, message);

const PORT = "a port, 0–65535 (0 picks a free one)";

Deno.test("without flags and variables defaults count", () => {
  assertEquals(read([]), {
    port: { value: 80, source: "default" },
    data: { value: undefined, source: "default" },
    json: { value: false, source: "default" },
    help: { value: false, source: "default" },
  });
});

Deno.test("a variable wins over the default, a flag over the variable", () => {
  assertEquals(read([], { T_PORT: "81" }).port, { value: 81, source: "environment T_PORT" });
  assertEquals(read(["--port", "82"], { T_PORT: "81" }).port, { value: 82, source: "flag" });
});

Deno.test("an empty variable counts as not set", () => {
  assertEquals(read([], { T_PORT: "" }).port, { value: 80, source: "default" });
});

Deno.test("a variable that a flag wins over may hold nonsense", () => {
  assertEquals(read(["--port=82"], { T_PORT: "nonsense" }).port.value, 82);
});

Deno.test("a value follows its flag or an equals sign", () => {
  assertEquals(read(["--port", "1"]).port.value, 1);
  assertEquals(read(["--port=1"]).port.value, 1);
  assertEquals(read(["--data=-x=y"]).data.value, "-x=y");
});

Deno.test("of a repeated flag the last counts", () => {
  assertEquals(read(["--port", "1", "--port", "2"]).port.value, 2);
});

Deno.test("words stay texts, whatever they look like, and so does all behind --", () => {
  assertEquals(parse("5", "0x10", "-", "--json", "1e3", "--", "--port", "-x").words, [
    "5",
    "0x10",
    "-",
    "1e3",
    "--port",
    "-x",
  ]);
});

Deno.test("-h is --help", () => {
  assertEquals(parse("-h").flags.get("help"), true);
});

const REFUSED: [string[], string][] = [
  [["--prot", "1"], "--prot: unknown flag; did you mean --port?"],
  [["--prot=1"], "--prot: unknown flag; did you mean --port?"],
  [["-port", "1"], "-port: unknown flag; did you mean --port?"],
  [["--xyzzy"], "--xyzzy: unknown flag; --help lists what there is"],
  [["--constructor", "x"], "--constructor: unknown flag; --help lists what there is"],
  [["--__proto__=x"], "--__proto__: unknown flag; --help lists what there is"],
  [["--no-json"], "--no-json: unknown flag; --help lists what there is"],
  [["--\u001b[2J"], "--\\u001b[2J: unknown flag; --help lists what there is"],
  [["--port"], `--port: expected ${PORT}, got nothing`],
  [["--port="], `--port: expected ${PORT}, got nothing`],
  [["--port=", "5"], `--port: expected ${PORT}, got nothing`],
  [["--port", ""], `--port: expected ${PORT}, got nothing`],
  [["--port", "--", "5"], `--port: expected ${PORT}, got nothing`],
  [["--port", "-1"], `--port: expected ${PORT}, got "-1"`],
  [["--port", "--json"], `--port: expected ${PORT}, got "--json"`],
  [["--port", "99999"], `--port: expected ${PORT}, got "99999"`],
  [["--port", "abc"], `--port: expected ${PORT}, got "abc"`],
  [["--port", "\u001b[2J"], `--port: expected ${PORT}, got "\\u001b[2J"`],
  [["--json=yes"], '--json: expected no value, got "yes"'],
  [["--json="], '--json: expected no value, got ""'],
];
for (const [args, message] of REFUSED) {
  Deno.test(`${JSON.stringify(args.join(" "))} is refused in one line`, () => {
    refused(() => read(args), message);
  });
}

Deno.test("a switch may have a variable, which its flag wins over", () => {
  const proof = (args: string[], value: string) =>
    readSettings(SWITCHES, parseCommandLine(SWITCHES, args), (name) => {
      assertEquals(name, "T_PROOF");
      return value;
    }).proof;
  for (const value of ["1", "true", "YES", "on"]) {
    assertEquals(proof([], value), { value: true, source: "environment T_PROOF" });
  }
  for (const value of ["0", "false", "No", "off"]) {
    assertEquals(proof([], value), { value: false, source: "environment T_PROOF" });
    assertEquals(proof(["--proof"], value), { value: true, source: "flag" });
  }
  assertEquals(proof([], ""), { value: false, source: "default" });
  refused(
    () => proof([], "maybe"),
    'T_PROOF: expected 1 or 0 (also true or false, yes or no, on or off), got "maybe"',
  );
  assertEquals(environmentOf(SWITCHES), ["T_PROOF"]);
});

Deno.test("of a long value only the part that is wrong is shown", () => {
  const list = {
    expected: "words",
    read: (text: string): string[] => {
      if (text.includes("!")) throw new SyntaxError('"b!": expected a word');
      return text.split(",");
    },
  };
  const table = { list: { kind: list, placeholder: "list", env: "T", help: "a list" } };
  const read = (text: string) =>
    readSettings(table, parseCommandLine(table, ["--list", text]), () => undefined);
  assertEquals(read("a,b").list.value, ["a", "b"]);
  refused(() => read("a,b!"), '--list: expected words, got "b!": expected a word');
});

Deno.test("a mistake of ours in reading a value is not the operator's", () => {
  const broken = {
    expected: "a word",
    read: (): string => {
      throw new TypeError("ours");
    },
  };
  const table = { word: { kind: broken, placeholder: "word", env: "T", help: "a word" } };
  const line = parseCommandLine(table, ["--word", "a"]);
  assertThrows(() => readSettings(table, line, () => undefined), TypeError, "ours");
});

Deno.test("a bad variable is named, not its flag", () => {
  refused(() => read([], { T_PORT: "eight" }), `T_PORT: expected ${PORT}, got "eight"`);
});

Deno.test("bad values do not matter until they are read", () => {
  assertEquals(parse("--port", "abc", "--help").flags.get("help"), true);
});

Deno.test("the variables of a table are those of its values", () => {
  assertEquals(environmentOf(TABLE), ["T_PORT", "T_DATA"]);
});

Deno.test("a suggestion names the nearest word, or where they are listed", () => {
  assertEquals(suggestion("lsiten", ["listen", "send"]), "did you mean listen?");
  assertEquals(suggestion("zzz", ["listen", "send"]), "--help lists what there is");
});
