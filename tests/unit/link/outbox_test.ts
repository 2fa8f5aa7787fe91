import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_IN_TRANSPORT, Outbox, UNSIGNED_FRAME_BYTES } from "../../../lib/link/outbox.ts";
import { RecordingTransport, settled } from "./recording_transport.ts";

const ROOM = 1024 * 1024;

function setUp() {
  const transport = new RecordingTransport();
  const told: string[] = [];
  const outbox = new Outbox(transport, {
    overflow: () => told.push("overflow"),
    fault: (error) => told.push(String(error)),
  });
  return { transport, told, outbox };
}

Deno.test("a text goes out at once if nothing waits before it", () => {
  const { transport, outbox } = setUp();
  outbox.push("a", ROOM);
  outbox.push("b", ROOM);
  assertEquals(transport.sent, ["a", "b"]);
});

Deno.test("a text waits for those before it that are still being signed", async () => {
  const { transport, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push("a", ROOM);
  outbox.push(slow.promise, ROOM);
  outbox.push("c", ROOM);
  outbox.push(Promise.resolve("d"), ROOM);
  await settled();
  assertEquals(transport.sent, ["a"]);
  slow.resolve("b");
  await outbox.flush();
  assertEquals(transport.sent, ["a", "b", "c", "d"]);
});

Deno.test("whichever is signed first, the texts keep the order in which they were pushed", async () => {
  const frames = fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(frames, async (ranks) => {
      const { transport, outbox } = setUp();
      const signings: { rank: number; sign: () => void }[] = [];
      for (const [i, rank] of ranks.entries()) {
        if (rank === undefined) {
          outbox.push(`${i}`, ROOM);
        } else {
          const { promise, resolve } = Promise.withResolvers<string>();
          signings.push({ rank, sign: () => resolve(`${i}`) });
          outbox.push(promise, ROOM);
        }
      }
      for (const { sign } of signings.sort((one, other) => one.rank - other.rank)) {
        sign();
        await Promise.resolve();
      }
      await outbox.flush();
      assertEquals(transport.sent, ranks.map((_, i) => `${i}`));
    }),
    { numRuns: 60 },
  );
});

