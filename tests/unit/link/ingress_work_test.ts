import { assertEquals } from "@std/assert";
import { MAX_INBOX } from "../../../lib/link/inbox_limits.ts";
import { MAX_IN_WORK } from "../../../lib/link/workload.ts";
import { settled } from "./recording_transport.ts";
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
