import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ANSWER_MS,
  type Departure,
  FRESH_MS,
  MAX_UNANSWERED,
  MAX_UNANSWERED_TEXT,
  OutgoingQueue,
  type Sealed,
} from "../../../lib/client/outgoing.ts";
import { MAX_PAST_MS } from "../../../lib/protocol/limits.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { ALICE, BOB, NOW } from "../protocol/examples.ts";

const [alice, bob] = [toId(ALICE), toId(BOB)];

const anywhere = () => true;

function sealed(messageRef: string, ts = NOW): Sealed {
  return { text: `frame ${messageRef}`, messageRef, ts };
}

function next(queue: OutgoingQueue, now = NOW): Departure {
  const departure = queue.next(now, anywhere);
  assert(departure !== undefined);
  return departure;
}

function send(queue: OutgoingQueue, messageRef: string, now = NOW): void {
  next(queue, now).sent(sealed(messageRef, now), now);
}

Deno.test("what waits for a key does not hold up what does not", () => {
  const queue = new OutgoingQueue();
  queue.add("public", "to all", ["to all"]);
  queue.add(alice, "to alice", ["to alice"]);
  assertEquals(queue.next(NOW, (to) => to !== "public")?.text, "to alice");
  assertEquals(queue.next(NOW, anywhere)?.text, "to all");
  assertEquals(queue.next(NOW, () => false), undefined);
});

Deno.test("what was sent to everybody and not answered yet is known by its names", () => {
  const queue = new OutgoingQueue();
  queue.add("public", "ab", ["a", "b"]);
  queue.add(alice, "c", ["c"]);
  assertEquals(queue.unanswered("public"), []);
  send(queue, "ref-a");
  send(queue, "ref-b");
  send(queue, "ref-c");
  assertEquals(queue.unanswered("public"), ["ref-a", "ref-b"]);
  queue.settle("ref-a", undefined);
  assertEquals(queue.unanswered("public"), ["ref-b"]);
});

Deno.test("messages go out in the order in which they were typed, each part once", () => {
  const queue = new OutgoingQueue();
  queue.add(alice, "long text", ["long ", "text"]);
  queue.add(bob, "hi", ["hi"]);
  const order: string[] = [];
  for (let part = queue.next(NOW, anywhere); part !== undefined; part = queue.next(NOW, anywhere)) {
    order.push(`${part.message.to === alice ? "alice" : "bob"}: ${part.text}`);
    part.sent(sealed(`${order.length}`), NOW);
  }
  assertEquals(order, ["alice: long ", "alice: text", "bob: hi"]);
});

Deno.test("a message is taken when all its parts are, and then forgotten", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "long text", ["long ", "text"]);
  assertEquals([message.state, queue.busy], ["sending", true]);
  send(queue, "one");
  send(queue, "two");
  assertEquals(queue.settle("two", undefined), message);
  assertEquals(message.state, "sending");
  queue.settle("one", undefined);
  assertEquals([message.state, message.why, queue.busy], ["taken", undefined, false]);
  assertEquals(queue.settle("one", undefined), undefined);
});

Deno.test("messages are told apart by a number from 1 on", () => {
  const queue = new OutgoingQueue();
  const same = () => queue.add(alice, "same", ["same"]).id;
  assertEquals([same(), same()], [1, 2]);
});

Deno.test("an outcome that nobody waits for changes nothing", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "hi", ["hi"]);
  assertEquals(queue.settle("one", undefined), undefined, "it is not out yet");
  send(queue, "one");
  assertEquals(queue.settle("USER_HELLO", undefined), undefined);
  assertEquals(message.state, "sending");
});

Deno.test("a message that was not taken says why, and does not go out again by itself", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "hi", ["hi"]);
  send(queue, "one");
  queue.settle("one", "alice is not online");
  assertEquals([message.state, message.why, message.keyBlocked], [
    "failed",
    "alice is not online",
    false,
  ]);
  assertEquals([queue.next(NOW, anywhere), queue.busy], [undefined, false]);
});

Deno.test("one part that was not taken fails the message once every part is decided", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "long text", ["long ", "text"]);
  send(queue, "one");
  send(queue, "two");
  queue.settle("one", "no");
  assertEquals(message.state, "sending");
  queue.settle("two", undefined);
  assertEquals([message.state, message.why], ["failed", "no"]);
});

Deno.test("on retry only what failed goes out, in the same frame while that is fresh", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "long text", ["long ", "text"]);
  send(queue, "one");
  send(queue, "two");
  queue.settle("one", undefined);
  queue.settle("two", "no");
  assertEquals(queue.retry(), [message]);
  const again = next(queue);
  assertEquals([again.text, again.sealed], ["text", sealed("two")]);
  assertEquals(message.state, "sending");
  again.sent(sealed("two"), NOW);
  queue.settle("two", undefined);
  assertEquals(message.state, "taken");
  assertEquals(queue.retry(), []);
});

Deno.test("after a break what was not answered goes out again in the same frame, and only that is answered", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "hi", ["hi"]);
  send(queue, "one");
  queue.requeueUnanswered();
  assertEquals(queue.answerDeadline, Infinity);
  assertEquals(queue.settle("one", undefined), undefined, "nobody is waiting for it just now");
  const again = next(queue, NOW + 1_000);
  assertEquals(again.sealed, sealed("one"));
  again.sent(sealed("one"), NOW + 1_000);
  queue.settle("one", undefined);
  assertEquals(message.state, "taken");
});

