import { assertEquals, assertStrictEquals } from "@std/assert";
import { LINK_DEAD_MS, PRESENCE_GRACE_MS } from "../../../lib/protocol/limits.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import {
  doubtUsers,
  forgetUnreachable,
  heardOf,
  linkedTo,
  lostLink,
  nextHop,
  nextLoss,
} from "../../../lib/server/reachability.ts";
import type { LinkEntry } from "../../../lib/server/tables/links.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

const [there, elsewhere] = [id(THERE), id(ELSEWHERE)];

/** A server with a link to THERE, and one user who is told what it finds out. */
function setUp() {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  linkedTo(server.state, link, there, undefined, NOW);
  const alice = server.localUser(ALICE, keyOf(2));
  return { server, state: server.state, link, alice };
}

/** The link ends, as it does in the core. */
function end(server: SmallServer, link: LinkEntry, now: number): void {
  server.state.links.remove(link);
  lostLink(server.state, link, now);
}

/** What ELSEWHERE announces, as others pass it on. */
function announces(server: SmallServer, now: number): void {
  const links = new Set([there]);
  const heard = server.state.reach.of(elsewhere);
  server.state.reach.announce(heard, { text: "announce", ts: now, links, users: undefined });
}

function removed(effects: Effect[]): unknown[] {
  return effects.map((effect) =>
    effect.kind === "send" && [effect.frame.type, effect.frame.payload["user_id"], ...effect.links]
  );
}

Deno.test("a server is reached over its own link, or the one that its frames come by, or not at all", () => {
  const { server, state, link } = setUp();
  assertEquals(nextHop(state, elsewhere), undefined);
  heardOf(state, link, elsewhere, NOW);
  assertStrictEquals(nextHop(state, elsewhere), link);
  const own = server.server(ELSEWHERE, keyOf(3));
  assertStrictEquals(nextHop(state, elsewhere), own, "though the other way is still open");
});

Deno.test("a link that stands to a server makes no other reachable over it", () => {
  const { server, state, link } = setUp();
  heardOf(state, link, elsewhere, NOW);
  end(server, link, NOW);
  assertEquals(nextHop(state, elsewhere), undefined);
  const third = server.server(BOB, keyOf(3));
  linkedTo(state, third, id(BOB), undefined, NOW);
  assertEquals(nextHop(state, elsewhere), undefined);
});

Deno.test("a link that replaces another takes over everything that came by it", () => {
  const { server, state, link } = setUp();
  heardOf(state, link, elsewhere, NOW);
  const newer = server.server(THERE, keyOf(1));
  linkedTo(state, newer, there, link, NOW);
  end(server, link, NOW);
  assertStrictEquals(nextHop(state, there), newer);
  assertStrictEquals(nextHop(state, elsewhere), newer);
});

Deno.test("of a frame that goes to everybody the first copy shows the way; other frames open one, and change none", () => {
  const { server, state, link } = setUp();
  const other = server.server(BOB, keyOf(3));
  heardOf(state, link, elsewhere, NOW);
  heardOf(state, other, elsewhere, NOW + 1);
  assertStrictEquals(nextHop(state, elsewhere), link);
  assertEquals(state.reach.get(elsewhere)?.heardAt, NOW + 1);
  heardOf(state, other, elsewhere, NOW + 2, true);
  assertStrictEquals(nextHop(state, elsewhere), other);
});

Deno.test("a server with a link of its own is not heard over others, whichever copy comes first", () => {
  const { server, state, link } = setUp();
  const other = server.server(BOB, keyOf(3));
  heardOf(state, other, there, NOW, true);
  assertEquals(state.reach.get(there)?.via, link.id);
});

Deno.test("what a server hears of itself is no way to anywhere", () => {
  const { state, link } = setUp();
  heardOf(state, link, id(HERE), NOW, true);
  assertEquals(state.reach.get(id(HERE)), undefined);
});

