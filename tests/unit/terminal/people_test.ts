import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { firstWord } from "../../../lib/terminal/command_line.ts";
import {
  label,
  labels,
  labelsByRecency,
  type Person,
  quoteLabel,
  resolve,
  shortId,
} from "../../../lib/terminal/people.ts";

const bob: Person = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob", lastSpoken: 5 };
const otherBob: Person = { id: "92c748e9-0de3-47eb-b46a-f7a74224b228", name: "bob" };
const smith: Person = {
  id: "a3d859fa-1ef4-48fc-857b-08b85335c339",
  name: "Bob Smith",
  lastSpoken: 9,
};
const nameless: Person = { id: "b4e96a0b-2f05-490d-968c-19c96446d44a" };

Deno.test("a name in any case means its only bearer", () => {
  assertEquals(resolve("BOB", [bob, smith]), { kind: "one", id: bob.id });
});

Deno.test("a name that two share is a choice, and each choice resolves", () => {
  const people = [bob, otherBob];
  const found = resolve("bob", people);
  assertEquals(found, { kind: "ambiguous", candidates: ["Bob·81b637d8", "bob·92c748e9"] });
  assertEquals(resolve("Bob·81b637d8", people), { kind: "one", id: bob.id });
  assertEquals(resolve("bob·92c748e9", people), { kind: "one", id: otherBob.id });
});

Deno.test("short and full ids resolve in any case", () => {
  for (const ref of ["b4e96a0b", "B4E96A0B-2f05", nameless.id.toUpperCase()]) {
    assertEquals(resolve(ref, [bob, nameless]), { kind: "one", id: nameless.id });
  }
});

Deno.test("less than eight characters of an id are not enough", () => {
  assertEquals(resolve("b4e96a0", [nameless]).kind, "none");
});

Deno.test("a short id grows until it is the only one", () => {
  const twin: Person = { id: "81b637d8-fcd3-46da-a359-e6963113a117" };
  assertEquals(shortId(bob.id, [bob, twin]), "81b637d8-fcd2");
  assertEquals(resolve("81b637d8", [bob, twin]).kind, "ambiguous");
  assertEquals(resolve("81b637d8-fcd2", [bob, twin]), { kind: "one", id: bob.id });
});

Deno.test("nobody takes another's id as a name", () => {
  for (const name of [bob.id, "81b637d8", bob.id.toUpperCase(), "８1b637d8"]) {
    const mallory: Person = { id: nameless.id, name };
    const people = [mallory, bob];
    assertEquals(resolve(name, people), { kind: "one", id: bob.id });
    assert(label(mallory, people).endsWith("·b4e96a0b"));
  }
});

Deno.test("nobody takes another's label as a name", () => {
  const mallory: Person = { id: nameless.id, name: "bob·81b637d8" };
  const people = [mallory, bob, otherBob];
  assertEquals(resolve("bob·81b637d8", people), { kind: "one", id: bob.id });
  assertEquals(label(mallory, people), "bob·81b637d8·b4e96a0b");
  assertEquals(resolve("bob·81b637d8", [mallory]).kind, "none");
});

Deno.test("a name that mixes scripts never stands alone", () => {
  const mallory: Person = { id: nameless.id, name: "Bоb" };
  assertEquals(label(mallory, [mallory, bob]), "Bоb·b4e96a0b");
});

Deno.test("hidden characters do not make two names of one sight", () => {
  const mallory: Person = { id: nameless.id, name: "Bob\u200B" };
  assertEquals(label(mallory, [mallory, bob]), "Bob<U+200B>");
  assertEquals(
    label({ ...mallory, name: " Bob " }, [{ ...mallory, name: " Bob " }, bob]),
    "Bob·b4e96a0b",
  );
});

Deno.test("a long name is cut and two that are cut alike are told apart", () => {
  const long = { ...bob, name: "x".repeat(5000) };
  const longer = { ...otherBob, name: "x".repeat(6000) };
  assertEquals(label(long, [long]), `${"x".repeat(31)}…`);
  assertEquals(label(long, [long, longer]), `${"x".repeat(31)}…·81b637d8`);
});

Deno.test("a misspelt name suggests the right one", () => {
  assertEquals(resolve("bbo", [bob, nameless]), { kind: "none", suggestions: ["Bob"] });
  assertEquals(resolve("zzz", [bob]), { kind: "none", suggestions: [] });
});

Deno.test("those we spoke with last come first", () => {
  assertEquals(labelsByRecency([nameless, otherBob, bob, smith]), [
    "Bob Smith",
    "Bob·81b637d8",
    "b4e96a0b",
    "bob·92c748e9",
  ]);
});

Deno.test("every label, typed as it is quoted, means its bearer and nobody else", () => {
  const name = fc.oneof(
    fc.constantFrom("bob", "Bob", "bob ", "Bob Smith", "", " ", '"', "\\", 'a"b', "·", "81b637d8"),
    fc.constantFrom(
      "bob·81b637d8",
      bob.id,
      "\x1b[2J",
      "/quit",
      "@bob",
      "\u202E",
      "é",
      "e\u0301",
      "ﬁ",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const person = fc.record({
    id: fc.oneof(fc.uuid({ version: 4 }), fc.constant(bob.id), fc.constant(otherBob.id)),
    name,
  });
  const crowd = fc.uniqueArray(person, { selector: ({ id }) => id, maxLength: 6 });
  fc.assert(
    fc.property(crowd, (people) => {
      for (const one of people) {
        const typed = firstWord(`${quoteLabel(label(one, people))} text`);
        assertEquals(typed?.rest, "text");
        assertEquals(resolve(typed?.word ?? "", people), { kind: "one", id: one.id });
        assertEquals(labels(people).get(one.id), label(one, people));
      }
    }),
    { numRuns: 300 },
  );
});
