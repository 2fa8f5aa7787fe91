import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { GIVEN_UP_MS } from "../../../lib/mesh/planner.ts";
import { LINK_DEAD_MS, PRESENCE_GRACE_MS } from "../../../lib/protocol/limits.ts";
import { learn } from "../../../lib/server/pinning.ts";
import { unlinkServer } from "../../../lib/server/mesh_link.ts";
import {
  forgetUnreachable,
  heardOf,
  linkedTo,
  lostLink,
  nextHop,
  nextLoss,
} from "../../../lib/server/reachability.ts";
import { tick } from "../../../lib/server/timers.ts";
import { announceHeard } from "../../../lib/server/announce.ts";
import { BOB, NOW, THERE } from "../protocol/examples.ts";
import { announced, ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

const there = id(THERE);
const listed = { server_id: THERE, host: "b.example", port: 1, pubkey: keyOf(1) };

/** A server with a link to THERE, a server of ours. */
function setUp() {
  const server = new SmallServer();
  const { state } = server;
  const link = server.server(THERE, keyOf(1));
  link.gossips = true;
  linkedTo(state, link, there, undefined, NOW);
  return { server, state, link };
}

Deno.test("a server with a link of its own is not silent while the link lives, though only what others said comes by it", () => {
  const { server, state } = setUp();
  server.remoteUser(BOB, THERE);
  assertEquals(nextLoss(state), Infinity);
  for (const later of [LINK_DEAD_MS, LINK_DEAD_MS + PRESENCE_GRACE_MS]) {
    assertEquals(forgetUnreachable(state, NOW + later), []);
  }
  assertEquals(state.users.get(id(BOB))?.at, "remote");
});

Deno.test("a server that has lost its own link and is heard over another is silent after 45 s like any", () => {
  const { server, state, link } = setUp();
  const other = server.server(ELSEWHERE, keyOf(2));
  other.gossips = true;
  linkedTo(state, other, id(ELSEWHERE), undefined, NOW);
  state.links.remove(link);
  lostLink(state, link, NOW);
  heardOf(state, other, there, NOW);
  assertStrictEquals(nextHop(state, there), other);
  assertEquals(nextLoss(state), NOW + LINK_DEAD_MS);
  forgetUnreachable(state, NOW + LINK_DEAD_MS);
  assertEquals(nextHop(state, there), undefined);
});

Deno.test("what a peer passes on is not what it says itself: only its own word shows that it takes the link for standing", () => {
  const { server, state, link } = setUp();
  state.servers.set({
    ...listed,
    id: id(ELSEWHERE),
    key: keyOf(2),
    address: listed,
    dialled: false,
  });
  const say = (from: string, ts: number) =>
    server.node.received(
      link.id,
      {
        ...verified("USER_REMOVE", { from, ts, payload: { user_id: BOB, server_id: from } }),
        signedBy: keyOf(1),
        frameId: `${ts}`,
      },
      NOW,
    );
  say(ELSEWHERE, NOW - 60_000);
  assertEquals(link.spokeAt, undefined);
  say(THERE, NOW);
  assertEquals(link.spokeAt, NOW);
});

Deno.test("a link that has stood for a heartbeat is dialled again at once when it ends, however often it failed before", () => {
  const server = new SmallServer();
  const { state } = server;
  learn(state, listed);
  const dials = (now: number) =>
    state.planner.due(now, (one) => state.links.server(one) !== undefined);
  for (let i = 0; i < 5; i++) {
    const [target] = dials(NOW + i * 60_000);
    if (target !== undefined) state.planner.failed(target, NOW + i * 60_000, 0.999);
  }
  const now = NOW + 4 * 60_000 + 1;
  assertEquals(dials(now), [], "it would have to wait");
  const link = server.server(THERE, keyOf(1));
  Object.assign(link, { lastHeard: now, nextHeartbeat: now });
  tick(state, now);
  state.links.remove(link);
  assertEquals(dials(now).length, 1);
});

Deno.test("who dials a server that has linked meanwhile, and may keep its own link, hangs up without a word", () => {
  const server = new SmallServer();
  const smaller = id(BOB);
  const older = server.server(BOB, keyOf(1));
  assertEquals(older.target, undefined, "the peer has dialled it, and its id is the smaller");
  const target = {
    kind: "server",
    address: { host: "b.example", port: 1 },
    serverId: smaller,
  } as const;
  const effects = server.node.dialled(99 as never, target, NOW);
  assertEquals(effects.map(({ kind }) => kind), ["close"]);
  assertStrictEquals(server.state.links.server(smaller), older);
});

Deno.test("the end of a link is announced soon", () => {
  const { state, link } = setUp();
  state.links.remove(link);
  state.nextAnnounce = Infinity;
  unlinkServer(state, link, there, NOW);
  assertEquals(state.nextAnnounce, NOW + 500);
});

Deno.test("a server of which others say that they are linked to it is not given up after a day", () => {
  const server = new SmallServer();
  const { state } = server;
  learn(state, listed);
  state.planner.alive(there, NOW);
  const link = server.server(ELSEWHERE, keyOf(2));
  const says = announced(ELSEWHERE, keyOf(2), { links: [THERE] }, NOW + GIVEN_UP_MS - 1);
  announceHeard(state, link, says, NOW + GIVEN_UP_MS - 1);
  assertEquals(state.planner.giveUp(NOW + GIVEN_UP_MS, () => false), []);
  assert(state.planner.giveUp(NOW + 2 * GIVEN_UP_MS, () => false).includes(there));
});

Deno.test("a server is said once to be reachable again, and not with every frame that comes after", () => {
  const { server, state } = setUp();
  assertEquals([...state.reachable], [there]);
  const link = state.links.server(there);
  if (link === undefined) throw new TypeError("there is no link");
  server.node.received(link.id, { ...verified("HEARTBEAT"), signedBy: keyOf(1) }, NOW);
  assertEquals([...state.reachable], []);
});
