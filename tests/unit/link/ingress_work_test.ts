import { assertEquals } from "@std/assert";
import { ArrivalTurns } from "../../../lib/link/arrival_turns.ts";
import { MAX_INBOX } from "../../../lib/link/inbox_limits.ts";
import type { Session } from "../../../lib/link/session.ts";
import { MAX_IN_WORK } from "../../../lib/link/workload.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { settled } from "./recording_transport.ts";
import { ALICE, BOB } from "../protocol/examples.ts";
import { BOBS_LINK, setUp } from "./scripted_host.ts";

/** An ingress each of whose frames causes work that a test ends when it likes. */
async function laborious() {
  const set = await setUp({ state: BOBS_LINK });
  const work: { resolve(): void; reject(error: Error): void }[] = [];
  set.host.onRefuse = () => {
    const { promise, ...ends } = Promise.withResolvers<void>();
    work.push(ends);
    set.ingress.causes(promise);
  };
  return { ...set, work };
}

Deno.test("while so many frames of a link have caused work that goes on, the next one waits", async () => {
  const { host, ingress, work } = await laborious();
  for (let i = 0; i < MAX_IN_WORK + 3; i++) ingress.receive("{}");
  await settled();
  assertEquals(host.refusals.length, MAX_IN_WORK);
  work.shift()?.resolve();
  await settled();
  assertEquals(host.refusals.length, MAX_IN_WORK + 1);
  work.shift()?.reject(new Error("it failed"));
  await settled();
  assertEquals(host.refusals.length, MAX_IN_WORK + 2, "failed work is over too");
  for (const { resolve } of work) resolve();
  await settled();
  assertEquals(host.refusals.length, MAX_IN_WORK + 3);
});

Deno.test("what waits for work to be done counts as waiting, and too much of it ends the link", async () => {
  const { host, ingress } = await laborious();
  const text = `"${"x".repeat(60_000)}"`;
  const fits = MAX_IN_WORK + Math.floor(MAX_INBOX / text.length);
  for (let i = 0; i < fits; i++) {
    ingress.receive(text);
    await settled();
  }
  assertEquals(host.told.filter((told) => told.startsWith("close")), []);
  ingress.receive(text);
  assertEquals(host.told.at(-1), "close 1008");
  assertEquals(host.refusals.length, MAX_IN_WORK);
});

Deno.test("a link that ends waits for no work", async () => {
  const { host, ingress } = await laborious();
  for (let i = 0; i <= MAX_IN_WORK; i++) ingress.receive("{}");
  await settled();
  let finished = false;
  ingress.finish(() => finished = true);
  await settled();
  assertEquals(finished, false, "what came before the end is still checked");
  ingress.stop();
  await settled();
  assertEquals([finished, host.refusals.length], [true, MAX_IN_WORK]);
});

Deno.test("whoever is in and always has work under way keeps nobody out", async () => {
  const arrivals = new ArrivalTurns(1);
  const opening = { state: { phase: "opening" }, arrivals } as const;
  const bob = await setUp(opening);
  const news = Promise.withResolvers<void>();
  bob.host.onAccept = () => {
    bob.ingress.causes(news.promise);
    bob.host.state = BOBS_LINK;
  };
  bob.host.onRefuse = () => bob.ingress.causes(new Promise(() => {}));
  bob.ingress.receive(await bob.cast.frame("USER_HELLO", undefined, { from: BOB }));
  bob.ingress.receive("{}");
  const alice = await setUp(opening);
  alice.ingress.receive(await alice.cast.frame("USER_HELLO", undefined, { from: ALICE }));
  await settled();
  assertEquals([bob.host.refusals.length, alice.host.accepted.length], [1, 0]);
  news.resolve();
  await settled();
  assertEquals(alice.host.accepted.length, 1, "everybody has been told of Bob");
});

Deno.test("a proof waits for a turn if it lets somebody in, and for none if he is in: nobody is told of it", async () => {
  const arrivals = new ArrivalTurns(1);
  void arrivals.arrive(() => Promise.resolve(), () => new Promise(() => {}));
  const proving: Session = { phase: "proving", peer: toId(BOB), challenge: "QQ" };
  for (const [state, accepted] of [[proving, 0], [BOBS_LINK, 1]] as const) {
    const { cast, host, ingress } = await setUp({ state, arrivals });
    ingress.receive(await cast.frame("USER_PROOF", undefined, { from: BOB }));
    await settled();
    assertEquals([host.refusals, host.accepted.length], [[], accepted], state.phase);
  }
});

Deno.test("who waits for a turn is not silent, and who has left by then was never there", async () => {
  const arrivals = new ArrivalTurns(1);
  const told = Promise.withResolvers<void>();
  void arrivals.arrive(() => Promise.resolve(), () => told.promise);
  const { cast, host, ingress } = await setUp({ state: { phase: "opening" }, arrivals });
  let finished = false;
  Object.assign(host, { arrives: () => host.told.push("arrives") });
  ingress.receive(await cast.frame("USER_HELLO", undefined, { from: BOB }));
  await settled();
  assertEquals(host.told.at(-1), "arrives");
  ingress.finish(() => finished = true);
  told.resolve();
  await settled();
  assertEquals([finished, host.accepted], [true, []]);
});
