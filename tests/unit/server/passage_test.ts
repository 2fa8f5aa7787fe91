import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { DELIVERY_MS } from "../../../lib/protocol/limits.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import { isDirectDelivery } from "../../../lib/server/file_passage.ts";
import {
  deliverWaiting,
  failWaiting,
  pass,
  type Passage,
  passageOf,
} from "../../../lib/server/passage.ts";
import { linkedTo, lostLink } from "../../../lib/server/reachability.ts";
import { MAX_DELIVERIES } from "../../../lib/server/tables/deliveries.ts";
import { type LinkEntry, ownerOf } from "../../../lib/server/tables/links.ts";
import { MAX_WAITING } from "../../../lib/server/tables/waiting.ts";
import { ALICE, BLOCK, BOB, NOW, THERE } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

const everybody = () => true;

/** Bob is here and writes; Alice is where a test puts her. */
function setUp() {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  linkedTo(server.state, there, id(THERE), undefined, NOW);
  const bob = server.localUser(BOB, keyOf(2));
  return { server, state: server.state, there, bob };
}

/** The link to a server ends, as it does in the core. */
function cut(server: SmallServer, link: LinkEntry): void {
  server.state.links.remove(link);
  lostLink(server.state, link, NOW);
}

function direct(link: LinkEntry, name = "ref", other: Record<string, unknown> = {}): Passage {
  const message = verified("MSG_DIRECT", other);
  if (message.type !== "MSG_DIRECT") throw new TypeError("not what was asked for");
  return passageOf(link, { ...message, messageRef: name, frameId: `frame ${name}` });
}

function passedOn(link: LinkEntry, name = "ref"): Passage {
  const message = verified("SERVER_DELIVER");
  if (message.type !== "SERVER_DELIVER" || !isDirectDelivery(message)) {
    throw new TypeError("not what was asked for");
  }
  return passageOf(link, { ...message, messageRef: name, frameId: `frame ${name}` });
}

function file(link: LinkEntry, name: string): Passage {
  const message = verified("FILE_CHUNK");
  if (message.type !== "FILE_CHUNK") throw new TypeError("not what was asked for");
  return passageOf(link, { ...message, frameId: name });
}

/** Each effect in a line: what goes where, and which message it is about. */
function shown(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "forward") return `forward to ${effect.links}`;
    if (effect.kind !== "send") return effect.kind;
    const { type, payload } = effect.frame;
    return [type, `to ${effect.links}`, payload["code"], payload["msg_ref"]]
      .filter((part) => part !== undefined).join(" ");
  });
}

function codeOf(action: () => void): string {
  return assertThrows(action, ProtocolError).code;
}

Deno.test("a message says for whom it is and who answers for it, a user or a server", () => {
  const { bob, there } = setUp();
  const own = direct(bob, "ref", { to: ALICE.toUpperCase() });
  assertEquals([own.recipient, own.sender, own.senderIs], [id(ALICE), id(BOB), "user"]);
  const other = passedOn(there);
  assertEquals([other.recipient, other.sender, other.senderIs], [id(ALICE), id(THERE), "server"]);
});

Deno.test("a link that is nobody's yet passes nothing: our mistake, not the peer's", () => {
  const { server } = setUp();
  assertThrows(() => ownerOf(server.link(undefined)), TypeError, "opening");
});

Deno.test("a message for a user who is here is delivered, and then acknowledged (D21)", () => {
  const { server, state, bob, there } = setUp();
  const alice = server.localUser(ALICE, keyOf(3));
  const effects = pass(state, direct(bob), NOW);
  assertEquals(shown(effects), [`USER_DELIVER to ${alice.id}`, `ACK to ${bob.id} ref`]);
  const [delivery] = effects;
  if (delivery?.kind !== "send") throw new TypeError("nothing was sent");
  const { ciphertext, sender, content_sig } = delivery.frame.payload;
  assertEquals([ciphertext, sender, content_sig], [BLOCK, BOB, BLOCK]);
  assertEquals([delivery.frame.to, delivery.frame.ts], [ALICE, NOW]);
  assertEquals(shown(pass(state, passedOn(there, "other"), NOW)), [
    `USER_DELIVER to ${alice.id}`,
    `ACK to ${there.id} other`,
  ]);
});

