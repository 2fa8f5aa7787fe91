import { assert, assertEquals } from "@std/assert";
import { colorOf, painted, usesColor } from "../../../lib/terminal/style.ts";

Deno.test("colours are off for every one of the four reasons", () => {
  const on = { noColorFlag: false, noColor: undefined, term: "xterm", terminal: true };
  assert(usesColor(on) && usesColor({ ...on, noColor: "" }));
  const off = [{ noColorFlag: true }, { noColor: "0" }, { term: "dumb" }, { terminal: false }];
  for (const reason of off) assert(!usesColor({ ...on, ...reason }));
});

Deno.test("a person has the same colour always, and people have different ones", () => {
  assertEquals(colorOf("bob"), colorOf("bob"));
  const colors = new Set(Array.from({ length: 100 }, (_, index) => colorOf(`user ${index}`)));
  assert(colors.size > 8);
});

Deno.test("a text is painted only if colours are on", () => {
  assertEquals(painted("x", "good", { color: true, timestamps: "clock" }), "\x1b[32mx\x1b[0m");
  assertEquals(painted("x", 91, { color: true, timestamps: "clock" }), "\x1b[91mx\x1b[0m");
  assertEquals(painted("x", "good", { color: false, timestamps: "clock" }), "x");
});
