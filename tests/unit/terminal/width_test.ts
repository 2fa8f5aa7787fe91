import { assertEquals } from "@std/assert";
import { cells, width } from "../../../lib/terminal/width.ts";

Deno.test("columns are those a terminal takes", () => {
  const widths: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["e\u0301", 1],
    ["日本", 4],
    ["ｱ", 1],
    ["Ａ", 2],
    ["한국", 4],
    ["👍🏽", 2],
    ["👨‍👩‍👧‍👦", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["1️⃣", 2],
    ["⏎…✓", 3],
    ["ที่", 1],
    ["क्ष", 2],
  ];
  for (const [text, columns] of widths) assertEquals([text, width(text)], [text, columns]);
});

Deno.test("cells are what a person sees as characters", () => {
  assertEquals([...cells("é日👩‍🚀")].map(({ char }) => char), ["é", "日", "👩‍🚀"]);
});
