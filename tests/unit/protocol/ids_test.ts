import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isUuid4, toId } from "../../../lib/protocol/ids.ts";

const good = "81b637d8-fcd2-46da-a359-e6963113a117";

for (
  const [why, text] of [
    ["version 1", "81b637d8-fcd2-16da-a359-e6963113a117"],
    ["version 7", "81b637d8-fcd2-76da-a359-e6963113a117"],
    ["another variant", "81b637d8-fcd2-46da-c359-e6963113a117"],
    ["the nil UUID", "00000000-0000-0000-0000-000000000000"],
    ["the max UUID", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    ["braces", `{${good}}`],
    ["a URN", `urn:uuid:${good}`],
    ["no hyphens", good.replaceAll("-", "")],
    ["a space before", ` ${good}`],
    ["a line break after", `${good}\n`],
    ["a digit too many", `${good}0`],
    ["a letter that is no digit", good.replace("8", "g")],
    ["nothing", ""],
    ["a type name", "constructor"],
  ] as const
) {
  Deno.test(`not an id: ${why}`, () => {
    assertFalse(isUuid4(text));
    assertThrows(() => toId(text), TypeError, "not a UUID v4");
  });
}

Deno.test("an id in either case is the same id, lower-cased", () => {
  assert(isUuid4(good.toUpperCase()));
  assertEquals<string>(toId(good.toUpperCase()), good);
  assertEquals(toId(good), toId(good.toUpperCase()));
});

Deno.test("every UUID v4 is an id", () => {
  fc.assert(fc.property(fc.uuid({ version: 4 }), (text) => assert(isUuid4(text))));
});

Deno.test("no other UUID is one", () => {
  fc.assert(fc.property(fc.uuid({ version: [1, 2, 3, 5, 6, 7, 8] }), (text) => {
    assertFalse(isUuid4(text));
  }));
});
