import { assertEquals } from "@std/assert";
import { readEnvelope } from "../../../lib/protocol/envelope.ts";
import type { MessageType } from "../../../lib/protocol/catalog.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import { MAX_STRANGERS, WAIT_MS } from "../../../lib/server/tables/strangers.ts";
import { ALICE, BOB, exampleText, HERE, NOW, THERE, TYPES } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

/** A server with a link to THERE, a server of ours unless a test says otherwise. */
function setUp(gossips = true) {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  link.gossips = gossips;
  return { server, node: server.node, state: server.state, link };
}

const raw = (type: MessageType, from: string) => readEnvelope(exampleText(type, { from }));
const advert = raw("USER_ADVERTISE", ELSEWHERE);

/** What one server asks another for; undefined if it asks for nothing. */
function asks(effects: Effect[]): unknown[] {
  return effects.map((effect) =>
    effect.kind === "send"
      ? [effect.frame.type, effect.frame.payload["seeks"], ...effect.links]
      : [effect.kind]
  );
}

Deno.test("what servers whose key is not known say to everybody waits, whoever passes it on", () => {
  const { node, link } = setUp();
  const early = TYPES.filter((type) => node.isEarly(link.id, raw(type, ELSEWHERE)));
  assertEquals(early, [
    "USER_ADVERTISE",
    "USER_REMOVE",
    "SERVER_DELIVER",
    "PUBLIC_CHANNEL_ADD",
    "PUBLIC_CHANNEL_UPDATED",
    "PUBLIC_CHANNEL_KEY_SHARE",
  ]);
});

Deno.test("what a known server says, or this one, need not wait", () => {
  const { server, node, link } = setUp();
  for (const type of TYPES) {
    assertEquals(node.isEarly(link.id, raw(type, THERE)), false, type);
    assertEquals(node.isEarly(link.id, raw(type, HERE.toUpperCase())), false, type);
  }
  server.server(ELSEWHERE, keyOf(2));
  assertEquals(node.isEarly(link.id, advert), false);
});

Deno.test("nothing waits on the link of a user, nor on one that has ended", () => {
  const { server, node, state, link } = setUp();
  const user = server.localUser(ALICE, keyOf(3));
  state.links.remove(link);
  for (const type of TYPES) {
    assertEquals(node.isEarly(user.id, raw(type, ELSEWHERE)), false, type);
    assertEquals(node.isEarly(link.id, raw(type, ELSEWHERE)), false, type);
  }
});

Deno.test("before a server has proved its key only what the proof is for waits (D12)", () => {
  const { server, node } = setUp();
  const waits = (kind: "serverJoining" | "serverMustProve") => {
    const link = server.link(undefined, { kind, server: id(ELSEWHERE) });
    return TYPES.filter((type) => node.isEarly(link.id, raw(type, ELSEWHERE)));
  };
  assertEquals(waits("serverJoining"), [], "it has not even said who it is");
  assertEquals(waits("serverMustProve"), [
    "USER_ADVERTISE",
    "USER_REMOVE",
    "SERVER_DELIVER",
    "USER_DELIVER",
    "PUBLIC_CHANNEL_ADD",
    "PUBLIC_CHANNEL_UPDATED",
    "PUBLIC_CHANNEL_KEY_SHARE",
    "MSG_PUBLIC_CHANNEL",
    "FILE_START",
    "FILE_CHUNK",
    "FILE_END",
    "ACK",
    "LIST_REQUEST",
    "LIST_RESPONSE",
    "PUBKEY_REQUEST",
    "PUBKEY_RESPONSE",
  ]);
});

Deno.test("the key of a stranger is asked for once, of the peer that passed its frame on", () => {
  const { node, link } = setUp();
  assertEquals(asks(node.held(link.id, advert, NOW)), [["SERVER_ANNOUNCE", [ELSEWHERE], link.id]]);
  assertEquals(node.held(link.id, advert, NOW + 1), []);
  assertEquals(link.lastHeard, NOW + 1, "it was heard nevertheless");
  assertEquals(node.held(link.id, raw("USER_REMOVE", BOB), NOW).length, 1, "another is asked for");
});

