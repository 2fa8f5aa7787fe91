import { assertEquals } from "@std/assert";
import { linkedTo, lostLink, nextHop } from "../../../lib/server/reachability.ts";
import { ALICE, BLOCK, BOB, HERE, NOW, PAYLOADS, THERE } from "../protocol/examples.ts";
import { ELSEWHERE, example, id, keyOf, SmallServer, verified } from "./small_server.ts";

/** A server with a link to THERE, whose user ALICE is known. */
function setUp() {
  const server = new SmallServer();
  const { node, state } = server;
  const link = server.server(THERE, keyOf(1));
  linkedTo(state, link, id(THERE), undefined, NOW);
  state.reachable.clear();
  return { server, node, state, link };
}

/** An advertisement as its user's server says it. */
function advert(from: string, ts = NOW) {
  const message = example("USER_ADVERTISE", {
    from,
    ts,
    payload: { user_id: BOB, server_id: from, meta: {} },
  });
  if (message.type !== "USER_ADVERTISE") throw new TypeError("not what was asked for");
  return message;
}

/** BOB is at a server, as an advertisement said that is doubted now. */
function doubted({ state }: SmallServer, from: string, text: string): void {
  const told = { at: "remote", id: id(BOB), server: id(from), advert: text } as const;
  state.users.set({ ...told, key: undefined, ts: NOW, turn: 1, doubted: true, meta: {} });
}

const isDoubted = ({ state }: SmallServer): unknown => {
  const bob = state.users.get(id(BOB));
  return bob?.at === "remote" && bob.doubted;
};

Deno.test("a second copy of a message that waits for its way is not acknowledged: nobody has taken it", () => {
  const { server, node, state, link } = setUp();
  server.remoteUser(ALICE, THERE, keyOf(3));
  const bob = server.localUser(BOB, keyOf(2));
  state.links.remove(link);
  lostLink(state, link, NOW);
  const message = { ...verified("MSG_DIRECT"), messageRef: "ref", frameId: "first" };
  assertEquals(node.received(bob.id, message, NOW), []);
  assertEquals(state.waiting.has("ref"), true);
  assertEquals(node.duplicate(bob.id, message, "ref", NOW + 1), []);
});

Deno.test("a second copy of a file's piece is acknowledged to nobody, in whichever form it comes", () => {
  const { node, link } = setUp();
  const payload = { ...PAYLOADS.FILE_CHUNK, content_sig: BLOCK, user_id: ALICE, sender: BOB };
  assertEquals(node.duplicate(link.id, example("SERVER_DELIVER", { payload }), "ref", NOW), []);
  assertEquals(node.duplicate(link.id, example("SERVER_DELIVER"), "ref", NOW).length, 1);
});

Deno.test("content whose writer's key is unknown is not remembered as seen: whoever copied it keeps no honest copy out", () => {
  const { server, node, state, link } = setUp();
  server.localUser(ALICE, keyOf(3));
  const copied = { ...verified("SERVER_DELIVER"), messageRef: "ref", signedBy: keyOf(1) };
  node.received(link.id, { ...copied, contentVerified: false }, NOW);
  assertEquals([state.seen.has("frame", NOW), state.seen.has("ref", NOW)], [true, false]);
  node.received(link.id, { ...copied, frameId: "other", contentVerified: true }, NOW);
  assertEquals(state.seen.has("ref", NOW), true);
});

Deno.test("what this server has said itself is no news when it comes back to it", () => {
  const { node } = setUp();
  const own = node.seen(advert(HERE.toUpperCase()), "new", undefined, NOW);
  assertEquals([own, node.seen(advert(THERE), "new", undefined, NOW)], [true, false]);
});

Deno.test("a second copy of an advertisement takes the doubt from its user, and of another one it does not", () => {
  const { server, node, link } = setUp();
  const [said, other] = [advert(THERE), advert(THERE, NOW + 1)];
  doubted(server, THERE, said.text);
  node.duplicate(link.id, other, undefined, NOW);
  assertEquals(isDoubted(server), true, "it is not what was believed");
  node.duplicate(link.id, said, undefined, NOW);
  assertEquals(isDoubted(server), false);
});

Deno.test("who passes on again what a server out of reach has said opens a way to it, if it is of ours", () => {
  for (const gossips of [false, true]) {
    const { server, node, state, link } = setUp();
    link.gossips = gossips;
    const said = advert(ELSEWHERE);
    doubted(server, ELSEWHERE, said.text);
    node.duplicate(link.id, said, undefined, NOW);
    assertEquals(nextHop(state, id(ELSEWHERE)), gossips ? link : undefined);
    assertEquals(isDoubted(server), !gossips);
  }
});
