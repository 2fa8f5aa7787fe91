import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoffDelay } from "../../../lib/base/backoff.ts";

const limits = { base: 1_000, cap: 60_000 };
const almostOne = 1 - Number.EPSILON;

Deno.test("the ceiling doubles with each failure until the cap", () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((failures) =>
    backoffDelay(failures, limits, almostOne)
  );
  const expected = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000];
  assertEquals(ceilings, expected);
});

Deno.test("the smallest wait is a tenth of the base, so that nobody spins", () => {
  for (const failures of [0, 5, 1_000]) assertEquals(backoffDelay(failures, limits, 0), 100);
});

Deno.test("however often it failed and whatever the chance, the wait is within its bounds", () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.nat(1_000_000), unit, (failures, chance) => {
    const delay = backoffDelay(failures, limits, chance);
    assert(Number.isInteger(delay) && delay >= 100 && delay <= 60_000);
  }));
});