Deno.test("a frame too old for the window of its receivers is made anew (D27)", () => {
  assert(FRESH_MS < MAX_PAST_MS);
  const queue = new OutgoingQueue();
  queue.add(alice, "hi", ["hi"]);
  send(queue, "one");
  queue.requeueUnanswered();
  assertEquals(next(queue, NOW + FRESH_MS - 1).sealed, sealed("one"));
  assertEquals(next(queue, NOW + FRESH_MS).sealed, undefined);
});

Deno.test("what cannot be sent fails with its reason, and says if a changed key is the reason", () => {
  const queue = new OutgoingQueue();
  const message = queue.add(alice, "hi", ["hi"]);
  next(queue).fail("the key has changed", true);
  assertEquals([message.state, message.why, message.keyBlocked], [
    "failed",
    "the key has changed",
    true,
  ]);
  queue.retry();
  assertEquals([message.state, message.why, message.keyBlocked], ["sending", undefined, false]);
});

Deno.test("a message that cannot be sent does not hold up the next", () => {
  const queue = new OutgoingQueue();
  queue.add(alice, "hi", ["hi"]);
  const other = queue.add(bob, "hello", ["hello"]);
  next(queue).fail("no key is known", false);
  assertEquals(next(queue).message, other);
});

Deno.test("the connection counts as dead when the oldest unanswered part has waited too long", () => {
  const queue = new OutgoingQueue();
  queue.add(alice, "a", ["a"]);
  queue.add(alice, "b", ["b"]);
  assertEquals(queue.answerDeadline, Infinity);
  send(queue, "one", NOW);
  send(queue, "two", NOW + 5_000);
  assertEquals(queue.answerDeadline, NOW + ANSWER_MS);
  queue.settle("one", undefined);
  assertEquals(queue.answerDeadline, NOW + 5_000 + ANSWER_MS);
  queue.settle("two", "no");
  assertEquals(queue.answerDeadline, Infinity);
});

Deno.test("whatever breaks when, no text is lost and no text has two names in the window", () => {
  const step = fc.constantFrom("type", "send", "take", "refuse", "break", "retry");
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const queue = new OutgoingQueue();
    const messages: { text: string; state: string }[] = [];
    const names = new Map<string, string>();
    const out: string[] = [];
    for (const what of steps) {
      if (what === "type") {
        messages.push(queue.add(alice, `${messages.length}`, [`${messages.length}`]));
      }
      if (what === "send") {
        const part = queue.next(NOW, anywhere);
        if (part === undefined) continue;
        const frame = part.sealed ?? sealed(`name of ${part.text}`);
        assertEquals(names.get(part.text) ?? frame.messageRef, frame.messageRef);
        names.set(part.text, frame.messageRef);
        part.sent(frame, NOW);
        out.push(frame.messageRef);
      }
      if (what === "take") queue.settle(out.shift() ?? "", undefined);
      if (what === "refuse") queue.settle(out.shift() ?? "", "no");
      if (what === "break") {
        queue.requeueUnanswered();
        out.length = 0;
      }
      if (what === "retry") queue.retry();
    }
    queue.retry();
    queue.requeueUnanswered();
    for (
      let part = queue.next(NOW, anywhere);
      part !== undefined;
      part = queue.next(NOW, anywhere)
    ) {
      const frame = part.sealed ?? sealed(`name of ${part.text}`);
      part.sent(frame, NOW);
      queue.settle(frame.messageRef, undefined);
    }
    assertEquals(messages.filter(({ state }) => state !== "taken"), []);
  }));
});

Deno.test("what was sent long ago and has no outcome is stale, until somebody asks for it to go again", () => {
  const queue = new OutgoingQueue();
  queue.add("public", "hi", ["hi"]);
  send(queue, "ref");
  queue.requeueUnanswered();
  assertEquals(next(queue, NOW + FRESH_MS - 1).isStale, false);
  const stale = next(queue, NOW + FRESH_MS);
  assertEquals([stale.isStale, stale.sealed], [true, undefined]);
  stale.fail("nobody knows", false);
  queue.retry();
  assertEquals(next(queue, NOW + FRESH_MS).isStale, false);
});

Deno.test("only so much goes out without an answer, and each answer lets the next one go", () => {
  const queue = new OutgoingQueue();
  for (let i = 0; i < MAX_UNANSWERED + 2; i++) queue.add(alice, `${i}`, [`${i}`]);
  for (let i = 0; i < MAX_UNANSWERED; i++) send(queue, `ref-${i}`);
  assertEquals(queue.next(NOW, anywhere), undefined);
  queue.settle("ref-3", undefined);
  send(queue, "ref-more");
  assertEquals(queue.next(NOW, anywhere), undefined);
  queue.settle("ref-5", "nobody is there");
  assertEquals(next(queue).text, `${MAX_UNANSWERED + 1}`, "a refusal is an answer too");
});

Deno.test("of long messages fewer go out without an answer", () => {
  const queue = new OutgoingQueue();
  for (let i = 0; i < 4; i++) queue.add(bob, `${i}`, [`${i}`]);
  const text = "x".repeat(MAX_UNANSWERED_TEXT / 2);
  for (const messageRef of ["a", "b"]) {
    next(queue).sent({ ...sealed(messageRef), text }, NOW);
  }
  assertEquals(queue.next(NOW, anywhere), undefined);
  queue.requeueUnanswered();
  assertEquals(next(queue).text, "0", "on the next connection nothing is on its way yet");
});
