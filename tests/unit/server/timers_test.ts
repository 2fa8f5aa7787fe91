import { assertEquals } from "@std/assert";
import { GIVEN_UP_MS } from "../../../lib/mesh/planner.ts";
import { DELIVERY_MS, HEARTBEAT_MS } from "../../../lib/protocol/limits.ts";
import { passageOf } from "../../../lib/server/passage.ts";
import { learn } from "../../../lib/server/pinning.ts";
import { ASK_MS } from "../../../lib/server/tables/strangers.ts";
import { nextDeadline, tick } from "../../../lib/server/timers.ts";
import { BOB, NOW, THERE } from "../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

const listed = { server_id: ELSEWHERE, host: "e.example", port: 1, pubkey: keyOf(2) };

Deno.test("a server that has met nobody has nothing to do, ever", () => {
  const { state } = new SmallServer();
  assertEquals([nextDeadline(state), tick(state, NOW)], [Infinity, []]);
});

Deno.test("whatever is due first sets the alarm: the announce, a stranger, a loss, a message that waits", () => {
  const server = new SmallServer();
  const { state } = server;
  const bob = server.localUser(BOB, keyOf(3));
  const message = verified("MSG_DIRECT");
  if (message.type !== "MSG_DIRECT") throw new TypeError("not what was asked for");
  const dues: [string, () => void, number][] = [
    ["a message waits", () => state.waiting.add(passageOf(bob, message), NOW), NOW + DELIVERY_MS],
    [
      "a stranger is asked for",
      () => state.strangers.meet(id(THERE), 99 as never, NOW),
      NOW + ASK_MS,
    ],
    ["users are doubted", () => state.reach.of(id(THERE)).graceUntil = NOW + 2_000, NOW + 2_000],
    ["users are lacking", () => state.reach.of(id(THERE)).compareAt = NOW + 1_500, NOW + 1_500],
    ["users are advertised anew", () => state.nextRound = NOW + 1_000, NOW + 1_000],
    ["somebody is to be named", () => state.keyNeeds.add(id(BOB), 0, NOW + 800), NOW + 900],
    [
      "somebody has got the key",
      () => state.freshWraps.add({ member: id(BOB), wrappedKey: "", key: undefined }, NOW + 600),
      NOW + 700,
    ],
    ["an announce is due", () => state.nextAnnounce = NOW + 500, NOW + 500],
  ];
  for (const [what, happen, at] of dues) {
    happen();
    assertEquals(nextDeadline(state), at, what);
  }
});

Deno.test("when everything that is due has been done, the next alarm is later", () => {
  const server = new SmallServer();
  const { state } = server;
  const link = server.server(THERE, keyOf(1));
  link.nextHeartbeat = NOW + 10;
  link.gossips = true;
  state.nextAnnounce = state.nextRound = NOW + 10;
  state.strangers.meet(id(ELSEWHERE), link.id, NOW - ASK_MS);
  server.remoteUser(BOB, THERE);
  Object.assign(state.reach.of(id(THERE)), { graceUntil: NOW + 10, compareAt: NOW + 10 });
  learn(state, listed);
  for (let now = NOW + 10, i = 0; i < 20; i++, now = nextDeadline(state)) {
    link.lastHeard = now;
    for (const effect of tick(state, now)) {
      if (effect.kind === "dial") state.planner.failed(effect.target, now, 0.5);
    }
    const next = nextDeadline(state);
    assertEquals(next > now && next <= now + HEARTBEAT_MS, true, `${next - now} ms later`);
  }
});

Deno.test("a server of which nothing was heard for a day is kept as one that is not dialled, its pin with it", () => {
  const logged: string[] = [];
  const server = new SmallServer([], { log: (_level, text) => logged.push(text) });
  const { state } = server;
  learn(state, listed);
  state.servers.keep(id(ELSEWHERE));
  const failing = (now: number) =>
    tick(state, now).flatMap((effect) => {
      if (effect.kind === "dial") state.planner.failed(effect.target, now, 0.5);
      return effect.kind === "persist" ? [effect.fact] : [];
    });
  assertEquals(failing(NOW), []);
  assertEquals(failing(NOW + GIVEN_UP_MS - 1), []);
  const record = { serverId: id(ELSEWHERE), pubkey: keyOf(2), host: "e.example", port: 1 };
  assertEquals(failing(NOW + GIVEN_UP_MS), [
    { kind: "server", server: { ...record, dialled: false } },
  ]);
  assertEquals(state.servers.get(id(ELSEWHERE))?.dialled, false);
  assertEquals([nextDeadline(state), failing(NOW + 2 * GIVEN_UP_MS)], [Infinity, []]);
  assertEquals(logged.at(-1)?.includes("silent for a day"), true);
});

Deno.test("a server with a link is never given up, be it heard in whichever way", () => {
  const server = new SmallServer();
  const { state } = server;
  learn(state, { ...listed, server_id: THERE });
  const link = server.server(THERE, keyOf(1));
  for (const now of [NOW, NOW + GIVEN_UP_MS, NOW + 2 * GIVEN_UP_MS]) {
    link.lastHeard = now;
    assertEquals(tick(state, now).filter(({ kind }) => kind === "persist"), []);
  }
});

Deno.test("who does not prove his key in time is told so, and sent away (D12)", () => {
  const server = new SmallServer();
  const link = server.link(undefined, { kind: "serverMustProve", server: id(THERE) });
  link.deadline = NOW + 10;
  assertEquals(tick(server.state, NOW + 9), []);
  const [told, cut] = tick(server.state, NOW + 10);
  assertEquals(told?.kind === "send" && [told.frame.type, told.frame.payload["code"]], [
    "ERROR",
    "TIMEOUT",
  ]);
  assertEquals(cut?.kind === "close" && [cut.link, cut.code], [link.id, 1008]);
});
