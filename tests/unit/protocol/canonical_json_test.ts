import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  canonicalPython,
  canonicalPythonUtf8,
  canonicalUtf8,
} from "../../../lib/protocol/canonical_json.ts";
import { type JsonValue, parseFrameText } from "../../../lib/protocol/json.ts";
import recorded from "../../vectors/canonical.json" with { type: "json" };

/** Reads one JSON text a line, writes its two canonical forms a line. */
const PYTHON = `
import json, sys
for line in sys.stdin.buffer:
    value = json.loads(line)
    forms = [json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=a) for a in (True, False)]
    print(json.dumps(forms))
`;

interface Case {
  readonly text: string;
  readonly ascii: string;
  readonly utf8: string;
}

/** Number spelling differs for integers beyond 2^53 only, which frames never hold (D6). */
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Number.isInteger(x)),
  fc.double({ min: -1e-3, max: 1e-3, noNaN: true }).filter((x) => !Number.isInteger(x)),
);

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'ab09"\\/\b\f\n\r\t\0\x1f\x7f\x80é\u2028\ud7ff\ue000\uff5e\uffff'),
    fc.constantFrom("\u{10000}", "😀", "\u{10ffff}", "e\u0301", "\u202e"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 6,
});

const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    text,
    number,
    fc.constantFrom(true, false, null, 0, -0),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 5 }),
  ),
}));

const anyFrame = fc.dictionary(text, anyValue, { maxKeys: 6 })
  .map((value) => JSON.stringify(value))
  .filter((spelled) => !spelled.includes("__proto__"));

Deno.test("the signed form is what Python's json.dumps gives", async () => {
  const cases = recorded.cases.map(([text = "", ascii = "", utf8 = ""]) => ({ text, ascii, utf8 }));
  assert(cases.length > 150);
  // Where Python is at hand it is asked about new cases as well; elsewhere the recorded ones must do.
  for (const { text, ascii, utf8 } of [...cases, ...await askPython(fc.sample(anyFrame, 500))]) {
    assertEquals(canonicalPython(parseFrameText(text)), ascii, text);
    assertEquals(canonicalPythonUtf8(parseFrameText(text)), utf8, text);
  }
});

async function askPython(texts: readonly string[]): Promise<Case[]> {
  const permission = { name: "run", command: "python3" } as const;
  if ((await Deno.permissions.query(permission)).state !== "granted") return [];
  const stdio = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
  const python = start("python3", { args: ["-c", PYTHON], ...stdio });
  if (python === undefined) return [];
  const output = python.output();
  const writer = python.stdin.getWriter();
  await writer.write(new TextEncoder().encode(texts.map((text) => `${text}\n`).join("")));
  await writer.close();
  const { success, stdout } = await output;
  assert(success, "Python failed");
  const answers = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertEquals(answers.length, texts.length);
  return texts.map((text, i) => {
    const [ascii, utf8] = JSON.parse(answers[i] ?? "");
    return { text, ascii, utf8 };
  });
}

function start(command: string, options: Deno.CommandOptions): Deno.ChildProcess | undefined {
  try {
    return new Deno.Command(command, options).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

Deno.test("the order of keys changes nothing, and the forms say the same as the value", () => {
  fc.assert(fc.property(anyFrame, (spelled) => {
    const value = parseFrameText(spelled);
    const reversed = Object.fromEntries(Object.entries(value).reverse());
    for (const form of [canonicalPython, canonicalPythonUtf8, canonicalUtf8]) {
      assertEquals(form(reversed), form(value));
      assertEquals(form(parseFrameText(form(value))), form(value));
    }
  }));
});

Deno.test("keys stand by code point in Python's forms and by UTF-16 unit in RFC 8785's", () => {
  const value = { "😀": 1, "～": 2, a: 3, "10": 4, "9": 5, "": 6 };
  assertEquals(canonicalPythonUtf8(value), '{"":6,"10":4,"9":5,"a":3,"～":2,"😀":1}');
  assertEquals(
    canonicalPython(value),
    String.raw`{"":6,"10":4,"9":5,"a":3,"\uff5e":2,"\ud83d\ude00":1}`,
  );
  assertEquals(canonicalUtf8(value), '{"":6,"10":4,"9":5,"a":3,"😀":1,"～":2}');
});

Deno.test("escapes are short where they can be, else lower-case hexadecimal", () => {
  const value = '"\\/\b\f\n\r\t\0\x1f ~\x7fé\u2028😀';
  assertEquals(
    canonicalPython(value),
    String.raw`"\"\\/\b\f\n\r\t\u0000\u001f ~\u007f\u00e9\u2028\ud83d\ude00"`,
  );
});

Deno.test("numbers are spelled as Python spells them", () => {
  const spellings: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [2 ** 53 - 1, "9007199254740991"],
    [-1.5, "-1.5"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-0.0000125, "-1.25e-05"],
    [1e-10, "1e-10"],
    [5e-324, "5e-324"],
  ];
  for (const [value, spelled] of spellings) assertEquals(canonicalPython(value), spelled);
});

Deno.test("a number that no frame may hold has no canonical form", () => {
  for (const value of [NaN, Infinity, -Infinity, 2 ** 53, 1e21]) {
    assertThrows(() => canonicalPython({ value }), TypeError);
  }
});

Deno.test("RFC 8785's own example comes out as printed there", () => {
  const value = {
    numbers: [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    literals: [null, true, false],
  };
  assertEquals(
    canonicalUtf8(value),
    String
      .raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});
