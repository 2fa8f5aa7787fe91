import { assertEquals } from "@std/assert";
import { percentile } from "../../../bench/load/loops.ts";

const HUNDRED = Array.from({ length: 100 }, (_, i) => i + 1);

Deno.test("a percentile is the smallest number that so large a share does not exceed", () => {
  assertEquals([0.5, 0.99, 0.999, 1].map((share) => percentile(HUNDRED, share)), [
    50,
    99,
    100,
    100,
  ]);
  assertEquals(percentile(HUNDRED, 0), 1);
});

Deno.test("of nothing there is no percentile", () => {
  assertEquals(percentile([], 0.5), NaN);
});
