import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TokenBucket } from "../../../lib/base/token_bucket.ts";

const START = 1_700_000_000_000;

Deno.test("a burst goes at once, and then as many as come in", () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 40 }, START);
  for (let i = 0; i < 40; i++) {
    assertEquals(bucket.opensAt(START), START);
    bucket.spend(1, START);
  }
  for (let at = START; at < START + 2_000; at += 100) {
    assertEquals(bucket.opensAt(at), at + 100);
    assertEquals(bucket.opensAt(at + 99), at + 100);
    assertEquals(bucket.opensAt(at + 100), at + 100);
    bucket.spend(1, at + 100);
  }
});

Deno.test("however long nothing was spent, no more than the burst is in hand", () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, START);
  const late = START + 86_400_000;
  bucket.spend(2, late);
  assertEquals(bucket.opensAt(late), late + 100);
});

Deno.test("what was dearer than all that was in hand is paid off before anything else goes", () => {
  const bucket = new TokenBucket({ perSecond: 1_000, burst: 100 }, START);
  bucket.spend(2_100, START);
  assertEquals(bucket.opensAt(START), START + 2_001);
});

Deno.test("a clock that is set back neither gives nor takes anything", () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, START);
  bucket.spend(1, START);
  const back = START - 3_600_000;
  assertEquals(bucket.opensAt(back), back + 100);
  assertEquals(bucket.opensAt(back + 100), back + 100);
});

Deno.test("a rate without limit is always open, whatever is spent", () => {
  const bucket = new TokenBucket({ perSecond: Infinity, burst: 1 }, START);
  bucket.spend(1e12, START);
  assertEquals(bucket.opensAt(START), START);
});

const cases = fc.record({
  perSecond: fc.integer({ min: 1, max: 1_000_000 }),
  burst: fc.integer({ min: 1, max: 100_000 }),
  steps: fc.array(
    fc.record({ tokens: fc.integer({ min: 1, max: 1_000 }), idle: fc.nat(3_000) }),
    { minLength: 1, maxLength: 60 },
  ),
});

Deno.test("who spends only while it is open never has more than the burst, the rate and one overdraft", () => {
  fc.assert(
    fc.property(cases, ({ perSecond, burst, steps }) => {
      const bucket = new TokenBucket({ perSecond, burst }, START);
      let now = START;
      let spent = 0;
      for (const { tokens, idle } of steps) {
        now = bucket.opensAt(now + idle);
        const allowed = burst + (now - START) * perSecond / 1000;
        assert(spent + 1 <= allowed + 1e-6, `${spent + 1} of ${allowed}`);
        bucket.spend(tokens, now);
        spent += tokens;
      }
    }),
  );
});

Deno.test("it opens when it says, not a millisecond earlier or later, however often it is asked", () => {
  fc.assert(
    fc.property(cases, fc.nat(50), ({ perSecond, burst, steps }, asks) => {
      const bucket = new TokenBucket({ perSecond, burst }, START);
      let now = START;
      for (const { tokens } of steps) bucket.spend(tokens, now);
      const opens = bucket.opensAt(now);
      for (let ask = 0; ask < asks && now < opens; ask++) {
        now = Math.min(opens - 1, now + 1 + ask);
        assertEquals(bucket.opensAt(now), opens);
      }
      assertEquals(bucket.opensAt(opens), opens);
    }),
  );
});
