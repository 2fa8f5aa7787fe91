import { assertEquals } from "@std/assert";
import { FilePump, type FilePumpParts } from "../../../lib/client/file_pump.ts";
import { FileError } from "../../../lib/client/file_ports.ts";
import { MemorySource, someBytes } from "../../support/memory_files.ts";

/** A pump over ten chunks of ten bytes, and what comes out of it. */
function pumpOver(overrides: Partial<FilePumpParts> = {}) {
  const source = new MemorySource(someBytes(95));
  const sent: string[] = [];
  const told: string[] = [];
  const reach = { limit: 100 };
  const pump = new FilePump({
    source,
    chunkBytes: 10,
    limit: () => reach.limit,
    seal: (index, pass, { length }) =>
      Promise.resolve({ text: `${pass}:${index}:${length}`, messageRef: "", ts: 0 }),
    send: ({ text }) => void sent.push(text),
    ended: () => void told.push("ended"),
    failed: ({ message }) => void told.push(message),
    fault: (error) => void told.push(`fault: ${error}`),
    ...overrides,
  });
  return { pump, source, sent, told, reach };
}

/** Lets all that needs no time happen. */
const rest = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a file is sent in order, the last piece as long as it is", async () => {
  const { pump, sent, told } = pumpOver();
  pump.start(0, 0);
  await rest();
  assertEquals(sent.slice(0, 2).concat(sent.slice(-1)), ["0:0:10", "0:1:10", "0:9:5"]);
  assertEquals([sent.length, told], [10, ["ended"]]);
});

Deno.test("nothing is read beyond the limit, and it goes on when the limit rises", async () => {
  const { pump, source, sent, reach } = pumpOver();
  reach.limit = 4;
  pump.start(0, 0);
  await rest();
  assertEquals([source.readUpTo, sent.length], [40, 4]);
  reach.limit = 6;
  pump.wake();
  await rest();
  assertEquals([source.readUpTo, sent.length], [60, 6]);
});

Deno.test("a few chunks are sealed ahead and no more, and are sent in order however long each takes", async () => {
  const ends: (() => void)[] = [];
  const { pump, source, sent } = pumpOver({
    seal: (index) =>
      new Promise((resolve) =>
        ends[index] = () => resolve({ text: `${index}`, messageRef: "", ts: 0 })
      ),
  });
  pump.start(0, 0);
  await rest();
  assertEquals([source.readUpTo, ends.length], [30, 3]);
  ends[2]?.();
  ends[1]?.();
  await rest();
  assertEquals(sent, []);
  ends[0]?.();
  await rest();
  assertEquals([sent, ends.length], [["0", "1", "2"], 6]);
});

Deno.test("of a run that another one replaces nothing more is sent", async () => {
  const ends: (() => void)[] = [];
  const { pump, sent } = pumpOver({
    seal: (index, pass) =>
      new Promise((resolve) =>
        ends.push(() => resolve({ text: `${pass}:${index}`, messageRef: "", ts: 0 }))
      ),
  });
  pump.start(0, 0);
  await rest();
  pump.start(1, 7);
  await rest();
  for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
    end();
    await rest();
  }
  assertEquals(sent, ["1:7", "1:8", "1:9"]);
});

Deno.test("a file that cannot be read any more is told of once, and nothing more is sent", async () => {
  const { pump, source, sent, told } = pumpOver();
  source.beforeRead = (offset) => {
    if (offset === 50) throw new FileError("the file has changed");
  };
  pump.start(0, 0);
  await rest();
  pump.wake();
  await rest();
  assertEquals(told, ["the file has changed"]);
  assertEquals(sent.length <= 5, true);
});

Deno.test("a mistake of ours is told of as such", async () => {
  const { pump, told } = pumpOver({ seal: () => Promise.reject(new TypeError("no key")) });
  pump.start(0, 0);
  await rest();
  assertEquals(told, ["fault: TypeError: no key"]);
});

Deno.test("a file is let go of when nobody reads it any more", async () => {
  const { pump, source } = pumpOver();
  const reading = Promise.withResolvers<void>();
  const { read } = source;
  source.read = async (offset, length) => {
    await reading.promise;
    return await read.call(source, offset, length);
  };
  pump.start(0, 0);
  pump.close();
  assertEquals(source.closed, 0);
  reading.resolve();
  await rest();
  assertEquals(source.closed, 1);
});
