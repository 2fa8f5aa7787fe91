import { assertEquals } from "@std/assert";
import { differences } from "../../support/chaos/tables.ts";

const truth = new Map([["alice", "london"], ["bob", "paris"]]);

Deno.test("a table that says how it is has no differences, in whatever order", () => {
  assertEquals(differences(new Map([...truth].reverse()), truth), []);
});

Deno.test("whoever is missing, elsewhere or a ghost is told of", () => {
  const table = new Map([["alice", "rome"], ["carol", "paris"]]);
  assertEquals(differences(table, truth), [
    "lists alice on rome, who is on london",
    "does not list bob, who is on paris",
    "lists carol on paris, who is nowhere",
  ]);
});

Deno.test("a server that does not answer differs", () => {
  assertEquals(differences("the server does not answer", truth), ["the server does not answer"]);
});
