import { assertEquals, assertRejects } from "@std/assert";
import { FileIntake } from "../../../lib/client/file_intake.ts";
import { FileError } from "../../../lib/client/file_ports.ts";
import { MemoryLanding, MemorySink, sha256, someBytes } from "../../support/memory_files.ts";

function intakeTo(sink: MemorySink) {
  const told: string[] = [];
  const intake = new FileIntake({
    written: () => void told.push("written"),
    failed: ({ message }) => void told.push(message),
    fault: (error) => void told.push(`fault: ${error}`),
  });
  return { intake, sink, told };
}

const newSink = (landing = new MemoryLanding()) => new MemorySink(landing, "f", 30);
const rest = () => new Promise((resolve) => setTimeout(resolve));
const whole = someBytes(30);
const piece = (i: number) => whole.subarray(i * 10, (i + 1) * 10);
const open = (i: number, sound = true) => () => Promise.resolve({ bytes: piece(i), sound });

Deno.test("what comes before there is a place waits unopened", async () => {
  const { intake, sink } = intakeTo(newSink());
  let opened = 0;
  for (const i of [0, 1, 2]) {
    intake.add(100, () => {
      opened++;
      return open(i)();
    });
  }
  await rest();
  assertEquals([opened, intake.taken, intake.written, intake.waitingText], [0, 3, 0, 300]);
  intake.begin(sink);
  await rest();
  assertEquals([sink.bytes, intake.written, intake.bytes, intake.waitingText], [whole, 3, 30, 0]);
  assertEquals(await intake.finish(sha256(whole)), "/files/f");
});

Deno.test("chunks are written in order, whichever is opened first", async () => {
  const { intake, sink } = intakeTo(newSink());
  intake.begin(sink);
  const late = Promise.withResolvers<void>();
  intake.add(1, () => late.promise.then(open(0)));
  intake.add(1, open(1));
  await rest();
  assertEquals(sink.pieces, []);
  late.resolve();
  await rest();
  assertEquals(sink.pieces, [piece(0), piece(1)]);
});

Deno.test("a file with a chunk that could not be opened is never right, whatever was promised", async () => {
  const { intake, sink } = intakeTo(newSink());
  intake.begin(sink);
  for (const i of [0, 1, 2]) intake.add(1, open(i, i !== 1));
  await rest();
  await assertRejects(() => intake.finish(sha256(whole)), FileError);
  assertEquals(sink.state, "discarded");
});

Deno.test("a full disk is told of, and what is stopped is taken away", async () => {
  const landing = new MemoryLanding();
  landing.beforeWrite = () => {
    throw new FileError("the disk is full");
  };
  const { intake, sink, told } = intakeTo(newSink(landing));
  intake.begin(sink);
  intake.add(1, open(0));
  await rest();
  assertEquals(told, ["the disk is full"]);
  await intake.stop();
  assertEquals(sink.state, "discarded");
});

Deno.test("nothing is taken away under a piece that is being written", async () => {
  const landing = new MemoryLanding();
  const slow = Promise.withResolvers<void>();
  landing.beforeWrite = () => slow.promise;
  const { intake, sink, told } = intakeTo(newSink(landing));
  intake.begin(sink);
  for (const i of [0, 1]) intake.add(1, open(i));
  await rest();
  const stopped = intake.stop();
  await rest();
  assertEquals(sink.state, "open");
  slow.resolve();
  await stopped;
  assertEquals([sink.state, told, sink.pieces.length], ["discarded", [], 1]);
});
