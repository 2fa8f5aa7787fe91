import { assertEquals, assertThrows } from "@std/assert";
import type { DialTarget } from "../../../lib/mesh/planner.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { contentKeyOf, signerOf } from "../../../lib/server/signers.ts";
import { ALICE, BOB, HERE, PAYLOADS, THERE } from "../protocol/examples.ts";
import { example, id, keyOf, SmallServer } from "./small_server.ts";

const pinned = (index: number) => ({ kind: "key", key: keyOf(index), pinned: true } as const);
const introduction = (index: number) => ({
  payload: { ...PAYLOADS.SERVER_ANNOUNCE, pubkey: keyOf(index) },
});

function introducer(pubkey = false): DialTarget {
  return {
    kind: "introducer",
    address: { host: "b.example", port: 1 },
    pubkey: pubkey ? keyOf(7) : undefined,
  };
}

function welcome(...listed: [string, number][]) {
  const servers = listed.map(([server_id, index]) => ({
    server_id,
    host: "b.example",
    port: 1,
    pubkey: keyOf(index),
  }));
  return example("SERVER_WELCOME", { payload: { assigned_id: HERE, servers } });
}

Deno.test("who says hello is asked for a signature by the key that the hello brings", () => {
  const server = new SmallServer();
  const { state } = server;
  const link = server.link(undefined);
  const hello = example("USER_HELLO", { payload: { pubkey: keyOf(1) } });
  const brought = { kind: "key", key: keyOf(1), pinned: false } as const;
  assertEquals(signerOf(state, link, hello), brought);
  assertEquals(signerOf(state, link, example("SERVER_HELLO_JOIN", introduction(1))), brought);
});

Deno.test("a hello with a key that is none is refused (D1)", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  for (const type of ["USER_HELLO", "SERVER_HELLO_JOIN", "SERVER_ANNOUNCE"] as const) {
    const payload = { ...PAYLOADS[type], pubkey: "dummy" };
    const error = assertThrows(
      () => signerOf(server.state, link, example(type, { payload })),
      ProtocolError,
    );
    assertEquals(error.code, "BAD_KEY");
  }
});

Deno.test("an announcement must be signed by the pinned key, and by the one it brings if none is pinned", () => {
  const server = new SmallServer();
  const link = server.link(undefined);
  const announce = example("SERVER_ANNOUNCE", introduction(2));
  assertEquals(signerOf(server.state, link, announce), {
    kind: "key",
    key: keyOf(2),
    pinned: false,
  });
  const there = server.server(THERE, keyOf(1));
  const byItself = { kind: "key", key: keyOf(2), pinned: false } as const;
  assertEquals(signerOf(server.state, link, announce), byItself, "what others said gives way");
  assertEquals(
    signerOf(server.state, there, announce),
    pinned(1),
    "once, not on a link that stands",
  );
  server.state.servers.keep(id(THERE));
  assertEquals(signerOf(server.state, link, announce), pinned(1));
});

Deno.test("a welcome must be signed by the operator's pin, then the one of first sight, then its own", () => {
  const server = new SmallServer();
  const { state } = server;
  const link = server.link(introducer(), { kind: "opened" });
  const first = { kind: "key", key: keyOf(2), pinned: false } as const;
  assertEquals(signerOf(state, link, welcome([HERE, 3], [THERE, 2])), first);
  state.servers.pinIntroducer({ host: "b.example", port: 1 }, keyOf(4));
  assertEquals(signerOf(state, link, welcome([THERE, 2])), pinned(4));
  const sure = server.link(introducer(true), { kind: "opened" });
  assertEquals(signerOf(state, sure, welcome([THERE, 2])), pinned(7));
});

Deno.test("a welcome by somebody who does not say his key, or whom nobody asked, has no signer", () => {
  const server = new SmallServer();
  const asked = server.link(introducer(), { kind: "opened" });
  assertEquals(signerOf(server.state, asked, welcome([HERE, 3])).kind, "unknown");
  const target = { kind: "server", address: { host: "h", port: 1 }, serverId: id(THERE) } as const;
  const other = server.link(target, { kind: "opened" });
  assertEquals(signerOf(server.state, other, welcome([THERE, 2])).kind, "unknown");
});

Deno.test("what a server authors is signed by the key of the server that from names, not of the link", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  server.server(BOB, keyOf(2));
  for (const type of ["USER_ADVERTISE", "USER_REMOVE", "SERVER_DELIVER"] as const) {
    assertEquals(signerOf(server.state, there, example(type)), pinned(1));
    assertEquals(signerOf(server.state, there, example(type, { from: BOB })), pinned(2));
    assertEquals(signerOf(server.state, there, example(type, { from: ALICE })).kind, "unknown");
  }
});

