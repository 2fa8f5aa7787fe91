import { assert, assertEquals } from "@std/assert";
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

const listFolder = (folder: string) => {
  const folders: Record<string, [string, boolean][]> = {
    "": [["report.pdf", false], ["my report.pdf", false], ["music", true], [".secret", false]],
    "music/": [["one.ogg", false], ['say "hi".ogg', false]],
    "/": [["etc", true]],
  };
  return (folders[folder] ?? []).map(([name, isFolder]) => ({ name, isFolder }));
};
const candidates = (line: string) => complete(line, [bob, smith], { listFolder }).candidates;

Deno.test("Tab completes the person and then the path of a file", () => {
  assertEquals(candidates("/file bo"), ['"Bob Smith" ', "Bob "]);
  assertEquals(candidates("/file pu"), ["public "]);
  assertEquals(candidates("/file "), ['"Bob Smith" ', "Bob ", "public "]);
  assertEquals(candidates("/file bob re"), ["report.pdf "]);
  assertEquals(candidates('/file "Bob Smith" mus'), ["music/"]);
  assertEquals(candidates("/file public music/o"), ["music/one.ogg "]);
  assertEquals(candidates("/file bob /"), ["/etc/"]);
  assertEquals(candidates("/file bob none/"), []);
  assertEquals(complete("/file bob re", [bob]).candidates, []);
});

Deno.test("a path with spaces is put in quotes, and goes on inside them", () => {
  assertEquals(candidates("/file bob m"), ['"music/', '"my report.pdf" ']);
  assertEquals(candidates('/file bob "my re'), ['"my report.pdf" ']);
  assertEquals(candidates("/file bob my re"), ['"my report.pdf" ']);
  assertEquals(candidates('/file bob "music/s'), ['"music/say \\"hi\\".ogg" ']);
  assertEquals(complete("/file bob my re", [bob], { listFolder }).from, 10);
});

Deno.test("hidden files are offered to those who begin with a dot", () => {
  assertEquals(candidates("/file bob .se"), [".secret "]);
  assert(!candidates("/file bob ").some((one) => one.includes("secret")));
});

Deno.test("Tab completes the numbers of files", () => {
  const numbers = (command: string) => command === "accept" ? [12, 3, 1] : [];
  const offered = (line: string) => complete(line, [], { numbers }).candidates;
  assertEquals(offered("/accept "), ["12", "3", "1"]);
  assertEquals(offered("/ACCEPT 1"), ["12", "1"]);
  assertEquals(offered("/cancel "), []);
  assertEquals(complete("/accept ", []).candidates, []);
});
