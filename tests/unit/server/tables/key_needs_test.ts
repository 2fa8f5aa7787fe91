import { assertEquals } from "@std/assert";
import {
  ARRIVED_AGAIN_MS,
  ASKED_AGAIN_MS,
  KeyNeeds,
  TOGETHER_MS,
} from "../../../../lib/server/tables/key_needs.ts";
import { ALICE, BOB, NOW } from "../../protocol/examples.ts";
import { CAROL, id } from "../small_server.ts";

const [alice, bob, carol] = [id(ALICE), id(BOB), id(CAROL)];

Deno.test("who needs the key is named with those who need it within a tenth of a second", () => {
  const needs = new KeyNeeds();
  assertEquals([needs.nextDeadline, needs.take(NOW)], [Infinity, []]);
  needs.add(alice, ASKED_AGAIN_MS, NOW);
  needs.add(bob, ARRIVED_AGAIN_MS, NOW + TOGETHER_MS - 1);
  needs.add(alice, ASKED_AGAIN_MS, NOW + 1);
  assertEquals(needs.nextDeadline, NOW + TOGETHER_MS);
  assertEquals(needs.take(NOW + TOGETHER_MS - 1), []);
  assertEquals(needs.take(NOW + TOGETHER_MS), [alice, bob]);
  assertEquals(needs.nextDeadline, Infinity);
});

Deno.test("who asks again and again is named once in five seconds, and not forgotten", () => {
  const needs = new KeyNeeds();
  let named = 0;
  let now = NOW;
  for (; now < NOW + 4 * ASKED_AGAIN_MS; now += 10) {
    needs.add(alice, ASKED_AGAIN_MS, now);
    named += needs.take(now).length;
  }
  assertEquals(named, 4);
  assertEquals(needs.take(needs.nextDeadline), [alice], "what was asked last is remembered");
});

Deno.test("who arrives again is named sooner than who asks again, but not at once", () => {
  const needs = new KeyNeeds();
  const first = NOW + TOGETHER_MS;
  needs.add(alice, ARRIVED_AGAIN_MS, NOW);
  needs.take(first);
  needs.add(alice, ASKED_AGAIN_MS, first + 1);
  assertEquals(needs.nextDeadline, first + ASKED_AGAIN_MS + TOGETHER_MS);
  needs.add(alice, ARRIVED_AGAIN_MS, first + 2);
  assertEquals(needs.nextDeadline, first + ARRIVED_AGAIN_MS + TOGETHER_MS);
});

Deno.test("who is not due yet keeps nobody else waiting, and waits on", () => {
  const needs = new KeyNeeds();
  needs.add(alice, ASKED_AGAIN_MS, NOW);
  const first = NOW + TOGETHER_MS;
  needs.take(first);
  needs.add(alice, ASKED_AGAIN_MS, first);
  needs.add(carol, ASKED_AGAIN_MS, first);
  assertEquals(needs.take(first + TOGETHER_MS), [carol]);
  assertEquals(needs.nextDeadline, first + ASKED_AGAIN_MS + TOGETHER_MS);
  assertEquals(needs.take(needs.nextDeadline), [alice]);
});

Deno.test("who was named long ago is forgotten", () => {
  const needs = new KeyNeeds();
  needs.add(alice, ASKED_AGAIN_MS, NOW);
  needs.take(NOW + TOGETHER_MS);
  needs.add(bob, ASKED_AGAIN_MS, NOW + ASKED_AGAIN_MS);
  needs.take(NOW + ASKED_AGAIN_MS + TOGETHER_MS);
  assertEquals(needs.count, 1);
});
