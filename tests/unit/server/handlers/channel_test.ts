import { assertEquals, assertThrows } from "@std/assert";
import type { VerifiedOf } from "../../../../lib/link/verified.ts";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import type { JsonObject } from "../../../../lib/protocol/json.ts";
import type { Effect } from "../../../../lib/server/effects.ts";
import { channelHandlers } from "../../../../lib/server/handlers/channel.ts";
import type { LinkEntry } from "../../../../lib/server/tables/links.ts";
import { TOGETHER_MS } from "../../../../lib/server/tables/key_needs.ts";
import { ALICE, BLOCK, BOB, HERE, NOW, PAYLOADS, THERE } from "../../protocol/examples.ts";
import { CAROL, ELSEWHERE, keyOf, SmallServer, verified } from "../small_server.ts";

/** Alice and Bob are here, Carol is at THERE; ELSEWHERE is linked too. */
function setUp() {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  const elsewhere = server.server(ELSEWHERE, keyOf(2));
  const alice = server.localUser(ALICE, keyOf(3));
  const bob = server.localUser(BOB, keyOf(4));
  server.remoteUser(CAROL, THERE, keyOf(5));
  return { server, state: server.state, there, elsewhere, alice, bob };
}

const shareFor = (...members: string[]): JsonObject => ({
  shares: members.map((member) => ({ member, wrapped_public_channel_key: BLOCK })),
  content_sig: BLOCK,
});

function keyShare(
  { state }: SmallServer,
  link: LinkEntry,
  from: string,
  payload: JsonObject,
  contentVerified = true,
): Effect[] {
  const message = verified("PUBLIC_CHANNEL_KEY_SHARE", { from, payload });
  if (message.type !== "PUBLIC_CHANNEL_KEY_SHARE") throw new TypeError("not what was asked for");
  const found = { ...message, contentVerified, messageRef: "ref" };
  return channelHandlers.PUBLIC_CHANNEL_KEY_SHARE(state, link, found, NOW);
}

const byBob = (...members: string[]) => ({
  ...shareFor(...members),
  creator: BOB,
  creator_pub: keyOf(4),
});
const byCarol = (...members: string[]) => ({
  ...shareFor(...members),
  creator: CAROL.toUpperCase(),
  creator_pub: keyOf(5),
});

const codeOf = (action: () => void) => assertThrows(action, ProtocolError).code;
const linksOf = (effects: Effect[]) =>
  effects.map((effect) => "links" in effect ? [effect.kind, ...effect.links] : [effect.kind]);

function add({ state }: SmallServer, link: LinkEntry, ...users: string[]): Effect[] {
  const message = verified("PUBLIC_CHANNEL_ADD", { from: THERE, payload: { add: users } });
  return channelHandlers.PUBLIC_CHANNEL_ADD(
    state,
    link,
    message as VerifiedOf<"PUBLIC_CHANNEL_ADD">,
    NOW,
  );
}

Deno.test("a user's own share goes to all servers and to those in it, under this server's name", () => {
  const { server, there, elsewhere, alice, bob } = setUp();
  const payload = byBob(ALICE, BOB, CAROL);
  const effects = keyShare(server, bob, BOB, payload);
  assertEquals(linksOf(effects), [["send", there.id, elsewhere.id, alice.id]]);
  const [share] = effects;
  if (share?.kind !== "send") throw new TypeError("nothing was sent");
  const { type, origin, ts, ...signed } = share.frame.payload;
  assertEquals([share.frame.from, type, origin, ts], [
    HERE,
    "PUBLIC_CHANNEL_KEY_SHARE",
    HERE,
    share.frame.ts,
  ]);
  assertEquals(signed, payload);
});

Deno.test("a share is nobody's but its creator's, who signs it with the key that is known", () => {
  const { server, bob } = setUp();
  const from = (payload: JsonObject, contentVerified = true) =>
    codeOf(() => keyShare(server, bob, BOB, payload, contentVerified));
  assertEquals(from(byCarol(ALICE)), "INVALID_SIG", "another's");
  assertEquals(from({ ...shareFor(ALICE), creator_pub: keyOf(4) }), "INVALID_SIG", "nobody's");
  assertEquals(from(byBob(ALICE), false), "INVALID_SIG", "not verified");
  assertEquals(from({ ...byBob(ALICE), creator_pub: keyOf(5) }), "BAD_KEY", "another key");
  assertEquals(from({ ...byBob(ALICE), creator_pub: "MIIC" }), "BAD_KEY", "no key");
  assertEquals(server.state.keyShares.count, 0);
});

Deno.test("another server's share goes on byte for byte, to the other servers and to those in it", () => {
  const { server, there, elsewhere, alice } = setUp();
  assertEquals(
    linksOf(keyShare(server, there, THERE, byCarol(ALICE, ALICE.toUpperCase(), CAROL))),
    [
      ["forward", elsewhere.id, alice.id],
    ],
  );
});

Deno.test("a share that cannot be verified here goes to servers only, and is not kept", () => {
  const { server, there, elsewhere } = setUp();
  const nobodys = { ...shareFor(ALICE), creator_pub: "MIIC" };
  for (const payload of [byCarol(ALICE), nobodys]) {
    assertEquals(linksOf(keyShare(server, there, THERE, payload, false)), [
      ["forward", elsewhere.id],
    ]);
  }
  assertEquals(
    codeOf(() => keyShare(server, there, THERE, { ...byCarol(ALICE), creator_pub: keyOf(4) })),
    "BAD_KEY",
  );
  assertEquals(server.state.keyShares.count, 0);
});

Deno.test("a share for somebody who is registered here is kept, connected or not", () => {
  const { server, state, there, elsewhere } = setUp();
  const userId = server.state.users.get(CAROL as never)?.id;
  if (userId === undefined) throw new TypeError("Carol is known");
  state.users.register({ userId, pubkey: keyOf(5), meta: {}, version: 1, proven: false });
  assertEquals(linksOf(keyShare(server, there, THERE, byCarol(CAROL))), [
    ["persist"],
    ["forward", elsewhere.id],
  ]);
  assertEquals(state.keyShares.of(userId)?.share.messageRef, "ref");
});

Deno.test("what a server says of who needs or has the key is spread as it came", () => {
  const { server, state, there, elsewhere, alice, bob } = setUp();
  const everybodyElse = [["forward", elsewhere.id, alice.id, bob.id]];
  assertEquals(linksOf(add(server, there, BOB, CAROL, ELSEWHERE)), everybodyElse);
  const updated = verified("PUBLIC_CHANNEL_UPDATED", { payload: PAYLOADS.PUBLIC_CHANNEL_UPDATED });
  if (updated.type !== "PUBLIC_CHANNEL_UPDATED") throw new TypeError("not what was asked for");
  assertEquals(
    linksOf(channelHandlers.PUBLIC_CHANNEL_UPDATED(state, there, updated, NOW)),
    everybodyElse,
  );
  assertEquals(state.keyNeeds.nextDeadline, Infinity);
});

Deno.test("a user asks for itself, however it spells its id, and for nobody else", () => {
  const { server, state, bob } = setUp();
  for (const users of [[ALICE], [BOB, ALICE], [BOB, BOB]]) {
    assertEquals(codeOf(() => add(server, bob, ...users)), "BAD_KEY");
  }
  assertEquals(state.keyNeeds.nextDeadline, Infinity);
  assertEquals(add(server, bob, BOB.toUpperCase()), []);
  assertEquals(state.keyNeeds.take(NOW + TOGETHER_MS).map(String), [BOB]);
});
