import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { VerifiedOf } from "../../../../lib/link/verified.ts";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import { MAX_PAST_MS } from "../../../../lib/protocol/limits.ts";
import type { Effect } from "../../../../lib/server/effects.ts";
import { announceHandlers } from "../../../../lib/server/handlers/announce.ts";
import { nextHop } from "../../../../lib/server/reachability.ts";
import type { LinkEntry } from "../../../../lib/server/tables/links.ts";
import { BOB, HERE, NOW, THERE } from "../../protocol/examples.ts";
import { announced, ELSEWHERE, id, keyOf, SmallServer } from "../small_server.ts";

const target = {
  kind: "server",
  address: { host: "b.example", port: 1 },
  serverId: id(THERE),
} as const;
const helloSent = { kind: "opened" } as const;

function take(
  server: SmallServer,
  link: LinkEntry,
  message: VerifiedOf<"SERVER_ANNOUNCE">,
  now = NOW,
): Effect[] {
  return announceHandlers.SERVER_ANNOUNCE(server.state, link, message, now);
}

function refusal(...args: Parameters<typeof take>): ProtocolError {
  return assertThrows(() => take(...args), ProtocolError);
}

function shown(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return `${effect.frame.type} to ${effect.links}`;
    if (effect.kind === "forward") return `forward to ${effect.links}`;
    if (effect.kind === "close") return `close ${effect.link}`;
    return effect.kind === "persist" ? `keep ${effect.fact.kind}` : effect.kind;
  });
}

const forUs = { receiver: HERE, nonce: "bm9uY2U" };

// What is refused

Deno.test("nobody announces himself with a key that is not the one he signs with", () => {
  const server = new SmallServer();
  const message = { ...announced(THERE, keyOf(1), forUs), signedBy: keyOf(2) };
  const { code, detail } = refusal(server, server.link(undefined), message);
  assertEquals(code, "BAD_KEY");
  assertStringIncludes(detail, "signed by another key");
  assertEquals(server.state.servers.count, 0);
});

Deno.test("nobody takes a pinned id, a pinned introducer's address or this server's own id", () => {
  const introducer = { host: "b.example", port: 1, pubkey: keyOf(7) };
  const server = new SmallServer([introducer]);
  server.server(ELSEWHERE, keyOf(3));
  const codes = [
    announced(ELSEWHERE, keyOf(4), { ...forUs, port: 2 }),
    announced(THERE, keyOf(1), forUs),
    announced(HERE.toUpperCase(), keyOf(0), { ...forUs, port: 2 }),
  ].map((message) => refusal(server, server.link(undefined), message).code);
  assertEquals(codes, ["BAD_KEY", "BAD_KEY", "NAME_IN_USE"]);
  assertEquals(server.state.servers.get(id(ELSEWHERE))?.key, keyOf(3));
});

Deno.test("an introduction that was made for somebody else, or for everybody, opens no link (D9)", () => {
  const server = new SmallServer();
  for (const receiver of ["*", ELSEWHERE]) {
    const { code } = refusal(
      server,
      server.link(undefined),
      announced(THERE, keyOf(1), { receiver }),
    );
    assertEquals(code, "INVALID_SIG", receiver);
  }
  assertEquals(server.state.servers.count, 0);
});

Deno.test("who joined with one key announces himself with no other", () => {
  const server = new SmallServer();
  const link = server.link(undefined, { kind: "serverJoining", server: id(THERE) });
  link.introduced = { key: keyOf(2), meta: {} };
  assertEquals(refusal(server, link, announced(THERE, keyOf(1), forUs)).code, "BAD_KEY");
});

Deno.test("who is not on the operator's list opens no link, and nobody makes him known (D13)", () => {
  const ids = new Set([id(THERE)]);
  const admission = { kind: "allowlist", ids, fingerprints: new Set<string>() } as const;
  const server = new SmallServer([], { admission });
  const stranger = announced(ELSEWHERE, keyOf(3), forUs);
  assertEquals(refusal(server, server.link(undefined), stranger).code, "BAD_KEY");
  const there = server.server(THERE, keyOf(1));
  const passedOn = announced(ELSEWHERE, keyOf(3));
  assertEquals(take(server, there, passedOn), [], "who passes it on is invited, and cannot know");
  assertEquals(server.state.servers.get(id(ELSEWHERE)), undefined);
});

// On the peer's own link

Deno.test("who opens a link by announcing himself is pinned, answered, and linked", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  const effects = take(server, link, announced(THERE, keyOf(1), forUs));
  assertEquals(shown(effects), [
    `SERVER_ANNOUNCE to ${link.id}`,
    `HEARTBEAT to ${link.id}`,
    "keep server",
  ]);
  assertEquals([link.session.phase, link.gossips], ["server", true]);
  assertEquals(server.state.servers.get(id(THERE))?.key, keyOf(1));
});

Deno.test("another team's server, without nonce and receiver, is linked the same, and sent no proof (D11)", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  const { receiver: _none, ...payload } = announced(THERE, keyOf(1)).payload;
  const message = { ...announced(THERE, keyOf(1)), payload };
  assertEquals(shown(take(server, link, message)), [
    `SERVER_ANNOUNCE to ${link.id}`,
    "keep server",
  ]);
  assertEquals([link.session.phase, link.gossips], ["server", false]);
});

Deno.test("where a proof is required the link waits for it, and the nonce is out (D12)", () => {
  const server = new SmallServer([], { requireProof: true });
  const link = server.link(undefined);
  const effects = take(server, link, announced(THERE, keyOf(1), forUs));
  const [answer] = effects;
  assertEquals(answer?.kind === "send" && answer.frame.payload["nonce"], link.nonce);
  assertEquals(link.session, { phase: "joining", peer: id(THERE), announced: true });
});

