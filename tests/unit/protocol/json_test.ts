import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { parseFrameText } from "../../../lib/protocol/json.ts";

function refusal(text: string): string {
  const error = assertThrows(() => parseFrameText(text), ProtocolError);
  assertEquals(error.code, "BAD_KEY");
  return error.detail;
}

Deno.test("an object is read as it stands", () => {
  const text = '{"a":[1,-2.5,true,false,null,"\\u00e9😀"],"b":{}}';
  assertEquals(parseFrameText(text), { a: [1, -2.5, true, false, null, "é😀"], b: {} });
});

Deno.test("white space around the object is tolerated (D5)", () => {
  assertEquals(parseFrameText(' {"a":1}\r\n\t '), { a: 1 });
});

Deno.test("of duplicate keys the last counts (D6)", () => {
  assertEquals(parseFrameText('{"a":1,"b":2,"\\u0061":3}'), { a: 3, b: 2 });
});

Deno.test("what JSON.stringify writes of an object within the limits comes back", () => {
  const leaf = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.boolean(), fc.constant(null));
  const key = fc.string().filter((key) => key !== "__proto__");
  const frame = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf)));
  fc.assert(fc.property(frame, (value) => {
    const text = JSON.stringify(value);
    assertEquals(parseFrameText(text), JSON.parse(text));
  }));
});

for (
  const [why, text, detail] of [
    ["nothing", "", "frame is not JSON"],
    ["words", "hello", "frame is not JSON"],
    ["an object cut short", '{"a":', "frame is not JSON"],
    ["something after the object", '{"a":1} x', "frame is not JSON"],
    ["two objects", "{}{}", "frame is not JSON"],
    ["a comma too many", '{"a":1,}', "frame is not JSON"],
    ["single quotes", "{'a':1}", "frame is not JSON"],
    ["a comment", '{"a":1 /* */}', "frame is not JSON"],
    ["NaN", '{"a":NaN}', "frame is not JSON"],
    ["Infinity", '{"a":Infinity}', "frame is not JSON"],
    ["a leading zero", '{"a":01}', "frame is not JSON"],
    ["a byte order mark", "\ufeff{}", "frame is not JSON"],
    ["a raw line break in a string", '{"a":"\n"}', "frame is not JSON"],
    ["an array", "[]", "frame must be a JSON object, got an array"],
    ["a string", '"a"', "frame must be a JSON object, got a string"],
    ["a number", "1", "frame must be a JSON object, got a number"],
    ["null", "null", "frame must be a JSON object, got null"],
    ["1e400", '{"ts":1e400}', 'number at "ts" is not finite'],
    ["-1e400, deep inside", '{"a":[{"b":[-1e400]}]}', 'number at "b" is not finite'],
    ["2^53", '{"ts":9007199254740992}', 'integer at "ts" is beyond 2^53 - 1'],
    ["-2^53", '{"ts":-9007199254740992}', 'integer at "ts" is beyond 2^53 - 1'],
    ["an integer that rounds to 2^53", '{"ts":9007199254740993}', 'integer at "ts" is beyond'],
    ["1e20", '{"a":1e20}', 'integer at "a" is beyond'],
    ["a lone high surrogate", '{"a":"\\ud800"}', 'text at "a" holds a lone surrogate'],
    ["a lone low surrogate", '{"a":["x\\udc00"]}', 'text at "a" holds a lone surrogate'],
    ["surrogates the wrong way round", '{"a":"\\ude00\\ud83d"}', "lone surrogate"],
    ["a lone surrogate in a key", '{"\\ud800":1}', "a key of the frame holds a lone surrogate"],
    ["__proto__", '{"__proto__":{}}', 'the key "__proto__" is not allowed'],
    ["__proto__ inside", '{"a":[{"__proto__":1}]}', 'the key "__proto__" is not allowed'],
    ["__proto__ in disguise", '{"\\u005f_proto__":1}', 'the key "__proto__" is not allowed'],
  ] as const
) {
  Deno.test(`a frame is refused: ${why}`, () => {
    const said = refusal(text);
    assert(said.includes(detail), said);
  });
}

