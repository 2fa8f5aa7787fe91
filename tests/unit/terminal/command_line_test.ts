import { assertEquals } from "@std/assert";
import { firstWord, parseLine } from "../../../lib/terminal/command_line.ts";

Deno.test("a line is a command, a text or nothing", () => {
  assertEquals(parseLine("/TELL  bob"), { kind: "command", name: "tell", rest: " bob" });
  assertEquals(parseLine(" /tell"), { kind: "text", text: " /tell" });
  assertEquals(parseLine(" \t"), { kind: "nothing" });
});

Deno.test("a quoted name may have quotes of its own", () => {
  assertEquals(firstWord('"a \\"b\\" \\\\c" d'), { word: 'a "b" \\c', rest: "d" });
  assertEquals(firstWord('"open'), undefined);
  assertEquals(firstWord('"a"b c'), undefined);
  assertEquals(firstWord("  "), undefined);
});
