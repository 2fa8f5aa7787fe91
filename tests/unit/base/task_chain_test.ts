import { assertEquals } from "@std/assert";
import { TaskChain } from "../../../lib/base/task_chain.ts";

Deno.test("tasks run one after the other, in order, however long each takes", async () => {
  const told: string[] = [];
  const chain = new TaskChain((error) => {
    throw error;
  });
  const slow = Promise.withResolvers<void>();
  chain.run(async () => {
    told.push("first begins");
    await slow.promise;
    told.push("first ends");
  });
  chain.run(() => void told.push("second"));
  await Promise.resolve();
  slow.resolve();
  await chain.done();
  assertEquals(told, ["first begins", "first ends", "second"]);
});

Deno.test("no task runs while it is being added", async () => {
  let ran = false;
  const chain = new TaskChain(() => {});
  chain.run(() => void (ran = true));
  assertEquals(ran, false);
  await chain.done();
  assertEquals(ran, true);
});

Deno.test("a task that throws or rejects is told of, and the next runs all the same", async () => {
  const told: unknown[] = [];
  const chain = new TaskChain((error) => told.push(error));
  chain.run(() => {
    throw new Error("thrown");
  });
  chain.run(() => Promise.reject(new Error("rejected")));
  chain.run(() => void told.push("ran"));
  await chain.done();
  assertEquals(told.map(String), ["Error: thrown", "Error: rejected", "ran"]);
});

Deno.test("done waits for what was added before it was asked, and for nothing more", async () => {
  const chain = new TaskChain(() => {});
  const never = Promise.withResolvers<void>();
  const done = chain.done();
  chain.run(() => never.promise);
  await done;
  never.resolve();
  await chain.done();
});