Deno.test("the largest safe integers are taken", () => {
  const text = '{"a":9007199254740991,"b":-9007199254740991,"c":-0,"d":1e15}';
  assertEquals(parseFrameText(text), { a: 2 ** 53 - 1, b: -(2 ** 53 - 1), c: -0, d: 1e15 });
});

Deno.test("16 levels are taken, 17 are refused, whatever they are made of (D6)", () => {
  const nest = (levels: number, open: string, close: string) =>
    `{"a":${open.repeat(levels - 1)}0${close.repeat(levels - 1)}}`;
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
    parseFrameText(nest(16, open, close));
    assertEquals(refusal(nest(17, open, close)), "frame is nested deeper than 16 levels");
  }
});

Deno.test("brackets in strings are no levels, also behind escaped quotes", () => {
  const text = JSON.stringify({ a: "[[[".repeat(20), b: '"\\[{'.repeat(20), c: ["\\"] });
  assertEquals(parseFrameText(text), JSON.parse(text));
});

Deno.test("brackets side by side are no levels", () => {
  const text = `{"a":[${"[],{},".repeat(100)}0]}`;
  assertEquals(parseFrameText(text), JSON.parse(text));
});

for (const count of [10_000, 1_000_000]) {
  for (const bracket of ["[", '{"a":', "[{", "]"]) {
    Deno.test(`${count} times ${bracket} is a clean error`, () => {
      assert(refusal(bracket.repeat(count)).length < 200);
    });
  }
}

Deno.test("256 keys are taken, 257 are refused, at any level (D6)", () => {
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  parseFrameText(JSON.stringify({ ...keys(255), in: keys(256) }));
  assertEquals(
    refusal(JSON.stringify(keys(257))),
    "object at the frame has 257 keys; at most 256 are allowed",
  );
  assertEquals(
    refusal(JSON.stringify({ list: [keys(257)] })),
    'object at "list" has 257 keys; at most 256 are allowed',
  );
});

Deno.test("a refusal never echoes controls, escapes or a flood", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (junk) => {
      for (const text of [junk, `{${junk}`, JSON.stringify({ [junk]: 1e20, b: [2 ** 60] })]) {
        const said = refusal(text === "" || isFrame(text) ? "[" : text);
        assert(/^[ -~]{1,200}$/.test(said), said);
      }
    }),
  );
  assert(!refusal("\x1b[2J\x1b]0;x\x07").includes("\x1b"));
});

function isFrame(text: string): boolean {
  try {
    parseFrameText(text);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

Deno.test("a key that begins with an escape is read as it stands, whatever was read before", () => {
  for (const key of ["\t", '"', "é", '"é', "\\\\", "\u202ex"]) {
    const primer = { a: 1, ["\\".repeat(key.length)]: 2 };
    for (let i = 0; i < 100; i++) parseFrameText(JSON.stringify(primer));
    const spelled = JSON.stringify({ a: 1, [key]: [{ [key]: key }] })
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    assertEquals(parseFrameText(spelled), { a: 1, [key]: [{ [key]: key }] });
  }
});

Deno.test("a text with escapes is refused as clearly as any other", () => {
  assertThrows(() => parseFrameText('{"\\t":1,}'), ProtocolError, "not JSON");
  assertThrows(() => parseFrameText('{"\\t":"'), ProtocolError, "not JSON");
  assertThrows(() => parseFrameText('{"\\u005f_proto__":1}'), ProtocolError, "__proto__");
});

Deno.test("a megabyte of escapes and quotes, finished or not, is read or refused at once", () => {
  const many = 300_000;
  assertEquals(parseFrameText(`{"a":"${'\\"'.repeat(many)}"}`), { a: '"'.repeat(many) });
  assertThrows(() => parseFrameText(`{"a":"${'\\"'.repeat(many)}`), ProtocolError, "not JSON");
  assertEquals(parseFrameText(`{"\\t":1${" ".repeat(many)}}`), { "\t": 1 });
});
