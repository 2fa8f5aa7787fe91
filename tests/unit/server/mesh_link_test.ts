import { assert, assertEquals, assertFalse } from "@std/assert";
import { HEARTBEAT_MS, PROOF_MS } from "../../../lib/protocol/limits.ts";
import type { DialTarget } from "../../../lib/mesh/planner.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import {
  askWhoIsThere,
  confirmPresence,
  introductionOn,
  isSecond,
  linkServer,
  meetServer,
  prove,
  unlinkServer,
} from "../../../lib/server/mesh_link.ts";
import { nextHop } from "../../../lib/server/reachability.ts";
import type { LinkEntry } from "../../../lib/server/tables/links.ts";
import { tick } from "../../../lib/server/timers.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, example, id, keyOf, SmallServer } from "./small_server.ts";

/** Of this server's id, HERE, ALICE's is the smaller and THERE's the greater. */
const [smaller, greater] = [id(ALICE), id(THERE)];

const dialledTo = (server: string): DialTarget => ({
  kind: "server",
  address: { host: "b.example", port: 1 },
  serverId: id(server),
});

/** A link that this server dialled. */
const out = (server: SmallServer, peer: string) => server.link(dialledTo(peer), { kind: "opened" });

function shown(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return `${effect.frame.type} to ${effect.links}`;
    return effect.kind === "close" ? `close ${effect.link}` : effect.kind;
  });
}

function payloadOf(effects: Effect[]): Record<string, unknown> {
  const [effect] = effects;
  return effect?.kind === "send" ? effect.frame.payload : {};
}

Deno.test("an introduction on a link names for whom it is, and brings that link's nonce (D9, D12)", () => {
  const server = new SmallServer();
  const link = out(server, THERE);
  const { type, from, to, ts, payload } = introductionOn(server.state, link, greater, NOW);
  assertEquals([type, from, to], ["SERVER_ANNOUNCE", HERE, "*"]);
  assertEquals<unknown>(payload, {
    host: "127.0.0.1",
    port: 8765,
    pubkey: keyOf(0),
    receiver: THERE,
    nonce: link.nonce,
    type: "SERVER_ANNOUNCE",
    origin: HERE,
    ts,
  });
});

Deno.test("a nonce is answered with a proof for whom it came from, once a link (D12)", () => {
  const server = new SmallServer();
  const link = out(server, THERE);
  const effects = prove(server.state, link, greater, "bm9uY2U", NOW);
  assertEquals(shown(effects), [`HEARTBEAT to ${link.id}`]);
  const { nonce, receiver, type } = payloadOf(effects);
  assertEquals([nonce, receiver, type], ["bm9uY2U", THERE, "HEARTBEAT"]);
  assert(link.gossips, "only ours send nonces");
  assertEquals(prove(server.state, link, greater, "YW5vdGhlcg", NOW), []);
});

Deno.test("who sends no nonce is another team's server: nothing is proved to it, and it hears no gossip of ours", () => {
  const server = new SmallServer();
  const link = out(server, THERE);
  assertEquals(prove(server.state, link, greater, undefined, NOW), []);
  assertEquals([link.gossips, link.hasProved], [false, false]);
});

// Two links to one server

for (
  const [peer, olderIsOurs, newerIsOurs, second] of [
    [smaller, true, true, false],
    [smaller, false, false, false],
    [smaller, true, false, false],
    [smaller, false, true, true],
    [greater, true, true, false],
    [greater, false, false, false],
    [greater, true, false, true],
    [greater, false, true, false],
  ] as const
) {
  const whose = (ours: boolean) => ours ? "dialled by us" : "dialled by the peer";
  Deno.test(`the peer's id being ${peer === smaller ? "smaller" : "greater"}, a link ${whose(newerIsOurs)} ${second ? "gives way to" : "replaces"} an older one ${whose(olderIsOurs)} (§8.1)`, () => {
    const server = new SmallServer();
    const older = olderIsOurs ? out(server, peer) : server.link(undefined);
    server.state.links.advance(older, { kind: "serverLinked", server: peer });
    const newer = newerIsOurs ? out(server, peer) : server.link(undefined);
    assertEquals(isSecond(server.state, newer, peer, undefined), second);
    const effects = meetServer(server.state, newer, peer, undefined, NOW);
    assertEquals(shown(effects), second ? [`close ${newer.id}`] : []);
    assertEquals(server.state.links.server(peer), second ? older : newer);
    const replaced = [...server.state.links.replaced()];
    assertEquals(replaced, second ? [] : [older]);
    // What is on its way over it is still heard.
    const shownAt = (now: number) => shown(tick(server.state, now));
    const goodbye = `close ${older.id}`;
    assert(!shownAt(NOW + 999).includes(goodbye));
    assertEquals(shownAt(NOW + 1_000).includes(goodbye), !second);
  });
}

Deno.test("a peer that had spoken on the older link before it introduced itself anew has lost that, and is let in", () => {
  const server = new SmallServer();
  const older = out(server, THERE);
  linkServer(server.state, older, greater, NOW);
  const newer = server.link(undefined);
  older.spokeAt = NOW;
  assert(
    isSecond(server.state, newer, greater, NOW),
    "at the same time: it may have dialled before",
  );
  assertFalse(isSecond(server.state, newer, greater, NOW + 1));
  older.spokeAt = undefined;
  assert(isSecond(server.state, newer, greater, NOW + 1), "it never spoke: both dialled at once");
});