Deno.test("a server that can be reached again is told once, so that what waits for it goes out", () => {
  const { server, state, link } = setUp();
  state.reachable.clear();
  heardOf(state, link, elsewhere, NOW);
  assertEquals([...state.reachable], [elsewhere]);
  state.reachable.clear();
  heardOf(state, link, elsewhere, NOW);
  assertEquals([...state.reachable], []);
  end(server, link, NOW);
  const again = server.server(THERE, keyOf(1));
  linkedTo(state, again, there, undefined, NOW);
  assertEquals([...state.reachable], [there]);
});

Deno.test("users behind a dead link are kept for 45 s, then removed, and the users here are told (§8.4)", () => {
  const { server, state, link, alice } = setUp();
  server.remoteUser(BOB, THERE);
  heardOf(state, link, elsewhere, NOW);
  server.remoteUser(CAROL, ELSEWHERE);
  end(server, link, NOW);
  assertEquals(PRESENCE_GRACE_MS, 45_000);
  assertEquals(nextLoss(state), NOW + 45_000);
  assertEquals(forgetUnreachable(state, NOW + 44_999), []);
  assertEquals(removed(forgetUnreachable(state, NOW + 45_000)), [
    ["USER_REMOVE", BOB, alice.id],
    ["USER_REMOVE", CAROL, alice.id],
  ]);
  assertEquals([...state.users.all()].map((user) => user.id), [id(ALICE)]);
  assertEquals(nextLoss(state), Infinity);
});

Deno.test("who is spoken of again when the link is back stays; who is not is gone when the doubt ends", () => {
  const { server, state, link } = setUp();
  server.remoteUser(BOB, THERE);
  server.remoteUser(CAROL, THERE);
  end(server, link, NOW);
  const again = server.server(THERE, keyOf(1));
  linkedTo(state, again, there, undefined, NOW + 1_000);
  doubtUsers(state, there, NOW + 16_000);
  const bob = state.users.get(id(BOB));
  if (bob?.at === "remote") bob.doubted = false;
  assertEquals(nextLoss(state), NOW + 16_000);
  assertEquals(forgetUnreachable(state, NOW + 15_999), []);
  assertEquals(
    removed(forgetUnreachable(state, NOW + 16_000)).map((one) => one && [one].flat()[1]),
    [
      CAROL,
    ],
  );
  assertEquals(state.users.get(id(BOB))?.at, "remote");
});

Deno.test("a server without users leaves nothing to be forgotten", () => {
  const { server, state, link } = setUp();
  end(server, link, NOW);
  assertEquals([nextLoss(state), forgetUnreachable(state, NOW + 1e9)], [Infinity, []]);
});

Deno.test("a server that is heard over others and falls silent cannot be reached, and its users are kept for a while", () => {
  const { server, state, link } = setUp();
  heardOf(state, link, elsewhere, NOW);
  link.gossips = true;
  announces(server, NOW);
  server.remoteUser(CAROL, ELSEWHERE);
  assertEquals(nextLoss(state), NOW + LINK_DEAD_MS);
  assertEquals(forgetUnreachable(state, NOW + LINK_DEAD_MS - 1), []);
  assertStrictEquals(nextHop(state, elsewhere), link);
  assertEquals(forgetUnreachable(state, NOW + LINK_DEAD_MS), []);
  assertEquals(nextHop(state, elsewhere), undefined);
  const gone = NOW + LINK_DEAD_MS + PRESENCE_GRACE_MS;
  assertEquals(nextLoss(state), gone);
  assertEquals(forgetUnreachable(state, gone).length, 1);
  assertEquals(state.users.get(id(CAROL)), undefined);
});

Deno.test("another team's server that is heard over others need not say anything, and nor need one with a link", () => {
  const { server, state, link } = setUp();
  heardOf(state, link, elsewhere, NOW);
  const heard = state.reach.of(there);
  const says = { text: "announce", ts: NOW, links: new Set<never>(), users: undefined };
  state.reach.announce(heard, says);
  server.remoteUser(CAROL, ELSEWHERE);
  server.remoteUser(BOB, THERE);
  assertEquals([nextLoss(state), forgetUnreachable(state, NOW + 1e9)], [Infinity, []]);
  assertStrictEquals(nextHop(state, elsewhere), link);
});