Deno.test("who answers on a link that this server dialled is not answered again, but proved to", () => {
  const server = new SmallServer();
  const link = server.link(target, helloSent, { kind: "serverLinked", server: id(THERE) });
  const effects = take(server, link, announced(THERE, keyOf(1), forUs));
  assertEquals(shown(effects), [`HEARTBEAT to ${link.id}`]);
  assertEquals(shown(take(server, link, announced(THERE, keyOf(1), forUs))), [], "once");
});

Deno.test("a server of ours that answers is told who else is there, once", () => {
  const server = new SmallServer();
  const other = server.server(ELSEWHERE, keyOf(3));
  take(server, other, announced(ELSEWHERE, keyOf(3), { links: [] }));
  const link = server.link(target, helloSent, { kind: "serverLinked", server: id(THERE) });
  const says = { ...forUs, port: 7 };
  const effects = take(server, link, announced(THERE, keyOf(1), says));
  assertEquals(shown(effects).at(-1), `forward to ${link.id}`);
  assertEquals(shown(take(server, link, announced(THERE, keyOf(1), says))), []);
});

Deno.test("of two links that come to stand the second is closed, and its introduction is still heard", () => {
  const server = new SmallServer();
  const older = server.link(target, helloSent, { kind: "serverLinked", server: id(THERE) });
  const newer = server.link(undefined);
  const effects = take(server, newer, announced(THERE, keyOf(1), forUs));
  assertEquals(shown(effects).at(-1), `close ${newer.id}`);
  assertEquals(server.state.links.server(id(THERE)), older);
  assertEquals(server.state.servers.get(id(THERE))?.key, keyOf(1));
});

// To everybody

Deno.test("a server that announces itself to everybody takes part in the gossip, and can be reached", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  take(server, link, announced(THERE, keyOf(1)));
  const heard = server.state.reach.get(id(THERE));
  assertEquals([link.gossips, heard?.heardAt, heard?.announced?.ts], [true, NOW, NOW]);
  assertStrictEquals(nextHop(server.state, id(THERE)), link);
});

Deno.test("whose announce is passed on is pinned, reached over that link, and says nothing of the peer", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  const message = announced(ELSEWHERE, keyOf(3), { port: 2 });
  assertEquals(shown(take(server, link, message)), [], "only servers that were linked are kept");
  const heard = server.state.reach.get(id(ELSEWHERE));
  assertEquals([heard?.via, heard?.introduction], [link.id, message.text]);
  assertEquals(link.gossips, false);
});

Deno.test("an announce that is not newer than the last is no news, whoever brings it", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  take(server, link, announced(ELSEWHERE, keyOf(3), { port: 2 }));
  for (const ts of [NOW, NOW - 1]) {
    assertEquals(take(server, link, announced(ELSEWHERE, keyOf(3), { port: 3 }, ts)), []);
  }
  assertEquals(server.state.servers.get(id(ELSEWHERE))?.address.port, 2);
  take(server, link, announced(ELSEWHERE, keyOf(3), { port: 3 }, NOW + 1));
  assertEquals(server.state.servers.get(id(ELSEWHERE))?.address.port, 3);
});

Deno.test("a question goes on though a later announce has overtaken it", () => {
  const server = new SmallServer();
  const [link, other] = [server.server(THERE, keyOf(1)), server.server(ELSEWHERE, keyOf(3))];
  other.gossips = true;
  take(server, link, announced(THERE, keyOf(1), {}, NOW + 1));
  const asked = announced(THERE, keyOf(1), { asks: [ELSEWHERE], lacks: [BOB] }, NOW);
  assertEquals(shown(take(server, link, asked)), [`forward to ${other.id}`]);
});

Deno.test("an old introduction, or one for somebody else, tells a key that was not known and nothing else (D27)", () => {
  const old = announced(ELSEWHERE, keyOf(3), { port: 2, users: [BOB] }, NOW - MAX_PAST_MS - 1);
  const private_ = announced(ELSEWHERE, keyOf(3), { port: 2, receiver: THERE });
  for (const message of [old, private_]) {
    const server = new SmallServer();
    const link = server.server(THERE, keyOf(1));
    assertEquals(shown(take(server, link, message)), []);
    const heard = server.state.reach.get(id(ELSEWHERE));
    assertEquals([heard?.announced, heard?.via, heard?.introduction], [
      undefined,
      undefined,
      message.text,
    ]);
    assertEquals(server.state.servers.get(id(ELSEWHERE))?.key, keyOf(3));
    const later = { ...message, payload: { ...message.payload, port: 9 } };
    assertEquals(take(server, link, later), [], "and where a known server is, only a fresh one");
    assertEquals(server.state.servers.get(id(ELSEWHERE))?.address.port, 2);
  }
});

Deno.test("one link makes so many servers known and no more, each counted once (THREATS 30)", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1));
  const stranger = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
  for (let i = 0; i < 1_000; i++) {
    take(server, link, announced(stranger(i), keyOf(3), { port: 1 + i }));
  }
  take(server, link, announced(stranger(0), keyOf(3), { port: 1 }, NOW + 1));
  assertEquals(refusal(server, link, announced(ELSEWHERE, keyOf(3))).code, "BAD_KEY");
  assertEquals(server.state.servers.get(id(ELSEWHERE)), undefined);
  const other = server.server(BOB, keyOf(4));
  take(server, other, announced(ELSEWHERE, keyOf(3), { port: 2_000 }));
  assertEquals(server.state.servers.get(id(ELSEWHERE))?.address.port, 2_000);
});
