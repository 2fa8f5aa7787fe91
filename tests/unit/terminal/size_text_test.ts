import { assertEquals } from "@std/assert";
import { sizeText } from "../../../lib/terminal/size_text.ts";

Deno.test("a size has the unit that keeps it short, at every border", () => {
  const shown: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [999.7, "1000 B"],
    [1000, "1.0 kB"],
    [9_949, "9.9 kB"],
    [9_950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [3_000_000_000, "3.0 GB"],
    [Number.MAX_SAFE_INTEGER, "9.0 PB"],
    [1e30, "1000000000000000 PB"],
  ];
  for (const [bytes, text] of shown) assertEquals(sizeText(bytes), text);
});

Deno.test("what is no size is none", () => {
  for (const bytes of [NaN, Infinity, -1]) assertEquals(sizeText(bytes), "?");
});
