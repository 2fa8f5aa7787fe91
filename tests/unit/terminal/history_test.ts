import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeHistory,
  encodeHistory,
  History,
  HISTORY_LIMIT,
} from "../../../lib/terminal/history.ts";

Deno.test("blank lines and repetitions are not remembered", () => {
  const history = new History(["a"]);
  assertEquals(["a", " ", "b", "b", "a"].map((line) => history.add(line)), [
    false,
    false,
    true,
    false,
    true,
  ]);
  assertEquals(history.lines, ["a", "b", "a"]);
});

Deno.test("a thousand lines are kept, the newest", () => {
  const history = new History(Array.from({ length: 1500 }, (_, index) => `${index}`));
  history.add("new");
  assertEquals(history.lines.length, HISTORY_LIMIT);
  assertEquals([history.lines[0], history.lines.at(-1)], ["501", "new"]);
});

Deno.test("an empty history leads nowhere", () => {
  const history = new History();
  assertEquals([history.older("draft"), history.newer()], [undefined, undefined]);
});

Deno.test("the file of the history brings every line back", () => {
  const line = fc.string({ unit: "binary", minLength: 1 }).filter((text) =>
    !/[\uD800-\uDFFF]/u.test(text)
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.constantFrom("a\nb", "\\n", "\\", "\n"))), (lines) => {
      assertEquals(decodeHistory(encodeHistory(lines)), lines);
    }),
    { numRuns: 200 },
  );
});
