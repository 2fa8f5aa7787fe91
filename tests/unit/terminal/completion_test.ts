import { assertEquals } from "@std/assert";
import { complete } from "../../../lib/terminal/completion.ts";
import type { Person } from "../../../lib/terminal/people.ts";

const bob: Person = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob" };
const smith: Person = {
  id: "a3d859fa-1ef4-48fc-857b-08b85335c339",
  name: "Bob Smith",
  lastSpoken: 9,
};

Deno.test("Tab completes commands", () => {
  assertEquals(complete("/t", []), { from: 0, candidates: ["/tell ", "/trust "] });
  assertEquals(complete("/help qu", []), { from: 6, candidates: ["quit "] });
  assertEquals(complete("/nothing", []).candidates, []);
});

Deno.test("Tab completes people in any case, quoted where needed, the last spoken first", () => {
  assertEquals(complete("/tell BO", [bob, smith]), {
    from: 6,
    candidates: ['"Bob Smith" ', "Bob "],
  });
  assertEquals(complete('/tell "bob s', [bob, smith]), { from: 6, candidates: ['"Bob Smith" '] });
  assertEquals(complete("/trust ", [bob]), { from: 7, candidates: ["Bob "] });
});

Deno.test("Tab offers nothing inside a text", () => {
  assertEquals(complete("/tell bob bo", [bob]).candidates, []);
  assertEquals(complete('/tell "Bob Smith" bo', [bob]).candidates, []);
  assertEquals(complete("bo", [bob]).candidates, []);
  assertEquals(complete("/list bo", [bob]).candidates, []);
});