Deno.test("the proof of a key is verified with the pinned key, and proves nothing of who has none (D12)", () => {
  const server = new SmallServer();
  const joining = server.link(undefined, { kind: "serverMustProve", server: id(THERE) });
  assertEquals(signerOf(server.state, joining, example("HEARTBEAT")).kind, "unknown");
  const address = { host: "b.example", port: 1 };
  server.state.servers.set({ id: id(THERE), key: keyOf(1), address, dialled: true });
  assertEquals(signerOf(server.state, joining, example("HEARTBEAT")), pinned(1));
});

Deno.test("who is introduced by others must have signed it himself, by the pinned key if there is one", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const foreign = example("SERVER_ANNOUNCE", { from: BOB, ...introduction(2) });
  const itsOwn = { kind: "key", key: keyOf(2), pinned: false } as const;
  assertEquals(signerOf(server.state, there, foreign), itsOwn);
  server.server(BOB, keyOf(3));
  assertEquals(signerOf(server.state, there, foreign), pinned(3));
});

Deno.test("an error before anybody could know a key is taken for what it says; later it is signed", () => {
  const server = new SmallServer();
  const asked = server.link(introducer(), { kind: "opened" });
  assertEquals(signerOf(server.state, asked, example("ERROR")), { kind: "vouched" });
  const there = server.server(THERE, keyOf(1));
  assertEquals(signerOf(server.state, there, example("ERROR")), pinned(1));
  assertEquals(signerOf(server.state, there, example("ERROR", { from: BOB })).kind, "unknown");
});

Deno.test("a user's frame on the user's own link is signed by the key of the hello", () => {
  const server = new SmallServer();
  const bob = server.localUser(BOB, keyOf(1));
  for (const type of ["USER_PROOF", "MSG_DIRECT", "LIST_REQUEST"] as const) {
    assertEquals(signerOf(server.state, bob, example(type)), pinned(1));
  }
  const nobody = server.link(undefined);
  assertEquals(signerOf(server.state, nobody, example("MSG_DIRECT")).kind, "unknown");
});

Deno.test("a user's frame on a server's link is signed by the user if the key is known, else by nobody", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const chunk = example("FILE_CHUNK");
  assertEquals(signerOf(server.state, there, chunk), { kind: "vouched" });
  server.remoteUser(BOB, THERE, keyOf(2));
  assertEquals(signerOf(server.state, there, chunk), pinned(2));
});

Deno.test("content is verified with the key known for its author, never with the one that came along", () => {
  const server = new SmallServer();
  const { state } = server;
  const there = server.server(THERE, keyOf(1));
  const payload = { ...PAYLOADS.SERVER_DELIVER, sender_pub: keyOf(6) };
  const deliver = example("SERVER_DELIVER", { payload });
  assertEquals(contentKeyOf(state, there, deliver), undefined);
  server.remoteUser(BOB, THERE, keyOf(2));
  assertEquals(contentKeyOf(state, there, deliver), keyOf(2));
  assertEquals(contentKeyOf(state, there, example("MSG_PUBLIC_CHANNEL")), keyOf(2));
});

Deno.test("on a user's own link content is verified with the key of the hello", () => {
  const server = new SmallServer();
  const bob = server.localUser(BOB, keyOf(3));
  const payload = { ...PAYLOADS.MSG_DIRECT, sender_pub: keyOf(6) };
  assertEquals(contentKeyOf(server.state, bob, example("MSG_DIRECT", { payload })), keyOf(3));
});

Deno.test("shares are verified by the key of whoever says to have made them, not by that of the link's server (D23)", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  server.remoteUser(ALICE, THERE, keyOf(2));
  const payload = { ...PAYLOADS.PUBLIC_CHANNEL_KEY_SHARE, creator: ALICE };
  const keyFor = (says: Record<string, unknown>) =>
    contentKeyOf(server.state, there, example("PUBLIC_CHANNEL_KEY_SHARE", { payload: says }));
  assertEquals(keyFor(payload), keyOf(2));
  assertEquals(keyFor({ ...payload, creator: BOB }), undefined, "nobody knows Bob");
  assertEquals(keyFor(PAYLOADS.PUBLIC_CHANNEL_KEY_SHARE), undefined, "of another team");
});

Deno.test("what users and servers say alike is signed by the server on its link, by the user on the user's", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const bob = server.localUser(BOB, keyOf(3));
  for (const type of ["PUBLIC_CHANNEL_ADD", "PUBLIC_CHANNEL_KEY_SHARE"] as const) {
    assertEquals(signerOf(server.state, there, example(type, { from: THERE })), pinned(1));
    assertEquals(signerOf(server.state, bob, example(type, { from: BOB })), pinned(3));
    const stranger = signerOf(server.state, there, example(type, { from: BOB }));
    assertEquals(stranger.kind, "unknown", "no user's word on a server's link");
  }
});
