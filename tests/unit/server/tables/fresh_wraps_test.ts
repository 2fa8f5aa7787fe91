import { assertEquals } from "@std/assert";
import { MAX_WRAPS } from "../../../../lib/protocol/messages/channel.ts";
import { FreshWraps, MAX_WRAPS_TEXT } from "../../../../lib/server/tables/fresh_wraps.ts";
import { TOGETHER_MS } from "../../../../lib/server/tables/key_needs.ts";
import { idOf } from "../../../contract/store_contract.ts";
import { NOW } from "../../protocol/examples.ts";

const wrap = (number: number, wrappedKey = `wrap ${number}`) => ({
  member: idOf(number),
  wrappedKey,
  key: undefined,
});

Deno.test("wraps of the same moment are told of together, the latest of each member", () => {
  const wraps = new FreshWraps();
  wraps.add(wrap(1, "old"), NOW);
  wraps.add(wrap(2), NOW + 1);
  wraps.add(wrap(1, "new"), NOW + TOGETHER_MS - 1);
  assertEquals(wraps.nextDeadline, NOW + TOGETHER_MS);
  assertEquals(wraps.take(NOW + TOGETHER_MS - 1), []);
  assertEquals(wraps.take(NOW + TOGETHER_MS), [[wrap(1, "new"), wrap(2)]]);
  assertEquals([wraps.count, wraps.nextDeadline], [0, Infinity]);
});

Deno.test("more than go into one frame go into several, by their number", () => {
  const wraps = new FreshWraps();
  for (let number = 0; number <= 2 * MAX_WRAPS; number += 1) wraps.add(wrap(number), NOW);
  const frames = wraps.take(NOW + TOGETHER_MS);
  assertEquals(frames.map(({ length }) => length), [MAX_WRAPS, MAX_WRAPS, 1]);
});

Deno.test("more than go into one frame go into several, by their size", () => {
  const wraps = new FreshWraps();
  const half = "A".repeat(MAX_WRAPS_TEXT / 2);
  for (const number of [1, 2, 3]) wraps.add(wrap(number, half), NOW);
  wraps.add(wrap(4, half + half + half), NOW);
  const frames = wraps.take(NOW + TOGETHER_MS);
  assertEquals(frames.map(({ length }) => length), [2, 1, 1]);
});
