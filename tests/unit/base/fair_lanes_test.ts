import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { FairLanes } from "../../../lib/base/fair_lanes.ts";

/** Tasks that end when a test says so, and what has begun. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return { begun, task, end };
}

Deno.test("so many tasks run at once and no more, whoever they belong to", async () => {
  const { begun, task, end } = tasks();
  const lanes = new FairLanes<string>(2);
  const done = ["a", "b", "c"].map((name) => lanes.run(name, task(name)));
  assertEquals(begun, ["a", "b"]);
  await end("b");
  assertEquals(begun, ["a", "b", "c"]);
  for (const name of ["a", "c"]) await end(name);
  assertEquals(await Promise.all(done), ["a", "b", "c"]);
});

Deno.test("who has a thousand tasks waiting delays another by one for each lane", async () => {
  const { begun, task, end } = tasks();
  const lanes = new FairLanes<string>(2);
  for (let i = 0; i < 1_000; i++) void lanes.run("mallory", task(`m${i}`));
  void lanes.run("alice", task("a"));
  await end("m0");
  await end("m1");
  assertEquals(begun, ["m0", "m1", "m2", "a"]);
});

Deno.test("who comes just when a lane is free does not overtake who waits", async () => {
  const { begun, task, end } = tasks();
  const lanes = new FairLanes<string>(1);
  const first = lanes.run("a", task("a")).then(() => void lanes.run("c", task("c")));
  void lanes.run("b", task("b"));
  await end("a");
  await first;
  assertEquals(begun, ["a", "b"]);
});

Deno.test("a task that fails frees its lane, whether it throws or rejects", async () => {
  const lanes = new FairLanes<string>(1);
  const failing = [
    () => Promise.reject(new Error("rejected")),
    () => {
      throw new Error("thrown");
    },
  ];
  for (const task of failing) await assertRejects(() => lanes.run("a", task));
  assertEquals(await lanes.run("a", () => Promise.resolve(1)), 1);
});

Deno.test("whatever comes, everybody's tasks keep their order and nobody is overtaken twice in a row", async () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), arrivals, async (count, whose) => {
      const lanes = new FairLanes<number>(count);
      const begun: [number, number][] = [];
      await Promise.all(whose.map((who, number) =>
        lanes.run(who, () => {
          begun.push([who, number]);
          return Promise.resolve();
        })
      ));
      assertEquals(begun.length, whose.length);
      for (const who of new Set(whose)) {
        const own = begun.filter(([one]) => one === who).map(([, number]) => number);
        assertEquals(own, own.toSorted((one, other) => one - other));
      }
      // What came while all lanes were taken: between two tasks of one, no other has two.
      const queued = begun.slice(count);
      for (const [at, [who]] of queued.entries()) {
        const since = queued.slice(0, at).findLastIndex(([one]) => one === who);
        const between = queued.slice(since + 1, at).map(([one]) => one);
        assert(since < 0 || new Set(between).size === between.length, JSON.stringify(queued));
      }
    }),
  );
});
