import { assertEquals } from "@std/assert";
import { Alarm } from "../../../lib/base/alarm.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

function alarm() {
  const clock = new VirtualClock();
  const began = clock.now();
  const rings: number[] = [];
  return { clock, began, rings, it: new Alarm(clock, (now) => void rings.push(now - began)) };
}

Deno.test("an alarm rings at the earliest time that it was set to, once", async () => {
  const { clock, began, rings, it } = alarm();
  for (const at of [500, 300, 400, Infinity]) it.set(began + at);
  await clock.advance(1_000);
  assertEquals(rings, [300]);
});

Deno.test("an alarm that has rung can be set anew, and one that is cancelled does not ring", async () => {
  const { clock, began, rings, it } = alarm();
  it.set(began + 100);
  await clock.advance(100);
  it.set(began + 200);
  await clock.advance(100);
  it.set(began + 300);
  it.cancel();
  await clock.advance(1_000);
  assertEquals(rings, [100, 200]);
  it.set(began + 1_300);
  await clock.advance(1_000);
  assertEquals(rings, [100, 200, 1_300]);
});