Deno.test("the only link to a server is no second one, nor is it to itself", () => {
  const server = new SmallServer();
  const link = out(server, THERE);
  assertFalse(isSecond(server.state, link, greater, NOW));
  linkServer(server.state, link, greater, NOW);
  assertFalse(isSecond(server.state, link, greater, NOW));
});

// A link comes to stand

Deno.test("a link stands at once where no proof is required, and its peer can be reached", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  assertEquals(meetServer(server.state, link, greater, NOW, NOW), []);
  assertEquals(link.session, { phase: "server", peer: greater });
  assertEquals([link.nextHeartbeat, server.state.knowledge], [NOW + HEARTBEAT_MS, 1]);
  assertEquals(nextHop(server.state, greater), link);
  assertEquals([...server.state.reachable], [greater]);
});

for (
  const others of [
    { requireProof: true },
    { admission: { kind: "allowlist", ids: new Set([greater]), fingerprints: new Set<string>() } },
  ] as const
) {
  Deno.test(`a link waits for the proof of its peer's key where ${Object.keys(others)} asks for it (D12, D13)`, () => {
    const server = new SmallServer([], others);
    const link = server.link(undefined);
    assertEquals(meetServer(server.state, link, greater, NOW, NOW), []);
    assertEquals(link.session, { phase: "joining", peer: greater, announced: true });
    assertEquals([link.deadline, server.state.links.server(greater)], [NOW + PROOF_MS, undefined]);
    link.proven = true;
    meetServer(server.state, link, greater, NOW, NOW);
    assertEquals(link.session.phase, "server");
  });
}

Deno.test("a server that links is told of the users here, and one of ours of who else is there", () => {
  const server = new SmallServer();
  server.localUser(BOB, keyOf(2));
  server.remoteUser(CAROL, ELSEWHERE);
  server.server(ELSEWHERE, keyOf(5));
  const theirs = server.link(undefined);
  assertEquals(shown(meetServer(server.state, theirs, greater, NOW, NOW)), [
    `USER_ADVERTISE to ${theirs.id}`,
  ]);
  const ours = server.link(undefined);
  ours.gossips = true;
  assertEquals(shown(meetServer(server.state, ours, smaller, NOW, NOW)), [
    `USER_ADVERTISE to ${ours.id}`,
    "forward",
  ]);
});

Deno.test("whoever was behind a server that links anew must be spoken of again within a heartbeat", () => {
  const server = new SmallServer();
  server.remoteUser(BOB, THERE);
  const link = server.link(undefined);
  linkServer(server.state, link, greater, NOW);
  const user = server.state.users.get(id(BOB));
  assertEquals(user?.at === "remote" && user.doubted, true);
  assertEquals(server.state.reach.get(greater)?.graceUntil, NOW + HEARTBEAT_MS);
});

Deno.test("a change of links is announced soon, once for changes that come together", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  linkServer(server.state, link, greater, NOW);
  assertEquals(server.state.nextAnnounce, NOW + 500);
  server.state.links.remove(link);
  unlinkServer(server.state, link, greater, NOW + 400);
  assertEquals(server.state.nextAnnounce, NOW + 500);
  unlinkServer(server.state, link, greater, NOW + 700);
  assertEquals(server.state.nextAnnounce, NOW + 500, "the first is still to be said");
});

Deno.test("a link that ends is told to the operator by its peer's address, unless this server is going", () => {
  const logged: unknown[] = [];
  const log = (level: string, text: string, fields?: unknown) => logged.push([level, text, fields]);
  const server = new SmallServer([], { log });
  const link = server.server(THERE, keyOf(1));
  server.state.links.remove(link);
  unlinkServer(server.state, link, greater, NOW);
  assertEquals(logged, [[
    "warn",
    "lost the link to a server, will dial it again",
    { peer: greater, address: "b.example:1" },
  ]]);
  server.state.stopping = true;
  unlinkServer(server.state, link, greater, NOW);
  assertEquals(logged.length, 1);
});

// Who is there

Deno.test("a second copy of an advertisement confirms a user only if it comes the way the user's server is heard", () => {
  const server = new SmallServer();
  const [there, elsewhere] = [server.server(THERE, keyOf(1)), server.server(ELSEWHERE, keyOf(2))];
  server.remoteUser(BOB, THERE);
  const copy = example("USER_ADVERTISE");
  const doubtedAfter = (link: LinkEntry, message: typeof copy) => {
    const user = server.state.users.get(id(BOB));
    if (user?.at !== "remote" || message.type !== "USER_ADVERTISE") {
      throw new TypeError("not there");
    }
    server.state.users.set({ ...user, advert: message.text, doubted: true });
    confirmPresence(server.state, link, message, NOW);
    const after = server.state.users.get(id(BOB));
    return after?.at === "remote" && after.doubted;
  };
  assertEquals(doubtedAfter(there, copy), false);
  assertEquals(doubtedAfter(elsewhere, copy), true, "passed on by another, it may be old");
  assertEquals(doubtedAfter(elsewhere, example("USER_ADVERTISE", { from: ELSEWHERE })), true);
});

Deno.test("who is in the mesh is asked by joining anew with the peer's key, and not too often", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  const dial = [{
    kind: "dial",
    target: { kind: "introducer", address: { host: "b.example", port: 1 }, pubkey: keyOf(1) },
  }];
  assertEquals<unknown>(askWhoIsThere(server.state, link, NOW), dial);
  assertEquals(askWhoIsThere(server.state, link, NOW + 9_999), []);
  assertEquals<unknown>(askWhoIsThere(server.state, link, NOW + 10_000), dial);
  assertEquals(askWhoIsThere(server.state, server.link(undefined), NOW + 1e6), [], "nobody there");
});
