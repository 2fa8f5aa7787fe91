import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Effect } from "../../../lib/server/effects.ts";
import {
  advertise,
  advertiseAllTo,
  advertOf,
  removeLocal,
  removeRemote,
  spread,
} from "../../../lib/server/gossip.ts";
import type { LocalUser } from "../../../lib/server/tables/users.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, example, id, keyOf, SmallServer } from "./small_server.ts";

/** Two servers and two users on four links. */
function setUp() {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const elsewhere = server.server(ELSEWHERE, keyOf(2));
  const alice = server.localUser(ALICE, keyOf(3), { display_name: "Alice", pubkey: "forged" });
  const bob = server.localUser(BOB, keyOf(4));
  server.link(undefined);
  return { server, state: server.state, there, elsewhere, alice, bob };
}

function localUser(state: SmallServer["state"], userId: string): LocalUser {
  const user = state.users.get(id(userId));
  if (user?.at !== "local") throw new TypeError("not here");
  return user;
}

function linksOf(effects: Effect[]): number[][] {
  return effects.map((effect) => "links" in effect ? [...effect.links].toSorted() : []);
}

Deno.test("gossip is passed on byte for byte to everybody but to where it came from (§8.2)", () => {
  const { state, there, elsewhere, alice, bob } = setUp();
  const message = example("USER_ADVERTISE", { hops: 1 });
  const effects = spread(state, message, there);
  assertEquals(effects, [
    { kind: "forward", links: [elsewhere.id, alice.id, bob.id], text: message.text },
  ]);
  assertEquals(linksOf(spread(state, message, alice)), [[there.id, elsewhere.id, bob.id]]);
});

Deno.test("where nobody listens nothing is passed on", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  assertEquals(spread(server.state, example("USER_REMOVE"), there), []);
});

Deno.test("an arrival is told to every server and every user in one frame, signed once", () => {
  const { state, there, elsewhere, alice, bob } = setUp();
  const effects = advertise(state, localUser(state, ALICE));
  assertEquals(linksOf(effects), [[there.id, elsewhere.id, alice.id, bob.id]]);
  assertEquals(effects.map(({ kind }) => kind), ["send"]);
});

Deno.test("an advertisement carries the user's real key, whatever the user says of it (D14)", () => {
  const { state } = setUp();
  const { type, from, to, ts, payload } = localUser(state, ALICE).advert;
  assertEquals([type, from, to], ["USER_ADVERTISE", HERE, "*"]);
  assertEquals<unknown>(payload, {
    user_id: ALICE,
    server_id: HERE,
    meta: { display_name: "Alice", pubkey: keyOf(3) },
    type: "USER_ADVERTISE",
    origin: HERE,
    ts,
  });
});

Deno.test("no two frames of this server have the same ts, though the clock stands still or goes back", () => {
  const { state } = setUp();
  const user = localUser(state, ALICE);
  const stamps = [NOW, NOW, NOW - 5_000].map((now) => advertOf(state, user, now).ts);
  const [first = 0] = stamps;
  assertEquals(stamps, [first, first + 1, first + 2]);
});

Deno.test("a server that links is told of every local user, of nobody else's, each in a frame of its own", () => {
  const { server, state, there } = setUp();
  server.remoteUser(CAROL, THERE);
  const effects = advertiseAllTo(state, there, NOW);
  assertEquals(linksOf(effects), [[there.id], [there.id]]);
  const [first] = effects;
  assertStrictEquals(first?.kind === "send" && first.frame, localUser(state, ALICE).advert);
});

Deno.test("what was said since the link was opened is not signed again for it", () => {
  const { state, there } = setUp();
  const before = localUser(state, ALICE).advert;
  advertiseAllTo(state, there, NOW + 9_000);
  assertStrictEquals(localUser(state, ALICE).advert, before);
});

Deno.test("what a server may have heard over an earlier link is said anew, or it would count as seen", () => {
  const { server, state } = setUp();
  const before = localUser(state, ALICE).advert;
  const again = server.server(THERE, keyOf(1), before.ts + 60_000);
  advertiseAllTo(state, again, before.ts + 60_000);
  const after = localUser(state, ALICE).advert;
  assertEquals(after.ts, before.ts + 60_000);
  assertEquals(after.payload["meta"], before.payload["meta"]);
});

Deno.test("a server of ours that links again is told what was said within a minute as it is: it asks for what it missed", () => {
  const { server, state } = setUp();
  const before = localUser(state, ALICE).advert;
  const again = server.server(THERE, keyOf(1), before.ts + 60_000);
  again.gossips = true;
  advertiseAllTo(state, again, before.ts + 60_000);
  assertStrictEquals(localUser(state, ALICE).advert, before);
  advertiseAllTo(state, again, before.ts + 60_001);
  assertEquals(localUser(state, ALICE).advert.ts, before.ts + 60_001);
});

Deno.test("a departure is told to every server and every user, and the user is gone here", () => {
  const { state, there, elsewhere, alice, bob } = setUp();
  const effects = removeLocal(state, id(BOB), NOW);
  assertEquals(state.users.get(id(BOB)), undefined);
  assertEquals(linksOf(effects), [[there.id, elsewhere.id, alice.id, bob.id]]);
  const [effect] = effects;
  if (effect?.kind !== "send") throw new TypeError("nothing was sent");
  const { type, payload } = effect.frame;
  assertEquals([type, payload["user_id"], payload["server_id"]], ["USER_REMOVE", BOB, HERE]);
});

Deno.test("a user who cannot be reached any more is told of to the users here only", () => {
  const { server, state, alice, bob } = setUp();
  server.remoteUser(CAROL, THERE);
  const effects = removeRemote(state, id(CAROL), id(THERE), NOW);
  assertEquals(state.users.get(id(CAROL)), undefined);
  assertEquals(linksOf(effects), [[alice.id, bob.id]]);
});
