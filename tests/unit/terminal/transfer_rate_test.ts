import { assert, assertEquals } from "@std/assert";
import { TransferRate } from "../../../lib/terminal/transfer_rate.ts";

/** Fed every `step` ms with what `done` says. */
function fed(until: number, step: number, done: (now: number) => number): TransferRate {
  const rate = new TransferRate();
  for (let now = 0; now <= until; now += step) rate.add(now, done(now));
  return rate;
}

Deno.test("nothing can be said of one moment", () => {
  const rate = new TransferRate();
  assertEquals(rate.perSecond(0), undefined);
  rate.add(0, 100);
  assertEquals(rate.perSecond(0), undefined);
  assertEquals(rate.perSecond(1000), undefined);
});

Deno.test("a steady rate is what it is, however often it is looked at", () => {
  for (const step of [1, 50, 333, 1000]) {
    const rate = fed(20_000, step, (now) => now * 31).perSecond(20_000) ?? 0;
    assert(Math.abs(rate - 31_000) < 1_000, `${step}: ${rate}`);
  }
});

Deno.test("only the last seconds count", () => {
  const rate = fed(20_000, 250, (now) => now < 10_000 ? now * 100 : 1_000_000 + (now - 10_000));
  assertEquals(rate.perSecond(20_000), 1000);
});

Deno.test("what comes no more becomes slow", () => {
  const rate = fed(5_000, 250, (now) => now);
  assertEquals(rate.perSecond(5_000), 1000);
  assertEquals(rate.perSecond(50_000), 100);
});

Deno.test("what begins anew, or a clock that is set back, is measured anew", () => {
  const rate = fed(5_000, 250, (now) => now * 100);
  rate.add(5_100, 0);
  rate.add(6_100, 2_000);
  assertEquals(rate.perSecond(6_100), 2_000);
  rate.add(100, 2_000);
  rate.add(1_100, 3_000);
  assertEquals(rate.perSecond(1_100), 1_000);
});
