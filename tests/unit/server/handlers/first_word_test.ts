import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import { PROOF_MS } from "../../../../lib/protocol/limits.ts";
import { dispatch } from "../../../../lib/server/dispatch.ts";
import { refuseUninvited } from "../../../../lib/server/pinning.ts";
import { heardOf, nextHop } from "../../../../lib/server/reachability.ts";
import { MAX_ADVERTS_OF_A_SERVER } from "../../../../lib/server/tables/users.ts";
import { Wanted, WANTED_MS } from "../../../../lib/server/tables/wanted.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../../protocol/examples.ts";
import { announced, CAROL, ELSEWHERE, id, keyOf, SmallServer, verified } from "../small_server.ts";

const introducer = { host: "127.0.0.1", port: 8766, pubkey: keyOf(7) };
const nobody = () => false;

/** THERE, whose key is the first, welcomes this server to the mesh. */
function welcome(server: SmallServer, assigned = HERE) {
  const [target] = server.state.planner.due(NOW, nobody);
  const link = server.link(target, { kind: "opened" });
  const payload = { assigned_id: assigned, servers: [] };
  const message = { ...verified("SERVER_WELCOME", { from: THERE, payload }), signedBy: keyOf(1) };
  return dispatch(server.state, link, { ...message, fingerprint: "SHA256:any" }, NOW);
}

Deno.test("an introducer cannot take the id of a server that is pinned to another key (§12)", () => {
  const server = new SmallServer([{ ...introducer, pubkey: undefined }]);
  const older = server.server(THERE, keyOf(2));
  server.state.links.remove(older);
  assertEquals(assertThrows(() => welcome(server), ProtocolError).code, "BAD_KEY");
  assertEquals(server.state.servers.get(id(THERE))?.key, keyOf(2));
});

Deno.test("a server that others know by its id, over a link that stands, takes no other one (§8.1)", () => {
  const server = new SmallServer([{ ...introducer, pubkey: undefined }]);
  server.server(ELSEWHERE, keyOf(2));
  assertEquals(assertThrows(() => welcome(server, CAROL), ProtocolError).code, "NAME_IN_USE");
  assertEquals(server.state.id, id(HERE));
});

Deno.test("so much of one server's users is taken and no more: none fills another's memory", () => {
  const { state } = new SmallServer();
  const advert = "x".repeat(1024 * 1024);
  const user = { at: "remote", server: id(THERE), key: undefined, advert, ts: NOW } as const;
  const full = MAX_ADVERTS_OF_A_SERVER / advert.length;
  for (let i = 0; i < full; i++) {
    assertEquals(state.users.hasRoomFor(id(THERE)), true);
    state.users.set({ ...user, id: `${i}` as never, turn: 0, doubted: false, meta: {} });
  }
  assertEquals(state.users.hasRoomFor(id(THERE)), false);
  assertEquals(state.users.hasRoomFor(id(ELSEWHERE)), true);
  state.users.delete("0" as never);
  assertEquals(state.users.hasRoomFor(id(THERE)), true);
});

Deno.test("who joined anew to hear who is there keeps the link that he has dialled before", () => {
  const server = new SmallServer([{ ...introducer, pubkey: undefined }]);
  const address = { host: "b.example", port: 1 };
  const older = server.link({ kind: "server", address, serverId: id(THERE) }, { kind: "opened" });
  server.state.links.advance(older, { kind: "serverLinked", server: id(THERE) });
  const closes = welcome(server).filter(({ kind }) => kind === "close" || kind === "send");
  assertEquals(closes.length, 1, "nothing is said on the new one, which is closed");
  assertStrictEquals(server.state.links.server(id(THERE)), older);
});

Deno.test("a pinned introducer is let in by its own signature alone: its key is no secret (D13)", () => {
  const admission = {
    kind: "allowlist",
    ids: new Set<never>(),
    fingerprints: new Set<string>(),
  } as const;
  const { state } = new SmallServer([introducer], { admission });
  refuseUninvited(state, { id: id(THERE), fingerprint: "SHA256:any" }, keyOf(7));
  const unsigned = { id: id(THERE), fingerprint: undefined };
  assertThrows(() => refuseUninvited(state, unsigned, keyOf(7)), ProtocolError);
});

