import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../lib/base/clock.ts";

Deno.test("the clock of the machine tells Unix milliseconds", () => {
  const before = Date.now();
  const now = systemClock.now();
  assert(now >= before && now <= Date.now());
});

Deno.test("an alarm for a time that has passed rings as soon as possible, once", async () => {
  let rings = 0;
  await new Promise<void>((resolve) => {
    systemClock.at(systemClock.now() - 1_000, () => {
      rings++;
      resolve();
    });
  });
  assertEquals(rings, 1);
});

Deno.test("a cancelled alarm does not ring, and holds no timer", async () => {
  let rung = false;
  const cancel = systemClock.at(0, () => rung = true);
  cancel();
  await new Promise<void>((resolve) => systemClock.at(0, resolve));
  assertEquals(rung, false);
});

Deno.test("cancelling an alarm that has rung does nothing", async () => {
  let cancel = () => {};
  await new Promise<void>((resolve) => cancel = systemClock.at(0, resolve));
  cancel();
});

Deno.test("an alarm beyond what a timer can wait for does not ring at once", async () => {
  let rung = false;
  const cancel = systemClock.at(systemClock.now() + 2 ** 40, () => rung = true);
  await new Promise<void>((resolve) => systemClock.at(0, resolve));
  cancel();
  assertEquals(rung, false);
});