Deno.test("a message for a user elsewhere goes to that server, and is not acknowledged before it is taken there", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  assertEquals(shown(pass(state, direct(bob), NOW)), [`SERVER_DELIVER to ${there.id}`]);
  assertEquals(state.deliveries.settle("ref", id(THERE)), {
    messageRef: "ref",
    frameId: "frame ref",
    sender: id(BOB),
    senderIs: "user",
    recipient: id(ALICE),
    server: id(THERE),
    hop: id(THERE),
    deadline: NOW + DELIVERY_MS,
  });
});

Deno.test("a message between two servers that cannot reach each other is passed on byte for byte", () => {
  const { server, state, there } = setUp();
  const elsewhere = server.server(ELSEWHERE, keyOf(3));
  server.remoteUser(ALICE, ELSEWHERE);
  const passage = passedOn(there);
  const effects = pass(state, passage, NOW);
  assertEquals(effects, [
    { kind: "forward", links: [elsewhere.id], text: passage.message.text },
  ]);
  assertEquals(state.deliveries.settle("ref", id(ELSEWHERE))?.sender, id(THERE));
});

Deno.test("the outcome of a message is expected of the server that it is passed on to, not of the last one", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, ELSEWHERE);
  state.reach.of(id(ELSEWHERE)).via = there.id;
  const [effect] = pass(state, direct(bob), NOW);
  assertEquals(effect?.kind === "send" && [effect.frame.to, effect.links], [ELSEWHERE, [there.id]]);
  assertEquals(state.deliveries.settle("ref", id(ELSEWHERE)), undefined);
  assertEquals(state.deliveries.settle("ref", id(THERE))?.server, id(ELSEWHERE));
});

Deno.test("a message that came from where it would have to go is not passed back, and may be sent again", () => {
  const { server, state, there } = setUp();
  server.remoteUser(ALICE, THERE);
  state.seen.add("frame ref", NOW);
  state.seen.add("ref", NOW);
  assertEquals(codeOf(() => pass(state, passedOn(there), NOW)), "USER_NOT_FOUND");
  assertEquals([state.seen.has("frame ref", NOW), state.seen.has("ref", NOW)], [false, false]);
});

Deno.test("a message for a server that cannot be reached waits, unacknowledged, and is seen", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  cut(server, there);
  state.seen.add("ref", NOW);
  assertEquals(pass(state, direct(bob), NOW), []);
  assertEquals([state.waiting.has("ref"), state.seen.has("ref", NOW)], [true, true]);
});

Deno.test("what waits goes out in order when the way is open, each message on its own way", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  server.remoteUser(CAROL, ELSEWHERE);
  cut(server, there);
  pass(state, direct(bob, "one"), NOW);
  pass(state, file(bob, "two"), NOW);
  pass(state, direct(bob, "for Carol", { to: CAROL }), NOW);
  pass(state, direct(bob, "three"), NOW);
  const again = server.server(THERE, keyOf(1));
  again.gossips = true;
  const effects = deliverWaiting(state, NOW + 1, (user) => user === id(ALICE));
  assertEquals(shown(effects), [
    `SERVER_DELIVER to ${again.id}`,
    `forward to ${again.id}`,
    `SERVER_DELIVER to ${again.id}`,
  ]);
  assertEquals([state.deliveries.has("one"), state.deliveries.has("three")], [true, true]);
  assertEquals([state.waiting.count, state.waiting.has("for Carol")], [1, true]);
});

