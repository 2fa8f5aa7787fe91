import { assert, assertEquals } from "@std/assert";
import {
  AGAIN_MS,
  ChannelTurns,
  LAST_TURN_MS,
  TURN_MS,
} from "../../../lib/client/channel_turns.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { ALICE, BOB } from "../protocol/examples.ts";

const [alice, bob] = [ALICE as Id, BOB as Id];

function turns() {
  const clock = new VirtualClock();
  const start = clock.now();
  const due: [number, ...string[]][] = [];
  const made = new ChannelTurns(clock, (ids) => due.push([clock.now() - start, ...ids]));
  return { clock, due, turns: made };
}

Deno.test("the first holder answers at once, the third a second later", async () => {
  const { clock, due, turns: mine } = turns();
  mine.need(alice, 0);
  mine.need(bob, 2);
  await clock.advance(5_000);
  assertEquals(due, [[0, alice], [2 * TURN_MS, bob]]);
});

Deno.test("however many holders come before, each has its turn before who waits makes a key", async () => {
  let last = -1;
  for (const rank of [0, 1, 3, 4, 5, 50, 5_000]) {
    const { clock, due, turns: mine } = turns();
    mine.need(alice, rank);
    await clock.advance(60_000);
    const at = due[0]?.[0] ?? Infinity;
    assert(at > last && at <= LAST_TURN_MS, `${rank}: ${at}`);
    last = at;
  }
});

Deno.test("those who need it at the same time are answered together", async () => {
  const { clock, due, turns: mine } = turns();
  mine.need(alice, 1);
  mine.need(bob, 1);
  await clock.advance(5_000);
  assertEquals(due, [[TURN_MS, alice, bob]]);
});

Deno.test("who has got it from somebody else is not answered", async () => {
  const { clock, due, turns: mine } = turns();
  mine.need(alice, 1);
  mine.need(bob, 1);
  mine.settled(alice);
  await clock.advance(5_000);
  assertEquals(due, [[TURN_MS, bob]]);
});

Deno.test("a second need does not put a turn off", async () => {
  const { clock, due, turns: mine } = turns();
  mine.need(alice, 1);
  await clock.advance(400);
  mine.need(alice, 1);
  await clock.advance(5_000);
  assertEquals(due, [[TURN_MS, alice]]);
});

Deno.test("whoever asks again and again in somebody's name gets one answer in 5 s", async () => {
  const { clock, due, turns: mine } = turns();
  for (let second = 0; second < 11; second++) {
    mine.need(alice, 0);
    await clock.advance(1_000);
  }
  assertEquals(due.map(([at]) => at), [0, AGAIN_MS, 2 * AGAIN_MS]);
});

Deno.test("without a connection nobody is answered", async () => {
  const { clock, due, turns: mine } = turns();
  mine.need(alice, 1);
  mine.clear();
  await clock.advance(5_000);
  assertEquals(due, []);
});
