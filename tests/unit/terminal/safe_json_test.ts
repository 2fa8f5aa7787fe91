import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { safeJson } from "../../../lib/terminal/safe_json.ts";

const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\x1b]52;c;x\x07",
    "\x9b2J",
    "a\nb",
    "\r",
    "\u202E",
    "\u{E0041}",
    '"',
    "\\",
    "\uD800",
  ),
);

Deno.test("JSON for machines is exact after parsing and safe before", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const line = safeJson({ [text]: text });
      assert(!UNSAFE.test(line));
      assertEquals(Object.entries(JSON.parse(line)), [[text, text]]);
    }),
    { numRuns: 300 },
  );
  const flood = `Z${"\u0301".repeat(10_000)}`;
  assert(!/\p{M}/u.test(safeJson(flood)));
  assertEquals(JSON.parse(safeJson(flood)), flood);
});