Deno.test("a peer of another team is asked in the way that it understands: by joining anew", () => {
  const { node, link } = setUp(false);
  assertEquals(node.held(link.id, advert, NOW), [{
    kind: "dial",
    target: {
      kind: "introducer",
      address: { host: "b.example", port: 1 },
      pubkey: keyOf(1),
    },
  }]);
  assertEquals(node.held(link.id, raw("USER_REMOVE", BOB), NOW + 1), [], "not again so soon");
});

Deno.test("a peer of ours that does not tell is asked in that other way too, and then given up", () => {
  const { node, state, link } = setUp();
  node.held(link.id, advert, NOW);
  link.nextHeartbeat = Infinity;
  const later = node.tick(NOW + 3_000);
  assertEquals(later.map(({ kind }) => kind), ["dial"]);
  assertEquals(node.isEarly(link.id, advert), true);
  const before = state.knowledge;
  link.lastHeard = NOW + WAIT_MS;
  node.tick(NOW + WAIT_MS);
  assertEquals(node.isEarly(link.id, advert), false);
  assertEquals(state.knowledge, before + 1, "what waits is looked at again, to be refused");
});

Deno.test("more strangers than may be waited for are refused", () => {
  const { node, link } = setUp();
  for (let i = 0; i < MAX_STRANGERS; i++) {
    const from = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
    node.held(link.id, raw("USER_REMOVE", from), NOW);
  }
  assertEquals(node.isEarly(link.id, advert), false);
});

Deno.test("a frame that waits for a proof asks for nobody's key", () => {
  const { server, node } = setUp();
  const link = server.link(undefined, { kind: "serverMustProve", server: id(ELSEWHERE) });
  assertEquals(node.held(link.id, advert, NOW), []);
  assertEquals(server.state.strangers.nextDeadline, Infinity);
});

Deno.test("whatever a server has signed shows by which link it is reached", () => {
  const { server, node, state, link } = setUp();
  server.state.servers.set({
    id: id(ELSEWHERE),
    key: keyOf(2),
    address: { host: "e.example", port: 1 },
    dialled: false,
  });
  const payload = { user_id: CAROL, server_id: ELSEWHERE, meta: {} };
  const message = verified("USER_ADVERTISE", { from: ELSEWHERE, payload });
  node.received(link.id, { ...message, signedBy: keyOf(2) }, NOW);
  assertEquals(state.reach.get(id(ELSEWHERE))?.via, link.id);
});

Deno.test("what a user has signed shows no way to a server, nor makes it one", () => {
  const { server, node, state, link } = setUp();
  server.remoteUser(BOB, THERE, keyOf(3));
  const message = { ...verified("MSG_PUBLIC_CHANNEL"), signedBy: keyOf(3), contentVerified: true };
  node.received(link.id, message, NOW);
  assertEquals(state.reach.get(id(BOB)), undefined);
  assertEquals([...state.reachable], []);
});

Deno.test("the first thing that a peer says on a link that stands is noted, by its own clock", () => {
  const { node, link } = setUp();
  const say = (ts: number) =>
    node.received(link.id, { ...verified("HEARTBEAT", { ts }), signedBy: keyOf(1) }, NOW);
  say(NOW - 500);
  say(NOW);
  assertEquals(link.spokeAt, NOW - 500);
});

Deno.test("what went wrong on a link is kept for the operator: what was refused, and what the peer refused", () => {
  const { node, link } = setUp();
  const forged = verified("USER_ADVERTISE", {
    payload: { user_id: BOB, server_id: HERE, meta: {} },
  });
  node.received(link.id, { ...forged, signedBy: keyOf(1) }, NOW);
  assertEquals(
    link.lastError,
    `refused INVALID_SIG: USER_ADVERTISE: server_id must be the author, ${THERE}`,
  );
  const payload = { code: "TIMEOUT", detail: "too slow" };
  node.received(
    link.id,
    { ...verified("ERROR", { payload }), signedBy: keyOf(1), frameId: "e" },
    NOW,
  );
  assertEquals(link.lastError, "told TIMEOUT: too slow");
});
