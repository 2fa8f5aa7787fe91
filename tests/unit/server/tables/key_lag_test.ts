import { assertEquals } from "@std/assert";
import { HEARTBEAT_MS } from "../../../../lib/protocol/limits.ts";
import { KeyLag, MAX_LAG_PAUSE_MS } from "../../../../lib/server/tables/key_lag.ts";
import { ALICE, BOB, NOW } from "../../protocol/examples.ts";
import { id } from "../small_server.ts";

Deno.test("for who is behind others are asked at once, then after pauses that double up to ten minutes", () => {
  const lag = new KeyLag();
  const asked: number[] = [];
  for (let now = NOW; now < NOW + 4 * MAX_LAG_PAUSE_MS; now += HEARTBEAT_MS) {
    if (lag.isDue(id(ALICE), now)) asked.push(now);
  }
  const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  assertEquals(pauses.slice(0, 7), [15, 30, 60, 120, 240, 480, 600].map((s) => s * 1_000));
  assertEquals(new Set(pauses.slice(6)), new Set([MAX_LAG_PAUSE_MS]));
});

Deno.test("who has caught up once is asked for at once when behind again, and others are others", () => {
  const lag = new KeyLag();
  assertEquals([lag.isDue(id(ALICE), NOW), lag.isDue(id(ALICE), NOW + 1)], [true, false]);
  assertEquals(lag.isDue(id(BOB), NOW + 1), true);
  lag.delete(id(ALICE));
  assertEquals([lag.count, lag.isDue(id(ALICE), NOW + 2)], [1, true]);
});
