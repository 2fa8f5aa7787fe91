import { assertEquals, assertRejects } from "@std/assert";
import { Answers } from "../../../lib/client/answers.ts";
import { LinkError } from "../../../lib/protocol/errors.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

Deno.test("answers come to who asked, in the order in which they asked", async () => {
  const answers = new Answers<number>(new VirtualClock());
  answers.came(0);
  const [first, second] = [answers.next(), answers.next()];
  answers.came(1);
  answers.came(2);
  assertEquals([await first, await second], [1, 2]);
});

Deno.test("who is not answered within 5 s waits no longer, and nobody else gets less time", async () => {
  const clock = new VirtualClock();
  const answers = new Answers<number>(clock);
  const late = assertRejects(() => answers.next(), LinkError, "does not answer");
  await clock.advance(4_999);
  const second = answers.next();
  await clock.advance(1);
  await late;
  answers.came(6);
  answers.came(7);
  assertEquals(await second, 7, "6 was the late answer to the first");
});

Deno.test("who has more patience waits longer", async () => {
  const clock = new VirtualClock();
  const answers = new Answers<number>(clock);
  const patient = answers.next(20_000);
  await clock.advance(19_999);
  answers.came(7);
  assertEquals(await patient, 7);
});

Deno.test("when the connection ends everybody who waits is told", async () => {
  const answers = new Answers<number>(new VirtualClock());
  const waiting = [1, 2].map(() => assertRejects(() => answers.next(), LinkError, "was lost"));
  answers.lost();
  await Promise.all(waiting);
});
