import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { lineView } from "../../../lib/terminal/line_view.ts";
import { width } from "../../../lib/terminal/width.ts";

const size = { columns: 10, rows: 5 };

Deno.test("the cursor stands behind what is before it, on the next row if this one is full", () => {
  const at = (line: string, cursor: number) => {
    const { cursorRow, cursorColumn } = lineView("> ", line, cursor, size);
    return [cursorRow, cursorColumn];
  };
  assertEquals(at("", 0), [0, 2]);
  assertEquals(at("1234567", 7), [0, 9]);
  assertEquals(at("12345678", 8), [1, 0]);
  assertEquals(at("123456789", 8), [1, 0]);
  assertEquals(at("日本", 1), [0, 4]);
});

Deno.test("a wide character that does not fit takes the cursor to the next row", () => {
  const { cursorRow, cursorColumn, endRow } = lineView("> ", "1234567日", 7, size);
  assertEquals([cursorRow, cursorColumn, endRow], [1, 0, 1]);
});

Deno.test("a row that is exactly full is said to be", () => {
  assert(lineView("> ", "12345678", 0, size).full);
  assert(!lineView("> ", "1234567", 0, size).full);
});

Deno.test("a long line is cut on both sides of the cursor", () => {
  const { text } = lineView("> ", "x".repeat(500), 250, size);
  assert(/^> …x+…$/.test(text));
  assert(lineView("> ", "x".repeat(500), 500, size).text.endsWith("x"));
  assert(lineView("> ", "x".repeat(500), 0, size).text.startsWith("> x"));
});

Deno.test("line and cursor stay inside the window, whatever is typed", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.nat(200),
      fc.integer({ min: 10, max: 40 }),
      fc.integer({ min: 2, max: 6 }),
      (line, cursor, columns, rows) => {
        const view = lineView("> ", line, Math.min(cursor, line.length), { columns, rows });
        assert(view.cursorRow <= view.endRow && view.cursorColumn < columns);
        // Pictures of controls and wide characters at the edge may take one row more.
        assert(view.endRow <= rows + Math.ceil(width(view.text) / columns / 4));
        assert(!/[\p{Cc}\p{Cs}]/u.test(view.text));
      },
    ),
    { numRuns: 200 },
  );
});
