import { assert, assertEquals } from "@std/assert";
import { FileError, type FileSource } from "../../../lib/client/file_ports.ts";
import { ChatFiles } from "../../../lib/terminal/chat_files.ts";
import { FileClientDouble, sourceDouble } from "./file_client_double.ts";
import { BOB, incoming, outgoing } from "./transfer_examples.ts";

interface Options {
  readonly acceptUpTo?: number;
  readonly open?: (path: string) => Promise<FileSource>;
}

/** The files of a chat of a test. */
function chat(options: Options = {}) {
  const client = new FileClientDouble();
  const seen: string[] = [];
  const complaints: string[] = [];
  let status: string | undefined;
  const files = new ChatFiles({
    client,
    inPlace: true,
    open: (path) => Promise.resolve(sourceDouble(path)),
    now: () => 5_000,
    whoOf: ({ to }) => to === "public" ? "all" : "bob",
    show: (kind, text) => void seen.push(`${kind}: ${text}`),
    print: (text) => void seen.push(text),
    complain: (text) => void complaints.push(text),
    setStatus: (text) => void (status = text),
    ...options,
  });
  return { client, seen, complaints, files, status: () => status };
}

Deno.test("a file is offered with what it will take, said once", async () => {
  const { client, seen, files } = chat();
  await files.offer(BOB, "docs/report.pdf");
  assertEquals(client.asked, [`offer report.pdf to ${BOB}`]);
  const [transfer] = client.all;
  assert(transfer);
  // The client tells of it too.
  files.hear(transfer);
  await files.offer("public", "docs/report.pdf");
  assertEquals(seen, [
    'notice: → bob: "report.pdf", 1.2 MB, about 40 s: offered; /cancel 1 calls it off',
    'notice: → all: "report.pdf", 1.2 MB, about 40 s: offered; /cancel 2 calls it off',
  ]);
});

Deno.test("a file that cannot be opened is complained of, harmlessly, and nothing is offered", async () => {
  const open = () => Promise.reject(new FileError("\x1b[2J cannot be sent: there is no such file"));
  const { client, complaints, files } = chat({ open });
  await files.offer(BOB, "x");
  assertEquals(complaints, ["␛[2J cannot be sent: there is no such file"]);
  assertEquals([client.asked, files.busy], [[], false]);
});

Deno.test("a file that cannot be offered is let go", async () => {
  let closed = 0;
  const { client, complaints, files } = chat({
    open: (path) => Promise.resolve(sourceDouble(path, () => closed++)),
  });
  client.offer = () => {
    throw new FileError("too large");
  };
  await files.offer(BOB, "x");
  assertEquals([closed, complaints], [1, ["too large"]]);
});

Deno.test("a file that is being read, offered or under way keeps the chat busy; an offer to us does not", async () => {
  const opened = Promise.withResolvers<FileSource>();
  const { client, files } = chat({ open: () => opened.promise });
  client.all.push(incoming());
  assertEquals(files.busy, false);
  const offered = files.offer(BOB, "x");
  assertEquals(files.busy, true);
  opened.resolve(sourceDouble("x"));
  await offered;
  assertEquals(files.busy, true);
  for (const state of ["running", "paused"] as const) {
    client.all.splice(0, Infinity, incoming({ state }));
    assertEquals(files.busy, true);
  }
  for (const state of ["done", "rejected", "cancelled", "failed"] as const) {
    client.all.splice(0, Infinity, outgoing({ state }));
    assertEquals(files.busy, false);
  }
});

Deno.test("without a number the only one is meant, and several are told apart", () => {
  const { client, complaints, files } = chat();
  files.accept(undefined);
  files.cancel(undefined);
  assertEquals(complaints.splice(0), [
    "There is no file to accept: /files shows all",
    "There is no file to cancel: /files shows all",
  ]);
  client.all.push(
    incoming({ number: 1, state: "done" }),
    incoming({ number: 2 }),
    outgoing({ number: 3, state: "running" }),
  );
  files.accept(undefined);
  files.reject(undefined);
  files.cancel(undefined);
  assertEquals(client.asked.splice(0), ["accept 2", "reject 2", "cancel 3"]);
  client.all.push(incoming({ number: 4, name: "\x1b[2Jx.pdf" }));
  files.accept(undefined);
  assertEquals(complaints.splice(0), [
    'Which file?\n  /accept 2  for "report.pdf", 1.2 MB, bob\n  /accept 4  for "[2Jx.pdf", 1.2 MB, bob',
  ]);
  files.accept(4);
  files.accept(1);
  files.accept(9);
  assertEquals(client.asked, ["accept 4"]);
  assertEquals(complaints, [
    "File 1 is nothing to accept any more: /files shows all",
    "There is no file 9: /files shows all",
  ]);
});

Deno.test("Tab offers the numbers that fit the command, the latest first", () => {
  const { client, files } = chat();
  client.all.push(
    incoming({ number: 1 }),
    outgoing({ number: 2 }),
    incoming({ number: 3, state: "running" }),
    incoming({ number: 4 }),
    incoming({ number: 5, state: "failed" }),
  );
  assertEquals(files.numbers("accept"), [4, 1]);
  assertEquals(files.numbers("reject"), [4, 1]);
  assertEquals(files.numbers("cancel"), [3, 2]);
});

Deno.test("offers are taken without being asked up to a size, if that was said", () => {
  const { client, files } = chat({ acceptUpTo: 1_000_000 });
  files.hear(incoming({ number: 1, size: 1_000_000 }));
  files.hear(incoming({ number: 2, size: 1_000_001 }));
  files.hear(incoming({ number: 3, size: 5, state: "running" }));
  files.hear(outgoing({ number: 4, size: 5 }));
  assertEquals(client.asked, ["accept 1", "reject 2"]);
  const { client: asking, files: careful } = chat();
  careful.hear(incoming());
  assertEquals(asking.asked, []);
});

Deno.test("what is under way stands in place and is listed", () => {
  const { client, seen, files, status } = chat();
  const transfer = incoming({ state: "running", startedAt: 1_000, done: 124_000 });
  client.all.push(transfer);
  files.hear(transfer);
  assertEquals(status(), "← bob: 10 % of 1.2 MB, report.pdf");
  transfer.state = "done";
  files.hear(transfer);
  assertEquals(status(), undefined);
  files.list();
  assertEquals(seen.at(-1), "  1  ← bob  report.pdf  1.2 MB  ✓");
});

Deno.test("what cannot be accepted is complained of, whether a person wants it or nobody was asked", () => {
  const { client, complaints, files } = chat({ acceptUpTo: 2_000_000 });
  client.refusal = "nobody has shared a channel key yet";
  const transfer = incoming({ number: 1 });
  client.all.push(transfer);
  files.hear(transfer);
  files.accept(1);
  assertEquals(complaints, [client.refusal, client.refusal]);
});
