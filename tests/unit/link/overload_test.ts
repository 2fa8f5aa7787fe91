import { assertEquals } from "@std/assert";
import { MAX_OVER_MS, MIN_GROWTH, Overload } from "../../../lib/link/overload.ts";

/** When a link counts as over its limit for too long, whose backlog is this at each time; in ms. */
function over(backlogAt: (now: number) => number, until = 60_000): number | undefined {
  const overload = new Overload();
  for (let now = 0; now <= until; now += 100) {
    const backlog = backlogAt(now);
    if (backlog <= 0) overload.ends();
    else overload.heldUp(backlog, now);
    if (overload.lasts(backlog, now)) return now;
  }
  return undefined;
}

Deno.test("a link whose backlog grows for 10 s is over its limit for too long", () => {
  assertEquals(over((now) => 1 + now), MAX_OVER_MS);
});

Deno.test("who waits for answers keeps within the limit, however much was left unanswered at first", () => {
  assertEquals(over(() => 1_000), undefined);
  assertEquals(over((now) => Math.min(16, 1 + now / 1_000)), undefined);
});

Deno.test("a little more each time is no flood until it is much", () => {
  assertEquals(over((now) => 1 + now / 1_000), MIN_GROWTH * 1_000);
});

Deno.test("who has sent much at once is only slow, however long it takes", () => {
  assertEquals(over((now) => 60_000 - now), undefined);
});

Deno.test("who sends much again and pauses in between is not over the limit all the time", () => {
  assertEquals(over((now) => 9_000 - now % 9_000), undefined);
  assertEquals(over((now) => now % 12_000 < 9_000 ? 1 + now % 12_000 : 0), undefined);
});

Deno.test("who sends more again after a long time is judged from then on", () => {
  assertEquals(over((now) => now < 20_000 ? 20_001 - now : now - 19_999), 30_000);
});

Deno.test("where it is not the limit for which frames wait, no link is over it", () => {
  const overload = new Overload();
  overload.heldUp(1, 0);
  for (let now = 0; now <= 60_000; now += 100) assertEquals(overload.lasts(1 + now, now), false);
});

Deno.test("a clock that is set back or far ahead condemns nobody", () => {
  for (const leap of [-3_600_000, 3_600_000]) {
    const overload = new Overload();
    overload.heldUp(1, 0);
    assertEquals(overload.lasts(2, leap), false);
    overload.heldUp(3, leap);
    assertEquals(overload.lasts(4, leap), false);
  }
});
