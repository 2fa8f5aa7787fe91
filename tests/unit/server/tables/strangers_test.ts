import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LinkId } from "../../../../lib/server/effects.ts";
import {
  ASK_MS,
  MAX_STRANGERS,
  MAX_STRANGERS_OF_A_LINK,
  Strangers,
  WAIT_MS,
} from "../../../../lib/server/tables/strangers.ts";
import { HERE, NOW, THERE } from "../../protocol/examples.ts";
import { id } from "../small_server.ts";

const [here, there] = [id(HERE), id(THERE)];
const [one, two] = [1 as LinkId, 2 as LinkId];

/** An id for every number below a million. */
const numbered = (number: number) =>
  id(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);

Deno.test("a stranger is asked for once, however often and over whichever links it is heard", () => {
  const strangers = new Strangers();
  assert(strangers.areAwaited(there, one));
  assertEquals(strangers.meet(there, one, NOW), true);
  assertEquals(strangers.meet(there, one, NOW + 1), false);
  assertEquals(strangers.meet(there, two, NOW + ASK_MS), false);
  assertEquals(strangers.meet(here, two, NOW), true);
});

Deno.test("who was not told when asked is asked for in another way, once, of who passed the frame on", () => {
  const strangers = new Strangers();
  strangers.meet(there, one, NOW);
  strangers.meet(here, two, NOW + 1);
  assertEquals(strangers.nextDeadline, NOW + ASK_MS);
  assertEquals(strangers.due(NOW + ASK_MS - 1), []);
  assertEquals(strangers.due(NOW + ASK_MS).map((due) => [due.id, due.links]), [[there, [one]]]);
  assertEquals(strangers.due(NOW + ASK_MS), [], "once");
  assertEquals(strangers.nextDeadline, NOW + 1 + ASK_MS);
});

Deno.test("a stranger's frames wait for half a minute, and not a millisecond longer", () => {
  const strangers = new Strangers();
  strangers.meet(there, one, NOW);
  strangers.due(NOW + ASK_MS);
  assertEquals(strangers.nextDeadline, NOW + WAIT_MS);
  assertEquals(strangers.giveUp(NOW + WAIT_MS - 1), false);
  assert(strangers.areAwaited(there, one));
  assertEquals(strangers.giveUp(NOW + WAIT_MS), true);
  assertEquals(strangers.areAwaited(there, one), false);
  assertEquals(strangers.giveUp(NOW + WAIT_MS), false, "it was given up already");
});

Deno.test("who was given up is asked for again when a minute has passed, and not before", () => {
  const strangers = new Strangers();
  strangers.meet(there, one, NOW);
  strangers.due(NOW + ASK_MS);
  strangers.giveUp(NOW + WAIT_MS);
  const again = strangers.nextDeadline;
  assertEquals(again, NOW + WAIT_MS + 60_000);
  assertEquals(strangers.giveUp(again - 1), false);
  assertEquals(strangers.meet(there, one, again - 1), false);
  assertEquals(strangers.giveUp(again), false);
  assertEquals([strangers.nextDeadline, strangers.areAwaited(there, one)], [Infinity, true]);
  assertEquals(strangers.meet(there, two, again), true);
});

Deno.test("a server whose key became known is no stranger", () => {
  const strangers = new Strangers();
  strangers.meet(there, one, NOW);
  strangers.delete(there);
  assertEquals(strangers.nextDeadline, Infinity);
  assertEquals(strangers.due(NOW + WAIT_MS), []);
  assertEquals(strangers.giveUp(NOW + WAIT_MS), false);
});

Deno.test("so many strangers are waited for and no more: those beyond are refused at once", () => {
  const strangers = new Strangers();
  for (let i = 0; i < MAX_STRANGERS; i++) {
    const link = 10 + i % (MAX_STRANGERS / MAX_STRANGERS_OF_A_LINK) as LinkId;
    assert(strangers.areAwaited(numbered(i), link));
    strangers.meet(numbered(i), link, NOW);
  }
  assertEquals(strangers.areAwaited(there, one), false);
  assert(strangers.areAwaited(numbered(0), one), "who is waited for already still is");
  strangers.delete(numbered(0));
  assert(strangers.areAwaited(there, one));
});

Deno.test("one link brings a part of all strangers and no more: others have room", () => {
  const strangers = new Strangers();
  for (let i = 0; i < MAX_STRANGERS_OF_A_LINK; i++) {
    assert(strangers.areAwaited(numbered(i), one));
    strangers.meet(numbered(i), one, NOW);
  }
  assertEquals(strangers.areAwaited(there, one), false);
  assert(strangers.areAwaited(there, two));
});

Deno.test("who was not told by the first is asked for of everybody who passed a frame on, of few", () => {
  const strangers = new Strangers();
  for (let link = 1; link <= 9; link++) strangers.meet(there, link as LinkId, NOW);
  strangers.meet(there, two, NOW);
  assertEquals(strangers.due(NOW + ASK_MS).map(({ links }) => links), [[1, 2, 3, 4]]);
});

Deno.test("whoever comes in whatever order, nobody is forgotten and nobody waits for ever", () => {
  const step = fc.record({
    who: fc.nat(5),
    wait: fc.nat(20_000),
    known: fc.option(fc.nat(5), { freq: 4 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const strangers = new Strangers();
    let now = NOW;
    for (const { who, wait, known } of steps) {
      now += wait;
      // As the timers do it: whatever is due is done when the clock gets there.
      while (strangers.nextDeadline <= now) {
        const at = strangers.nextDeadline;
        strangers.due(at);
        strangers.giveUp(at);
        assert(strangers.nextDeadline > at, "time goes on");
      }
      if (known !== null) strangers.delete(numbered(known));
      if (strangers.areAwaited(numbered(who), one)) {
        strangers.meet(numbered(who), one, now);
        assert(strangers.nextDeadline <= now + WAIT_MS, "and its wait has an end");
      }
    }
  }));
});