Deno.test("flush resolves only when everything pushed so far is out", async () => {
  const { transport, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push(slow.promise, ROOM);
  outbox.push("b", ROOM);
  let flushed = false;
  const done = outbox.flush().then(() => flushed = true);
  await settled();
  assertEquals(flushed, false);
  slow.resolve("a");
  await done;
  assertEquals(transport.sent, ["a", "b"]);
});

Deno.test("an outbox that never had anything is flushed", () => setUp().outbox.flush());

Deno.test("what the transport has not sent yet counts against the limit, and is told of once", () => {
  const { transport, told, outbox } = setUp();
  transport.bufferedBytes = 90;
  outbox.push("x".repeat(10), 100);
  assertEquals([transport.sent.length, told.length], [1, 0]);
  transport.bufferedBytes = 100;
  outbox.push("y", 100);
  outbox.push("z", 100);
  assertEquals([transport.sent.length, told], [1, ["overflow"]]);
});

Deno.test("what waits for a signature counts against the limit too", () => {
  const { told, outbox } = setUp();
  const never = Promise.withResolvers<string>().promise;
  for (let i = 0; i < 10; i++) outbox.push(never, 10 * UNSIGNED_FRAME_BYTES);
  assertEquals(told, []);
  outbox.push(never, 10 * UNSIGNED_FRAME_BYTES);
  assertEquals(told, ["overflow"]);
});

Deno.test("what was signed counts with its whole length, however little was assumed before", async () => {
  const { transport, told, outbox } = setUp();
  transport.bufferedBytes = MAX_IN_TRANSPORT;
  const large = "x".repeat(ROOM / 2);
  for (let n = 0; n < 3; n += 1) outbox.push(Promise.resolve(large), MAX_IN_TRANSPORT + 2 * ROOM);
  await settled();
  assertEquals(outbox.bytes, MAX_IN_TRANSPORT + 3 * large.length);
  outbox.push("y".repeat(ROOM / 2 + 1), MAX_IN_TRANSPORT + 2 * ROOM);
  assertEquals(told, ["overflow"]);
  assertEquals(outbox.bytes, MAX_IN_TRANSPORT, "nothing is kept of it");
});

Deno.test("what was flushed makes room again", () => {
  const { transport, told, outbox } = setUp();
  for (let i = 0; i < 100; i++) outbox.push("x".repeat(60), 100);
  assertEquals([transport.sent.length, told.length], [100, 0]);
});

Deno.test("after stop nothing goes out any more, not even what is signed just now", async () => {
  const { transport, told, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push(slow.promise, ROOM);
  outbox.push("b", ROOM);
  outbox.stop();
  slow.resolve("a");
  outbox.push("c", ROOM);
  await outbox.flush();
  await settled();
  assertEquals([transport.sent, told], [[], []]);
});

Deno.test("a frame that cannot be signed is a fault, told once, and nothing goes out after it", async () => {
  const { transport, told, outbox } = setUp();
  outbox.push("a", ROOM);
  outbox.push(Promise.reject(new Error("no key")), ROOM);
  outbox.push("c", ROOM);
  await outbox.flush();
  outbox.push("d", ROOM);
  assertEquals([transport.sent, told], [["a"], ["Error: no key"]]);
});

Deno.test("several frames that cannot be signed are one fault, and no rejection is left over", async () => {
  const { told, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push(slow.promise, ROOM);
  outbox.push(Promise.reject(new Error("second")), ROOM);
  await settled();
  slow.reject(new Error("first"));
  await settled();
  assertEquals(told, ["Error: first"]);
});

Deno.test("after stop a failure concerns nobody, and no rejection is left over", async () => {
  const { told, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push("a", ROOM);
  outbox.push(slow.promise, ROOM);
  outbox.push(Promise.reject(new Error("waiting")), ROOM);
  outbox.stop();
  outbox.push(Promise.reject(new Error("late")), ROOM);
  await settled();
  slow.reject(new Error("being signed"));
  await settled();
  assertEquals(told, []);
});

Deno.test("a transport that throws is a fault, not an exception", () => {
  const { transport, told, outbox } = setUp();
  transport.broken = new Error("socket gone");
  outbox.push("a", ROOM);
  assertEquals(told, ["Error: socket gone"]);
});

Deno.test("only so much is handed to a transport that does not send it, and the rest in order when it does", async () => {
  const { transport, told, outbox } = setUp();
  const send = transport.send.bind(transport);
  transport.send = (text) => {
    send(text);
    transport.bufferedBytes += text.length;
  };
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(MAX_IN_TRANSPORT / 8));
  for (const text of texts) outbox.push(text, 40 * ROOM);
  for (let handed = 8; handed <= texts.length; handed += 8) {
    assertEquals(transport.sent, texts.slice(0, handed));
    assertEquals(outbox.bytes, (texts.length - handed + 8) * (MAX_IN_TRANSPORT / 8));
    transport.drain();
    await settled();
  }
  assertEquals([outbox.bytes, told], [0, []]);
});

Deno.test("a reader that does not read is let go when more waits than may, however it waits", () => {
  const { transport, told, outbox } = setUp();
  transport.bufferedBytes = MAX_IN_TRANSPORT;
  for (let i = 0; i < 9; i++) outbox.push("x".repeat(ROOM), MAX_IN_TRANSPORT + 9 * ROOM);
  assertEquals([transport.sent, told], [[], []]);
  outbox.push("x", MAX_IN_TRANSPORT + 9 * ROOM);
  assertEquals(told, ["overflow"]);
});

Deno.test("at the end everything is handed over, though the reader does not read", async () => {
  const { transport, outbox } = setUp();
  outbox.push("a", ROOM);
  transport.bufferedBytes = MAX_IN_TRANSPORT;
  for (const text of ["b", "c"]) outbox.push(text, 2 * ROOM);
  assertEquals(transport.sent, ["a"]);
  await outbox.flush();
  assertEquals(transport.sent, ["a", "b", "c"]);
});

Deno.test("what waits for a reader is forgotten when the link ends", async () => {
  const { transport, outbox } = setUp();
  transport.bufferedBytes = MAX_IN_TRANSPORT;
  outbox.push("a", 2 * ROOM);
  outbox.stop();
  transport.drain();
  await outbox.flush();
  assertEquals([transport.sent, outbox.bytes], [[], 0]);
});

Deno.test("what went before a frame that cannot be signed still goes, and then the fault is told", async () => {
  const { transport, told, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push(slow.promise, ROOM);
  outbox.push(Promise.reject(new Error("no key")), ROOM);
  await settled();
  assertEquals([transport.sent, told], [[], []]);
  slow.resolve("a");
  await settled();
  assertEquals([transport.sent, told], [["a"], ["Error: no key"]]);
});

Deno.test("what is pushed while a text is handed over goes behind it, and nothing goes twice", () => {
  const { transport, outbox } = setUp();
  const send = transport.send.bind(transport);
  transport.send = (text) => {
    send(text);
    if (text === "a") outbox.push("b", ROOM);
  };
  outbox.push("a", ROOM);
  assertEquals(transport.sent, ["a", "b"]);
});

Deno.test("a frame that failed without a reason ends the link as any other, though it waited", async () => {
  const { transport, told, outbox } = setUp();
  const slow = Promise.withResolvers<string>();
  outbox.push(slow.promise, ROOM);
  outbox.push(Promise.reject(undefined), ROOM);
  await settled();
  slow.resolve("a");
  await settled();
  assertEquals([transport.sent, told], [["a"], ["undefined"]]);
});
