import { assertEquals } from "@std/assert";
import {
  AGAIN_MS,
  AWAY_MS,
  TAKER_SILENCE_MS,
  Takers,
  WINDOW_CHUNKS,
} from "../../../lib/client/file_takers.ts";
import { toId } from "../../../lib/protocol/ids.ts";

const bob = toId("81b637d8-fcd2-46da-a359-e6963113a117");
const carol = toId("0c8a1f6e-2a1e-4a9b-9a53-0f2f7b1f1c11");

function taker(takers: Takers, id: typeof bob) {
  const found = takers.get(id);
  if (found === undefined) throw new Error("nobody");
  return found;
}

Deno.test("the slowest who rides sets the limit, and nobody who does not", () => {
  const takers = new Takers();
  assertEquals([takers.limit, takers.have], [0, undefined]);
  takers.accepted(bob, 0, 0, undefined);
  assertEquals(takers.board(0), 0);
  assertEquals(takers.limit, WINDOW_CHUNKS);
  takers.accepted(carol, 0, 0, 5);
  assertEquals(taker(takers, carol).place, "waiting");
  taker(takers, bob).have = 8;
  assertEquals([takers.limit, takers.have], [8 + WINDOW_CHUNKS, 0]);
});

Deno.test("who comes in time for the next chunk just gets on", () => {
  const takers = new Takers();
  takers.accepted(bob, 0, 0, undefined);
  takers.board(0);
  takers.accepted(carol, 5, 0, 5);
  assertEquals(taker(takers, carol).place, "riding");
});

Deno.test("who rides and asks has lost something, and waits for a run of its own", () => {
  const takers = new Takers();
  takers.accepted(bob, 0, 0, undefined);
  takers.accepted(carol, 0, 0, undefined);
  assertEquals(takers.board(0), 0);
  takers.accepted(bob, 3, 0, 3);
  assertEquals([taker(takers, bob).place, takers.board(0)], ["waiting", undefined]);
  takers.away(taker(takers, carol), 0, "gone");
  assertEquals(takers.board(0), 3);
});

Deno.test("the next run begins at what the slowest of those who wait has", () => {
  const takers = new Takers();
  takers.accepted(bob, 9, 0, undefined);
  takers.accepted(carol, 4, 0, undefined);
  assertEquals(takers.board(0), 4);
});

Deno.test("who rides and is silent is noticed; who is away is asked again and again, then given up", () => {
  const takers = new Takers();
  takers.accepted(bob, 0, 1_000, undefined);
  takers.board(1_000);
  const it = taker(takers, bob);
  assertEquals(takers.deadline, 1_000 + TAKER_SILENCE_MS);
  assertEquals(takers.due(it, 1_000 + TAKER_SILENCE_MS), "silent");
  takers.away(it, 2_000, "gone");
  assertEquals([takers.deadline, takers.due(it, 3_000)], [2_000 + AWAY_MS, undefined]);
  it.askAt = 3_000;
  assertEquals(takers.due(it, 3_000), "ask");
  assertEquals(takers.deadline, 3_000 + AGAIN_MS);
  takers.away(it, 4_000, "still gone");
  assertEquals(takers.due(it, 2_000 + AWAY_MS), "gone");
});

Deno.test("who has all of it is away from nothing", () => {
  const takers = new Takers();
  takers.accepted(bob, 0, 0, undefined);
  Object.assign(taker(takers, bob), { place: "complete" });
  takers.away(taker(takers, bob), 0, "gone");
  assertEquals(takers.counts, { accepted: 1, complete: 1 });
  assertEquals([takers.have, takers.deadline], [undefined, Infinity]);
});