Deno.test("what waits is delivered here if its recipient has come here", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  cut(server, there);
  pass(state, direct(bob), NOW);
  const alice = server.localUser(ALICE, keyOf(3));
  assertEquals(shown(deliverWaiting(state, NOW, everybody)), [
    `USER_DELIVER to ${alice.id}`,
    `ACK to ${bob.id} ref`,
  ]);
});

Deno.test("a message whose recipient has left while it waited fails, and the next ones go on", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  server.remoteUser(CAROL, THERE);
  cut(server, there);
  state.seen.add("one", NOW);
  pass(state, direct(bob, "one"), NOW);
  pass(state, direct(bob, "two", { to: CAROL }), NOW);
  state.users.delete(id(ALICE));
  const again = server.server(THERE, keyOf(1));
  assertEquals(shown(deliverWaiting(state, NOW, everybody)), [
    `ERROR to ${bob.id} USER_NOT_FOUND one`,
    `SERVER_DELIVER to ${again.id}`,
  ]);
  assertEquals(state.seen.has("one", NOW), false, "it may be sent again");
});

Deno.test("a message that has waited for ten seconds fails with TIMEOUT and its name, and may be sent again", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  cut(server, there);
  state.seen.add("frame ref", NOW);
  state.seen.add("ref", NOW);
  pass(state, direct(bob), NOW);
  assertEquals(failWaiting(state, NOW + DELIVERY_MS - 1), []);
  assertEquals(shown(failWaiting(state, NOW + DELIVERY_MS)), [`ERROR to ${bob.id} TIMEOUT ref`]);
  assertEquals([state.seen.has("frame ref", NOW), state.seen.has("ref", NOW)], [false, false]);
  assertEquals(failWaiting(state, NOW + 2 * DELIVERY_MS), [], "once");
});

Deno.test("a server that passed a message on is told of its failure too; who has left is not told", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, ELSEWHERE);
  pass(state, passedOn(there, "theirs"), NOW);
  pass(state, direct(bob, "his"), NOW);
  state.links.remove(bob);
  assertEquals(shown(failWaiting(state, NOW + DELIVERY_MS)), [
    `ERROR to ${there.id} TIMEOUT theirs`,
  ]);
});

Deno.test("if too much waits or is on its way already a message fails at once, and may be sent again", () => {
  const { server, state, bob, there } = setUp();
  server.remoteUser(ALICE, THERE);
  for (let i = 0; i < MAX_DELIVERIES; i++) {
    const way = { sender: id(BOB), senderIs: "user", recipient: id(ALICE) } as const;
    const one = { messageRef: `${i}`, frameId: `${i}`, server: id(THERE), hop: id(THERE), ...way };
    state.deliveries.add(one, NOW);
  }
  state.seen.add("ref", NOW);
  assertEquals(codeOf(() => pass(state, direct(bob), NOW)), "TIMEOUT");
  assertEquals(state.seen.has("ref", NOW), false);
  cut(server, there);
  const { message, ...rest } = direct(bob, "big");
  const text = "x".repeat(MAX_WAITING);
  assertEquals(pass(state, { ...rest, message: { ...message, text } as never }, NOW), []);
  assertEquals(codeOf(() => pass(state, direct(bob, "small"), NOW)), "TIMEOUT");
});

Deno.test("a piece of a file is passed on as it came, here or to a server of ours, and nobody acknowledges it", () => {
  const { server, state, bob, there } = setUp();
  const alice = server.localUser(ALICE, keyOf(3));
  assertEquals(shown(pass(state, file(bob, "one"), NOW)), [`forward to ${alice.id}`]);
  state.links.remove(alice);
  server.remoteUser(ALICE, THERE);
  there.gossips = true;
  assertEquals(shown(pass(state, file(bob, "two"), NOW)), [`forward to ${there.id}`]);
  assertEquals(state.deliveries.count, 0);
});

Deno.test("where nothing waits nobody is asked who the right one is", () => {
  const { state } = setUp();
  const never = () => {
    throw new TypeError("asked");
  };
  assertEquals(deliverWaiting(state, NOW, never), []);
});