Deno.test("who must prove his key gets no more time for it by announcing himself again", () => {
  const server = new SmallServer([], { requireProof: true });
  const link = server.link(undefined);
  const opener = announced(THERE, keyOf(1), { receiver: HERE, nonce: "bm9uY2U" });
  dispatch(server.state, link, opener, NOW);
  assertEquals(link.deadline, NOW + PROOF_MS);
  assertEquals(dispatch(server.state, link, opener, NOW + 5_000).map(({ kind }) => kind), []);
  assertEquals(link.deadline, NOW + PROOF_MS);
});

Deno.test("the first copy of an announce shows the way, though another link was the way before", () => {
  const server = new SmallServer();
  const { state } = server;
  const [one, two] = [server.server(THERE, keyOf(1)), server.server(CAROL, keyOf(2))];
  const address = { host: "e.example", port: 1 };
  state.servers.set({ id: id(ELSEWHERE), key: keyOf(3), address, dialled: false });
  heardOf(state, one, id(ELSEWHERE), NOW);
  dispatch(state, two, announced(ELSEWHERE, keyOf(3)), NOW + 1);
  assertStrictEquals(nextHop(state, id(ELSEWHERE)), two);
});

Deno.test("the key of a user that was not told before is something new for everybody", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const elsewhere = server.server(ELSEWHERE, keyOf(2));
  const meta = { pubkey: keyOf(4) };
  server.state.users.set(
    {
      ...{ at: "remote", id: id(BOB), server: id(THERE), key: undefined, advert: "as it came" },
      ...{ ts: NOW, turn: 1, doubted: false, meta },
    } as const,
  );
  const payload = { user_id: BOB, server_id: THERE, meta };
  const [told] = dispatch(
    server.state,
    there,
    { ...verified("USER_ADVERTISE", { from: THERE, ts: NOW + 1, payload }), signedBy: keyOf(1) },
    NOW,
  );
  assertEquals(told?.kind === "forward" && [...told.links], [elsewhere.id]);
});

Deno.test("a delivery that failed for want of time says nothing of where its recipient is (§8.4)", () => {
  for (const [code, at] of [["TIMEOUT", "remote"], ["USER_NOT_FOUND", undefined]] as const) {
    const server = new SmallServer();
    const { state } = server;
    const link = server.server(THERE, keyOf(1));
    server.remoteUser(ALICE, THERE);
    const [sender, recipient, hop] = [id(BOB), id(ALICE), id(THERE)];
    state.deliveries.add(
      { messageRef: "QQ", frameId: "f", sender, senderIs: "user", recipient, server: hop, hop },
      NOW,
    );
    const payload = { code, detail: "", msg_ref: "QQ" };
    dispatch(state, link, { ...verified("ERROR", { payload }), signedBy: keyOf(1) }, NOW);
    assertEquals(state.users.get(id(ALICE))?.at, at, code);
  }
});

Deno.test("a delivery that failed where its recipient was says nothing of where he is now (§8.4)", () => {
  const server = new SmallServer();
  const { state } = server;
  const link = server.server(THERE, keyOf(1));
  const [sender, recipient, hop] = [id(BOB), id(ALICE), id(THERE)];
  state.deliveries.add(
    { messageRef: "QQ", frameId: "f", sender, senderIs: "user", recipient, server: hop, hop },
    NOW,
  );
  server.remoteUser(ALICE, ELSEWHERE);
  const payload = { code: "USER_NOT_FOUND", detail: "", msg_ref: "QQ" };
  dispatch(state, link, { ...verified("ERROR", { payload }), signedBy: keyOf(1) }, NOW);
  assertEquals(state.users.get(id(ALICE))?.at, "remote");
});

Deno.test("a question for the users of a server that is too old is forgotten when the next one comes", () => {
  const wanted = new Wanted();
  wanted.add(id(THERE), 1 as never, NOW);
  wanted.add(id(THERE), 2 as never, NOW + WANTED_MS);
  assertEquals(wanted.links(id(THERE), NOW), [2 as never]);
});
