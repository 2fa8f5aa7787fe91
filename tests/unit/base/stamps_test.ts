import { Stamps } from "../../../lib/base/stamps.ts";
import { assertEquals } from "@std/assert";

Deno.test("a stamp is now, as long as now moves on", () => {
  const stamps = new Stamps();
  assertEquals([stamps.next(1_000), stamps.next(2_000)], [1_000, 2_000]);
});

Deno.test("two stamps of one moment differ, the later one is newer", () => {
  const stamps = new Stamps();
  assertEquals([stamps.next(1_000), stamps.next(1_000), stamps.next(1_000)], [1_000, 1_001, 1_002]);
});

Deno.test("a clock that jitters back a little does not repeat a stamp", () => {
  const stamps = new Stamps();
  assertEquals([stamps.next(50_000), stamps.next(49_000)], [50_000, 50_001]);
});

Deno.test("a clock that was set back is followed, or every frame would lie in the others' future", () => {
  const stamps = new Stamps();
  stamps.next(1_000_000);
  assertEquals([stamps.next(100_000), stamps.next(100_000)], [100_000, 100_001]);
});
