import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import type { Effect } from "../../../../lib/server/effects.ts";
import { dispatch } from "../../../../lib/server/dispatch.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer, verified } from "../small_server.ts";

const nobody = () => false;

/** A server whose own join comes back to it, as it does when its introducer is itself. */
function joinMyself(signed: boolean): number {
  const server = new SmallServer([{ host: "127.0.0.1", port: 8766, pubkey: undefined }]);
  const { planner } = server.state;
  const [target] = planner.due(NOW, nobody);
  const join = verified("SERVER_HELLO_JOIN", {
    from: HERE,
    to: "127.0.0.1:8766",
    payload: { host: "127.0.0.1", port: 8765, pubkey: keyOf(0) },
  });
  const message = { ...join, signedBy: signed ? keyOf(0) : undefined };
  const link = server.link(undefined);
  const error = assertThrows(() => dispatch(server.state, link, message, NOW), ProtocolError);
  assertEquals(error.code, "NAME_IN_USE");
  if (target !== undefined) planner.failed(target, NOW, 0.5);
  return planner.due(NOW + 60_000, nobody).length;
}

Deno.test("a server that meets itself at an introducer's address does not dial it again", () => {
  assertEquals(joinMyself(true), 0);
});

Deno.test("nobody can keep a server from its introducers by speaking in its name", () => {
  assertEquals(joinMyself(false), 1);
});

const allowlist = {
  kind: "allowlist",
  ids: new Set([id(THERE)]),
  fingerprints: new Set(["SHA256:listed"]),
} as const;

/** THERE asks to come in, signed or not. */
function join(server: SmallServer, fingerprint?: string, from = THERE) {
  const payload = { host: "b.example", port: 1, pubkey: keyOf(1) };
  const message = verified("SERVER_HELLO_JOIN", { from, payload });
  const link = server.link(undefined);
  return { link, effects: dispatch(server.state, link, { ...message, fingerprint }, NOW) };
}

/** THERE, which was asked to let this server join, does. */
function welcome(
  server: SmallServer,
  says: Record<string, unknown> = {},
  findings: Record<string, unknown> = {},
) {
  const [target] = server.state.planner.due(NOW, nobody);
  const link = server.link(target, { kind: "opened" });
  const payload = { assigned_id: HERE, servers: [], ...says };
  const message = { ...verified("SERVER_WELCOME", { from: THERE, payload }), signedBy: keyOf(1) };
  const fingerprint = "SHA256:any";
  const effects = dispatch(server.state, link, { ...message, fingerprint, ...findings }, NOW);
  return { link, effects };
}

function payloadOf(effects: Effect[]): Record<string, unknown> {
  const [effect] = effects;
  return effect?.kind === "send" ? effect.frame.payload : {};
}

const kinds = (effects: Effect[]) =>
  effects.map((effect) =>
    effect.kind === "persist"
      ? effect.fact.kind
      : effect.kind === "send"
      ? effect.frame.type
      : effect.kind
  );

const listedIds = (payload: Record<string, unknown>, list: string, name: string) =>
  (payload[list] as Record<string, unknown>[]).map((entry) => entry[name]);

Deno.test("a joiner is told who can be reached and who is here, and to prove its key (D10, D12)", () => {
  const server = new SmallServer();
  server.server(ELSEWHERE, keyOf(2));
  const address = { host: "c.example", port: 1 };
  server.state.servers.set({ id: id(BOB), key: keyOf(3), address, dialled: true });
  server.localUser(ALICE, keyOf(4));
  const { link, effects } = join(server);
  const payload = payloadOf(effects);
  assertEquals(listedIds(payload, "servers", "server_id"), [HERE, ELSEWHERE]);
  assertEquals(listedIds(payload, "clients", "user_id"), [ALICE]);
  assertEquals([payload["assigned_id"], payload["nonce"]], [THERE, link.nonce]);
  assertEquals(link.session, { phase: "joining", peer: id(THERE), announced: false });
  assertEquals(server.state.servers.get(id(THERE)), undefined, "nothing is remembered of it yet");
});

Deno.test("where servers must prove their keys a joiner is told of nobody before it has (THREATS 18)", () => {
  for (const others of [{ requireProof: true }, { admission: allowlist }]) {
    const server = new SmallServer([], others);
    server.server(ELSEWHERE, keyOf(2));
    server.localUser(ALICE, keyOf(4));
    const payload = payloadOf(join(server, "SHA256:any").effects);
    assertEquals(listedIds(payload, "servers", "server_id"), [HERE]);
    assertEquals(payload["clients"], []);
  }
});

Deno.test("a joiner that is not on the operator's list, or does not sign, is refused (D13)", () => {
  const server = new SmallServer([], { admission: allowlist });
  const refusal = (...args: [string | undefined, string]) =>
    assertThrows(() => join(server, ...args), ProtocolError).code;
  assertEquals(refusal("SHA256:any", ELSEWHERE), "BAD_KEY");
  assertEquals(refusal(undefined, THERE), "BAD_KEY");
  assertEquals(kinds(join(server, "SHA256:listed", ELSEWHERE).effects), ["SERVER_WELCOME"]);
});

Deno.test("who is welcomed introduces itself and proves its key, and the link stands", () => {
  const server = new SmallServer([{ host: "b.example", port: 1, pubkey: keyOf(1) }]);
  const { link, effects } = welcome(server, { nonce: "bm9uY2U" });
  assertEquals(kinds(effects), ["SERVER_ANNOUNCE", "HEARTBEAT", "server"]);
  assertEquals(link.session, { phase: "server", peer: id(THERE) });
});

Deno.test("an introducer whose key nobody named is let in only if it is on the operator's list (D13)", () => {
  const refused = new SmallServer([{ host: "b.example", port: 1, pubkey: undefined }], {
    admission: { ...allowlist, ids: new Set() },
  });
  const first = { firstSight: true };
  assertEquals(assertThrows(() => welcome(refused, {}, first), ProtocolError).code, "BAD_KEY");
  assertEquals(refused.state.servers.count, 0);
  const listed = new SmallServer([{ host: "b.example", port: 1, pubkey: undefined }], {
    admission: allowlist,
  });
  assertEquals(kinds(welcome(listed, {}, first).effects).slice(0, 2), [
    "introducer",
    "SERVER_ANNOUNCE",
  ]);
});
