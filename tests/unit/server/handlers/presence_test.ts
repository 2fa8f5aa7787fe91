import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import type { Effect } from "../../../../lib/server/effects.ts";
import { presenceHandlers } from "../../../../lib/server/handlers/presence.ts";
import { passageOf } from "../../../../lib/server/passage.ts";
import type { LinkEntry } from "../../../../lib/server/tables/links.ts";
import { ALICE, BOB, NOW, THERE } from "../../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer, verified } from "../small_server.ts";

const FOURTH = "00000000-0000-4000-8000-000000000004";

/** A server with links to three others and one user. */
function setUp() {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const elsewhere = server.server(ELSEWHERE, keyOf(2));
  const fourth = server.server(FOURTH, keyOf(4));
  for (const link of [there, elsewhere, fourth]) link.gossips = true;
  const alice = server.localUser(ALICE, keyOf(3));
  return { server, state: server.state, there, elsewhere, fourth, alice };
}

/** Bob is at a server, as that server says at a time. */
function advertise(
  server: SmallServer,
  link: LinkEntry,
  from: string,
  ts: number,
  meta: Record<string, unknown> = {},
): Effect[] {
  const payload = { user_id: BOB, server_id: from, meta, ts };
  const message = verified("USER_ADVERTISE", { from, ts, payload });
  if (message.type !== "USER_ADVERTISE") throw new TypeError("not what was asked for");
  return presenceHandlers.USER_ADVERTISE(server.state, link, message, NOW);
}

function remove(server: SmallServer, link: LinkEntry, from: string, ts: number, user = BOB) {
  const payload = { user_id: user, server_id: from, ts };
  const message = verified("USER_REMOVE", { from, ts, payload });
  if (message.type !== "USER_REMOVE") throw new TypeError("not what was asked for");
  return presenceHandlers.USER_REMOVE(server.state, link, message, NOW);
}

const linksOf = (effects: Effect[]) =>
  effects.map((effect) => "links" in effect ? [effect.kind, ...effect.links] : [effect.kind]);

Deno.test("a user who comes is told to everybody but to where the word came from", () => {
  const { server, there, elsewhere, fourth, alice } = setUp();
  assertEquals(linksOf(advertise(server, there, THERE, NOW)), [
    ["forward", elsewhere.id, fourth.id, alice.id],
  ]);
});

Deno.test("what is said again, with nothing new, goes to those alone who asked for it not long ago", () => {
  const { server, state, there, elsewhere } = setUp();
  advertise(server, there, THERE, NOW);
  assertEquals(advertise(server, there, THERE, NOW + 1), []);
  state.wanted.add(id(THERE), elsewhere.id, NOW);
  state.wanted.add(id(THERE), there.id, NOW);
  assertEquals(linksOf(advertise(server, there, THERE, NOW + 2)), [["forward", elsewhere.id]]);
  const user = state.users.get(id(BOB));
  assertEquals(user?.at === "remote" && user.ts, NOW + 2, "but it is the newer word from now on");
});

Deno.test("what is said again goes to the servers of other teams, which ask for nothing (§8.2)", () => {
  const { server, there, elsewhere, fourth } = setUp();
  fourth.gossips = false;
  advertise(server, there, THERE, NOW);
  assertEquals(linksOf(advertise(server, there, THERE, NOW + 1)), [["forward", fourth.id]]);
  assertEquals(linksOf(advertise(server, fourth, THERE, NOW + 2)), []);
  assertEquals(elsewhere.gossips, true);
});

Deno.test("another meta, key or server is something new", () => {
  const { server, there, elsewhere, fourth, alice } = setUp();
  advertise(server, there, THERE, NOW);
  const everybody = [["forward", elsewhere.id, fourth.id, alice.id]];
  const named = { display_name: "Bob" };
  assertEquals(linksOf(advertise(server, there, THERE, NOW + 1, named)), everybody);
  const keyed = { ...named, pubkey: keyOf(5) };
  assertEquals(linksOf(advertise(server, there, THERE, NOW + 2, keyed)), everybody);
  assertEquals(linksOf(advertise(server, elsewhere, ELSEWHERE, NOW + 3, keyed)), [
    ["forward", there.id, fourth.id, alice.id],
  ]);
});

Deno.test("of two servers that claim a user the newer word counts, and of two at once the first (D15)", () => {
  const { server, state, there, elsewhere } = setUp();
  advertise(server, there, THERE, NOW);
  for (const ts of [NOW - 1, NOW]) {
    assertEquals(advertise(server, elsewhere, ELSEWHERE, ts), []);
  }
  const at = () => {
    const user = state.users.get(id(BOB));
    return user?.at === "remote" && user.server;
  };
  assertEquals(at(), id(THERE));
  advertise(server, elsewhere, ELSEWHERE, NOW + 1);
  assertEquals(at(), id(ELSEWHERE));
});

Deno.test("a user with a known key does not come elsewhere without one, or with another", () => {
  const { server, elsewhere, there } = setUp();
  advertise(server, there, THERE, NOW, { pubkey: keyOf(5) });
  for (const meta of [{}, { pubkey: keyOf(6) }]) {
    const error = assertThrows(
      () => advertise(server, elsewhere, ELSEWHERE, NOW + 1, meta),
      ProtocolError,
    );
    assertEquals(error.code, "BAD_KEY");
  }
});

Deno.test("what waits for a user goes out when the user is advertised where it can be reached", () => {
  const { server, state, elsewhere, alice } = setUp();
  const lost = "00000000-0000-4000-8000-000000000009";
  server.remoteUser(BOB, lost);
  const message = verified("MSG_DIRECT", { from: ALICE, to: BOB });
  if (message.type !== "MSG_DIRECT") throw new TypeError("not what was asked for");
  state.waiting.add(passageOf(alice, { ...message, messageRef: "ref" }), NOW);
  const effects = advertise(server, elsewhere, ELSEWHERE, NOW + 1);
  const [, delivery] = effects;
  assertEquals(delivery?.kind === "send" && [delivery.frame.type, ...delivery.links], [
    "SERVER_DELIVER",
    elsewhere.id,
  ]);
  assertEquals([state.waiting.count, effects.length], [0, 2]);
});

Deno.test("a user is removed by the server where he is, and by no other, nor by an older word", () => {
  const { server, state, there, elsewhere, fourth, alice } = setUp();
  advertise(server, there, THERE, NOW);
  assertEquals(linksOf(remove(server, elsewhere, ELSEWHERE, NOW + 1)), [
    ["forward", there.id, fourth.id],
  ], "others may still believe it, the users here know better");
  assertEquals(linksOf(remove(server, elsewhere, THERE, NOW - 1)), [
    ["forward", there.id, fourth.id],
  ]);
  assert(state.users.get(id(BOB)) !== undefined);
  assertEquals(linksOf(remove(server, there, THERE, NOW + 1)), [
    ["forward", elsewhere.id, fourth.id, alice.id],
  ]);
  assertEquals(state.users.get(id(BOB)), undefined);
});

Deno.test("a user who is here and is said to have left elsewhere is advertised anew: there it was refused (D15)", () => {
  const { server, state, there, elsewhere, fourth } = setUp();
  const user = state.users.get(id(ALICE));
  const before = user?.at === "local" ? user.advert.ts : 0;
  const effects = remove(server, there, THERE, NOW + 1, ALICE);
  assertEquals(linksOf(effects), [
    ["forward", elsewhere.id, fourth.id],
    ["send", there.id, elsewhere.id, fourth.id],
  ]);
  const [, said] = effects;
  assert(said?.kind === "send" && said.frame.ts > before);
});
