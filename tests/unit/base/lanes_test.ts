import { assertEquals, assertRejects } from "@std/assert";
import { Lanes } from "../../../lib/base/lanes.ts";

/** Tasks that end when they are told to, and how many of them run. */
function slowTasks(lanes: Lanes, count: number) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const results = Array.from({ length: count }, (_, i) =>
    lanes.run(() => {
      begun.push(i);
      return new Promise<number>((resolve) => ends[i] = () => resolve(i));
    }));
  return { begun, ends, results };
}

Deno.test("only so many tasks run at once, and the others in the order in which they came", async () => {
  const { begun, ends, results } = slowTasks(new Lanes(2), 4);
  assertEquals(begun, [0, 1]);
  ends[1]?.();
  await results[1];
  assertEquals(begun, [0, 1, 2]);
  ends[0]?.();
  await results[0];
  assertEquals(begun, [0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  assertEquals(await Promise.all(results), [0, 1, 2, 3]);
});

Deno.test("a task that throws frees its lane", async () => {
  const lanes = new Lanes(1);
  const failing = lanes.run(() => Promise.reject(new TypeError("no")));
  const next = lanes.run(() => Promise.resolve("yes"));
  await assertRejects(() => failing, TypeError);
  assertEquals(await next, "yes");
  assertEquals(await lanes.run(() => Promise.resolve("and again")), "and again");
});

Deno.test("whoever comes while a lane is handed on does not overtake", async () => {
  const lanes = new Lanes(1);
  const order: string[] = [];
  const say = (word: string) => () => Promise.resolve(void order.push(word));
  const first = lanes.run(say("first"));
  const second = lanes.run(say("second"));
  await first;
  const third = lanes.run(say("third"));
  await Promise.all([second, third]);
  assertEquals(order, ["first", "second", "third"]);
});
