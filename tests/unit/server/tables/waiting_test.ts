import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DELIVERY_MS } from "../../../../lib/protocol/limits.ts";
import type { Passage } from "../../../../lib/server/passage.ts";
import { MAX_WAITING, Waiting } from "../../../../lib/server/tables/waiting.ts";
import { ALICE, BOB, NOW } from "../../protocol/examples.ts";
import { id, verified } from "../small_server.ts";

const example = verified("MSG_DIRECT");

/** A message of a length for a user. */
function passage(name: string, length = 1_000, recipient = ALICE): Passage {
  if (example.type !== "MSG_DIRECT") throw new TypeError("not what was asked for");
  const text = "x".repeat(length);
  const message = { ...example, text, messageRef: name, frameId: `frame ${name}` };
  return { message, recipient: id(recipient), sender: id(BOB), senderIs: "user" };
}

const namesOf = (passages: Passage[]) => passages.map(({ message }) => message.messageRef);
const everybody = () => true;

Deno.test("nothing waits at first", () => {
  const waiting = new Waiting();
  assertEquals([waiting.count, waiting.nextDeadline], [0, Infinity]);
  assertEquals(waiting.expired(NOW), []);
  assertEquals(waiting.takeFor(everybody), []);
});

Deno.test("messages wait in the order in which they came, and only those for the right ones are taken out", () => {
  const waiting = new Waiting();
  for (const [name, to] of [["a", ALICE], ["b", BOB], ["c", ALICE], ["d", ALICE]] as const) {
    assert(waiting.add(passage(name, 10, to), NOW));
  }
  assertEquals([waiting.count, waiting.has("c"), waiting.has("e")], [4, true, false]);
  assertEquals(namesOf(waiting.takeFor((user) => user === id(ALICE))), ["a", "c", "d"]);
  assertEquals([waiting.count, waiting.has("c"), waiting.has("b")], [1, false, true]);
});

Deno.test("a message waits for ten seconds and then fails, and no other with it", () => {
  const waiting = new Waiting();
  waiting.add(passage("first"), NOW);
  waiting.add(passage("second"), NOW + 1);
  assertEquals(DELIVERY_MS, 10_000);
  assertEquals(waiting.nextDeadline, NOW + DELIVERY_MS);
  assertEquals(waiting.expired(NOW + DELIVERY_MS - 1), []);
  assertEquals(namesOf(waiting.expired(NOW + DELIVERY_MS)), ["first"]);
  assertEquals(waiting.nextDeadline, NOW + DELIVERY_MS + 1);
  assertEquals(namesOf(waiting.expired(NOW + 2 * DELIVERY_MS)), ["second"]);
});

Deno.test("a message without a content of its own name waits under the name of its frame", () => {
  const waiting = new Waiting();
  const { message, ...rest } = passage("unnamed");
  waiting.add({ ...rest, message: { ...message, messageRef: undefined } }, NOW);
  assertEquals([waiting.has("frame unnamed"), waiting.has("unnamed")], [true, false]);
});

Deno.test("what waits is bounded by its text, and what leaves makes room", () => {
  const waiting = new Waiting();
  assert(waiting.add(passage("most", MAX_WAITING - 10), NOW));
  assertEquals(waiting.add(passage("too much", 11), NOW), false);
  assertEquals([waiting.count, waiting.has("too much")], [1, false]);
  assert(waiting.add(passage("fits", 10), NOW + 1));
  waiting.expired(NOW + DELIVERY_MS);
  assert(waiting.add(passage("now it fits", MAX_WAITING - 10), NOW + DELIVERY_MS));
});

Deno.test("a message of the same name does not wait twice: the first stays, and no room is lost", () => {
  const waiting = new Waiting();
  const size = MAX_WAITING / 4;
  assert(waiting.add(passage("first", 10), NOW));
  assert(waiting.add(passage("again", size), NOW));
  for (let i = 0; i < 8; i++) assert(waiting.add(passage("again", size), NOW + 1_000));
  assertEquals(waiting.count, 2);
  assertEquals(namesOf(waiting.expired(NOW + DELIVERY_MS)), ["first", "again"]);
  assert(waiting.add(passage("all", MAX_WAITING), NOW + DELIVERY_MS), "all room is there again");
});

Deno.test("whatever comes and goes, no more waits than may, in order, and nothing is lost", () => {
  const step = fc.record({
    number: fc.nat(30),
    length: fc.integer({ min: 1, max: MAX_WAITING / 4 }),
    wait: fc.nat(4_000),
    to: fc.constantFrom(ALICE, BOB),
    then: fc.constantFrom("nothing", "deliver", "expire"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const waiting = new Waiting();
    let model: { name: string; length: number; to: string; deadline: number }[] = [];
    let now = NOW;
    for (const { number, length, wait, to, then } of steps) {
      now += wait;
      const name = `${number}`;
      const size = model.reduce((sum, one) => sum + one.length, 0);
      const isThere = model.some((one) => one.name === name);
      const fits = size + length <= MAX_WAITING;
      assertEquals(waiting.add(passage(name, length, to), now), isThere || fits);
      if (!isThere && fits) model.push({ name, length, to, deadline: now + DELIVERY_MS });
      const gone = model.filter((one) =>
        then === "deliver" ? one.to === ALICE : then === "expire" && one.deadline <= now
      );
      model = model.filter((one) => !gone.includes(one));
      const taken = then === "deliver"
        ? waiting.takeFor((user) => user === id(ALICE))
        : then === "expire"
        ? waiting.expired(now)
        : [];
      assertEquals(namesOf(taken), gone.map((one) => one.name));
      assertEquals(waiting.count, model.length);
      assertEquals(waiting.nextDeadline, model[0]?.deadline ?? Infinity);
    }
  }));
});
