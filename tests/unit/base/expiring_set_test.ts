import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { ExpiringSet } from "../../../lib/base/expiring_set.ts";

Deno.test("an entry is remembered for its lifetime and not a millisecond longer", () => {
  const set = new ExpiringSet(100, 10);
  set.add("a", 1_000);
  assert(set.has("a", 1_000));
  assert(set.has("a", 1_099));
  assertFalse(set.has("a", 1_100));
  assertFalse(set.has("b", 1_000));
});

Deno.test("an entry that is added again lives anew", () => {
  const set = new ExpiringSet(100, 10);
  set.add("a", 0);
  set.add("a", 50);
  assert(set.has("a", 149));
  assertEquals(set.size, 1);
});

Deno.test("asking does not make an entry live longer", () => {
  const set = new ExpiringSet(100, 10);
  set.add("a", 0);
  assert(set.has("a", 99));
  assertFalse(set.has("a", 100));
});

Deno.test("a full set forgets the oldest first", () => {
  const set = new ExpiringSet(100, 2);
  for (const [now, entry] of ["a", "b", "c"].entries()) set.add(entry, now);
  assertEquals(["a", "b", "c"].map((entry) => set.has(entry, 3)), [false, true, true]);
});

Deno.test("what has expired is swept out by the next addition", () => {
  const set = new ExpiringSet(100, 10);
  for (const entry of ["a", "b", "c"]) set.add(entry, 0);
  set.add("d", 100);
  assertEquals(set.size, 1);
});

Deno.test("an entry can be forgotten before its time", () => {
  const set = new ExpiringSet(100, 10);
  set.add("a", 0);
  set.delete("a");
  set.delete("never there");
  assertFalse(set.has("a", 0));
});

Deno.test("whatever is added when, the set agrees with a naive one and stays within its bound", () => {
  const step = fc.record({ entry: fc.constantFrom(..."abcdefgh"), wait: fc.nat(40) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const set = new ExpiringSet(100, 4);
    let naive: { entry: string; until: number }[] = [];
    let now = 0;
    for (const { entry, wait } of steps) {
      now += wait;
      set.add(entry, now);
      naive = [...naive.filter((kept) => kept.entry !== entry), { entry, until: now + 100 }];
      naive = naive.filter(({ until }) => until > now).slice(-4);
      assertEquals(set.size, naive.length);
      for (const { entry: kept } of naive) assert(set.has(kept, now));
    }
  }));
});
