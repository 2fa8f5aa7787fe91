import { assertEquals } from "@std/assert";
import type { LinkId } from "../../../../lib/server/effects.ts";
import { Wanted, WANTED_MS } from "../../../../lib/server/tables/wanted.ts";
import { HERE, NOW, THERE } from "../../protocol/examples.ts";
import { id } from "../small_server.ts";

const [here, there] = [id(HERE), id(THERE)];
const [one, two] = [1 as LinkId, 2 as LinkId];

Deno.test("who asked for the users of a server is remembered with that server alone", () => {
  const wanted = new Wanted();
  assertEquals(wanted.links(there, NOW), []);
  wanted.add(there, one, NOW);
  wanted.add(there, two, NOW);
  wanted.add(here, two, NOW);
  assertEquals(wanted.links(there, NOW), [one, two]);
  assertEquals(wanted.links(here, NOW), [two]);
});

Deno.test("a question is forgotten when its answer has had time enough, and each counts for itself", () => {
  const wanted = new Wanted();
  wanted.add(there, one, NOW);
  wanted.add(there, two, NOW + 1);
  assertEquals(wanted.links(there, NOW + WANTED_MS - 1), [one, two]);
  assertEquals(wanted.links(there, NOW + WANTED_MS), [two]);
  assertEquals(wanted.links(there, NOW + WANTED_MS + 1), []);
});

Deno.test("who asks again is told for as long again, once a frame", () => {
  const wanted = new Wanted();
  wanted.add(there, one, NOW);
  wanted.add(there, one, NOW + WANTED_MS - 1);
  assertEquals(wanted.links(there, NOW + WANTED_MS), [one]);
});

Deno.test("questions that nobody answers are forgotten, over however many links they come one after another", () => {
  const wanted = new Wanted();
  for (let i = 0; i < 1_000; i++) wanted.add(there, i as LinkId, NOW + i * 1_000);
  assertEquals(wanted.links(there, NOW + 999_000).length, WANTED_MS / 1_000);
  assertEquals(wanted.count, 1, "one server's users were asked for");
});
