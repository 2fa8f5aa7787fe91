import { assertEquals, assertRejects } from "@std/assert";
import { ArrivalTurns } from "../../../lib/link/arrival_turns.ts";
import { settled } from "./recording_transport.ts";

/** Turns, people who come in them, and who has come. */
function setUp(count: number) {
  const turns = new ArrivalTurns(count);
  const here: string[] = [];
  const comes = (name: string, told: Promise<void> = Promise.resolve()) =>
    turns.arrive(() => Promise.resolve(void here.push(name)), () => told);
  return { turns, here, comes };
}

Deno.test("so many arrive at once, and the next when everybody has been told of one of them", async () => {
  const { here, comes } = setUp(2);
  const told = Promise.withResolvers<void>();
  const never = new Promise<void>(() => {});
  await Promise.all([comes("alice", told.promise), comes("bob", never)]);
  const carol = comes("carol");
  await settled();
  assertEquals(here, ["alice", "bob"]);
  told.resolve();
  await carol;
  assertEquals(here, ["alice", "bob", "carol"]);
});

Deno.test("whoever is refused is told why, and keeps nobody waiting", async () => {
  const { turns, here, comes } = setUp(1);
  const refused = turns.arrive(() => Promise.reject(new Error("no")), () => Promise.resolve());
  await assertRejects(() => refused, Error, "no");
  await comes("bob");
  assertEquals(here, ["bob"]);
});

Deno.test("whoever comes waits until everybody has been told of who has left", async () => {
  const { turns, here, comes } = setUp(1);
  const removal = Promise.withResolvers<void>();
  turns.left([removal.promise]);
  const bob = comes("bob");
  await settled();
  assertEquals(here, []);
  removal.reject(new Error("not even signed"));
  await bob;
  assertEquals(here, ["bob"]);
});

Deno.test("of whom nobody needs to be told when he leaves, nobody waits for", async () => {
  const { turns, here, comes } = setUp(1);
  turns.left([]);
  await comes("bob");
  assertEquals(here, ["bob"]);
});

Deno.test("a crowd that has left keeps nobody out: who comes has every second turn", async () => {
  const { turns, here, comes } = setUp(1);
  const removals = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  for (const { promise } of removals) turns.left([promise]);
  const bob = comes("bob");
  for (const { resolve } of removals.slice(0, 2)) resolve();
  await settled();
  assertEquals(here, ["bob"]);
  await bob;
});
