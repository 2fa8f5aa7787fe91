import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BURST_SECONDS,
  DEFAULT_LIMITS,
  type LinkLimits,
  MIN_CHUNK_BYTES,
  NO_LIMITS,
} from "../../../lib/link/link_limits.ts";
import { Throttle } from "../../../lib/link/throttle.ts";
import { PHASES } from "../../../lib/protocol/catalog_row.ts";
import { DAWN, VirtualClock } from "../../support/virtual_clock.ts";

const KIB = 1024;

function setUp(limits: LinkLimits = DEFAULT_LIMITS) {
  const clock = new VirtualClock();
  const throttle = new Throttle(limits, clock);
  return { clock, throttle };
}

Deno.test("a user sends 40 frames at once and then 10 a second, whatever is in them", () => {
  for (const type of ["MSG_DIRECT", "LIST_REQUEST", "FILE_START", undefined] as const) {
    const { throttle } = setUp();
    for (let i = 0; i < 40; i++) {
      assertEquals(throttle.delay("user"), 0);
      throttle.charge("user", type, 2 * KIB);
    }
    assertEquals(throttle.delay("user"), 100);
  }
});

Deno.test("whoever has not said yet who it is has a user's limits; whoever joins, a server's", () => {
  for (const phase of PHASES) {
    const { throttle } = setUp();
    for (let i = 0; i < 41; i++) throttle.charge(phase, undefined, 2);
    const isUser = ["opening", "proving", "user", "closing", "closed"].includes(phase);
    assertEquals(throttle.delay(phase), isUser ? 200 : 0, phase);
  }
});

Deno.test("a server sends 2,000 frames at once and then 500 a second, however large", () => {
  const { throttle } = setUp();
  for (let i = 0; i < 2_000; i++) {
    assertEquals(throttle.delay("server"), 0);
    throttle.charge("server", "FILE_CHUNK", 1024 * KIB);
  }
  assertEquals(throttle.delay("server"), 2);
});

Deno.test("a user sends 64 KiB a second, and 256 KiB with what goes in bulk", async () => {
  for (
    const [type, rate] of [
      ["MSG_DIRECT", 64 * KIB],
      ["FILE_CHUNK", 256 * KIB],
      ["PUBLIC_CHANNEL_KEY_SHARE", 256 * KIB],
    ] as const
  ) {
    const limits = { ...DEFAULT_LIMITS, userFrames: NO_LIMITS.userFrames };
    const { clock, throttle } = setUp(limits);
    const seconds = 30;
    let sent = 0;
    while (clock.now() < DAWN + seconds * 1000) {
      const delay = throttle.delay("user");
      if (delay > 0) await clock.advance(delay);
      throttle.charge("user", type, 22_000);
      sent += 22_000;
    }
    const allowed = rate * (seconds + BURST_SECONDS);
    assert(Math.abs(sent - allowed) <= 2 * 22_000, `${type}: ${sent} of ${allowed}`);
  }
});

Deno.test("chunks of files are no frames: a file of our own client runs unhindered, and one may talk", async () => {
  const { clock, throttle } = setUp();
  // 150 kB/s of plaintext in chunks of 14 kB, each of which is 22,000 bytes on the wire.
  const chunk = 22_000;
  for (let i = 0; i < 16; i++) throttle.charge("user", "FILE_CHUNK", chunk);
  for (let i = 0; i < 600; i++) {
    assertEquals(throttle.delay("user"), 0);
    throttle.charge("user", "FILE_CHUNK", chunk);
    if (i % 10 === 0) throttle.charge("user", "MSG_DIRECT", 2_300);
    await clock.advance(Math.ceil(14_000 / 150));
  }
});

Deno.test("small chunks are counted as larger ones: each costs a signature to check", () => {
  const { throttle } = setUp();
  let chunks = 0;
  for (; throttle.delay("user") === 0; chunks++) throttle.charge("user", "FILE_CHUNK", 300);
  assertEquals(chunks, BURST_SECONDS * DEFAULT_LIMITS.fileBytes / MIN_CHUNK_BYTES);
});

Deno.test("a wait ends in time, or at once when nobody cares any more", async () => {
  const { clock, throttle } = setUp();
  let over = 0;
  void throttle.wait(100, 1).then(() => over += 1);
  await clock.advance(99);
  assertEquals(over, 0);
  await clock.advance(1);
  assertEquals(over, 1);
  void throttle.wait(100, 1).then(() => over += 1);
  throttle.release();
  await clock.settle();
  assertEquals(over, 2);
});

Deno.test("without limits nobody ever waits", () => {
  const { throttle } = setUp(NO_LIMITS);
  for (const phase of PHASES) {
    for (let i = 0; i < 3_000; i++) throttle.charge(phase, "MSG_DIRECT", 64 * KIB);
    assertEquals(throttle.delay(phase), 0);
  }
});

Deno.test("whatever a user sends, it is never more than each limit and one frame", async () => {
  const frames = fc.array(
    fc.record(
      {
        type: fc.constantFrom("MSG_DIRECT", "FILE_CHUNK", "PUBLIC_CHANNEL_KEY_SHARE", undefined),
        bytes: fc.integer({ min: 2, max: 64 * KIB }),
        idle: fc.nat(500),
      } as const,
    ),
    { minLength: 1, maxLength: 200 },
  );
  await fc.assert(
    fc.asyncProperty(frames, async (list) => {
      const { clock, throttle } = setUp();
      const spent = { frames: 0, plain: 0, all: 0 };
      for (const { type, bytes, idle } of list) {
        await clock.advance(idle + throttle.delay("user"));
        const seconds = (clock.now() - DAWN) / 1000;
        assert(spent.frames < 40 + 10 * seconds + 1e-6);
        assert(spent.plain < 64 * KIB * (BURST_SECONDS + seconds));
        assert(spent.all < 256 * KIB * (BURST_SECONDS + seconds));
        throttle.charge("user", type, bytes);
        spent.all += bytes;
        if (type !== "FILE_CHUNK") spent.frames += 1;
        if (type === "MSG_DIRECT" || type === undefined) spent.plain += bytes;
      }
    }),
    { numRuns: 30 },
  );
});
