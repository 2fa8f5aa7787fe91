import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_INBOX } from "../../../lib/link/inbox_limits.ts";
import { DEFAULT_LIMITS } from "../../../lib/link/link_limits.ts";
import { MAX_OVER_MS } from "../../../lib/link/overload.ts";
import { Throttle } from "../../../lib/link/throttle.ts";
import { BOB, exampleText, THERE } from "../protocol/examples.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { BOBS_LINK, bound, type ScriptedHost, setUp } from "./scripted_host.ts";

/** An ingress with limits, whose time a test moves. */
async function limited(script: Partial<ScriptedHost> = { state: BOBS_LINK }) {
  const clock = new VirtualClock();
  const throttle = new Throttle(DEFAULT_LIMITS, clock);
  const set = await setUp(script);
  Object.assign(set.host, { throttle, now: () => clock.now() });
  const sends = async (count: number, text = "{}") => {
    for (let i = 0; i < count; i++) set.ingress.receive(text);
    await clock.settle();
  };
  return { ...set, clock, sends };
}

Deno.test("over its limit a link is read no further until it is within it again, and nothing is dropped", async () => {
  const { clock, host, sends } = await limited();
  await sends(60);
  assertEquals(host.refusals.length, 40);
  await clock.advance(99);
  assertEquals(host.refusals.length, 40);
  for (let more = 1; more <= 20; more++) {
    await clock.advance(more === 1 ? 1 : 100);
    assertEquals(host.refusals.length, 40 + more);
  }
  await clock.advance(60_000);
  assertEquals([host.refusals.length, host.told.includes("close 1008")], [60, false]);
});

Deno.test("what is not looked at yet is not even parsed: a flood costs its memory and no more", async () => {
  const { clock, host, sends } = await limited();
  await sends(2_000);
  assertEquals(host.refusals.length, 40);
  await clock.advance(1_000);
  assertEquals(host.refusals.length, 50);
});

Deno.test("what waits because of the limit is bounded as all that waits", async () => {
  const { host, ingress, sends } = await limited();
  await sends(40);
  const text = "x".repeat(60_000);
  for (let i = 0; i < Math.floor(MAX_INBOX / 60_064); i++) ingress.receive(text);
  assertEquals(host.told.includes("close 1008"), false);
  ingress.receive(text);
  assertEquals(host.told.at(-1), "close 1008");
});

Deno.test("a million of the shortest frames is more than may wait", async () => {
  const { host, sends } = await limited();
  await sends(100_000);
  assertEquals(host.told.at(-1), "close 1008");
});

Deno.test("a link that stays over its limit for 10 s is closed, and told why", async () => {
  const { clock, host, sends } = await limited();
  const reasons: string[] = [];
  host.close = (code, reason) => void reasons.push(`${code} ${reason}`);
  for (let ms = 0; ms < MAX_OVER_MS; ms += 100) {
    await sends(ms === 0 ? 60 : 20);
    assertEquals(reasons, [], `${ms}`);
    await clock.advance(100);
  }
  await sends(1);
  assertEquals(reasons.length, 1);
  assertMatch(reasons[0] ?? "", /^1008 for 10 s frames have come faster than is allowed/);
  const taken = host.refusals.length;
  await clock.advance(60_000);
  assertEquals(host.refusals.length, taken, "nothing more is taken");
  assert(taken <= 40 + 10 * MAX_OVER_MS / 1000 + 1);
});

Deno.test("two hundred messages that have waited for the connection go through, only slower, while one types on", async () => {
  const { cast, clock, host, sends } = await limited();
  host.contentKey = cast.user.publicKey;
  host.time = clock.now();
  for (let i = 0; i < 200; i++) await sends(1, await cast.direct({ ts: clock.now() + i }));
  assertEquals(host.accepted.length, 40);
  for (let second = 1; second <= 20; second++) {
    await clock.advance(1_000);
    await sends(1, await cast.direct({ ts: clock.now() - 1_000 }));
  }
  await clock.advance(5_000);
  assertEquals(host.told.filter((told) => /close|refuse/.test(told)), []);
  assertEquals(host.accepted.length, 220);
});

Deno.test("frames that waited for a key are counted once, when they came", async () => {
  const { cast, clock, host, ingress } = await limited({ early: ({ from }) => from === THERE });
  host.state = { phase: "server", peer: BOB as never };
  const text = await cast.frame("USER_REMOVE", { ...bound("USER_REMOVE"), ts: clock.now() }, {
    ts: clock.now(),
  });
  for (let i = 0; i < 400; i++) ingress.receive(text);
  await clock.settle();
  host.state = BOBS_LINK;
  for (let i = 0; i < 40; i++) ingress.receive("{}");
  await clock.settle();
  assertEquals(host.refusals.length, 40);
  host.early = () => false;
  ingress.reconsider();
  await clock.settle();
  assertEquals(host.refusals.length, 440, "though the link has spent all its tokens");
});

Deno.test("who hangs up is gone at once: what the limits would have let through soon is checked first", async () => {
  for (const [sent, checked] of [[30, 30], [140, 140], [5_000, 40 + 100]] as const) {
    const { clock, host, ingress, sends } = await limited();
    await sends(sent);
    let gone = false;
    ingress.finish(() => gone = true);
    await clock.settle();
    assertEquals(gone, true);
    assert(Math.abs(host.refusals.length - checked) <= 1, `${host.refusals.length}`);
  }
});

Deno.test("a link that is stopped while it waits takes nothing more and leaves no alarm behind", async () => {
  const { clock, host, ingress, sends } = await limited();
  await sends(50);
  ingress.stop();
  const later: number[] = [];
  clock.at(clock.now() + 60_000, () => later.push(1));
  await clock.advance(60_000);
  assertEquals([host.refusals.length, later], [40, [1]]);
});

Deno.test("the same link has other limits as soon as it is a server's", async () => {
  const { cast, clock, host, sends } = await limited({ state: { phase: "opening" } });
  const ts = clock.now();
  host.onAccept = () => host.state = { phase: "server", peer: THERE as never };
  await sends(1, await cast.frame("SERVER_ANNOUNCE", undefined, { ts }));
  await sends(1_500, exampleText("CTRL_CLOSE"));
  assertEquals(host.accepted.length, 1_501);
});

Deno.test("a link without limits, as a client's is, takes whatever comes", async () => {
  const { host, ingress, take } = await setUp({ state: BOBS_LINK });
  for (let i = 0; i < 3_000; i++) ingress.receive("{}");
  for (let i = 0; i < 20; i++) await take("{}");
  assertEquals(host.refusals.length, 3_020);
});

Deno.test("pieces of files that are refused are answered no more often than other frames", async () => {
  const { clock, host, sends } = await limited();
  await sends(256, JSON.stringify({ type: "FILE_CHUNK", from: BOB, to: BOB, ts: 1, payload: {} }));
  assertEquals(host.refusals.length, 40);
  await clock.advance(1_000);
  assertEquals(host.refusals.length, 50);
});
