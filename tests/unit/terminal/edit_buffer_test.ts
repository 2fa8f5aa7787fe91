import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EditBuffer } from "../../../lib/terminal/edit_buffer.ts";

/** A buffer with its cursor where the bar is. */
function buffer(text: string): EditBuffer {
  const made = new EditBuffer();
  const [before = "", after = ""] = text.split("|");
  made.set(after);
  made.home();
  made.insert(before);
  return made;
}

/** Text and cursor as one. */
function seen(made: EditBuffer): string {
  return `${made.text.slice(0, made.cursor)}|${made.text.slice(made.cursor)}`;
}

Deno.test("each edit does what its key promises", () => {
  const edits: [keyof EditBuffer & `${string}`, string, string][] = [
    ["left", "ab|", "a|b"],
    ["left", "|ab", "|ab"],
    ["right", "a|b", "ab|"],
    ["right", "ab|", "ab|"],
    ["wordLeft", "one two-|", "one |two-"],
    ["wordLeft", "  |", "|  "],
    ["wordLeft", "mi\u200Cx|", "|mi\u200Cx"],
    ["wordRight", "|one two", "one| two"],
    ["wordRight", "one|, zwölf.", "one, zwölf|."],
    ["wordRight", "one|  ", "one  |"],
    ["backspace", "a👩‍🚀|b", "a|b"],
    ["delete", "a|👩‍🚀b", "a|b"],
    ["delete", "a|", "a|"],
    ["killToEnd", "a|b", "a|"],
    ["killToStart", "a|b", "|b"],
    ["killNonSpaceLeft", "one two-three  |", "one |"],
    ["killWordLeft", "one two-three|", "one two-|"],
    ["killWordRight", "|one two", "| two"],
    ["killAll", "a|b", "|"],
  ];
  for (const [edit, before, after] of edits) {
    const made = buffer(before);
    const action = made[edit];
    if (typeof action === "function") Reflect.apply(action, made, []);
    assertEquals([edit, seen(made)], [edit, after]);
  }
});

Deno.test("cuts in a row are one, a move ends the row", () => {
  const made = buffer("one two| three");
  made.killNonSpaceLeft();
  made.killToEnd();
  made.yank();
  assertEquals(seen(made), "one two three|");
  made.killNonSpaceLeft();
  made.left();
  made.killNonSpaceLeft();
  made.yank();
  assertEquals(made.text, "one two ");
});

Deno.test("what is cut comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, moves) => {
      const made = new EditBuffer();
      made.set(text);
      for (let move = 0; move < moves; move++) made.left();
      for (const cut of ["killToEnd", "killToStart"] as const) {
        made[cut]();
        made.yank();
        assertEquals(made.text, text);
      }
    }),
    { numRuns: 100 },
  );
});
