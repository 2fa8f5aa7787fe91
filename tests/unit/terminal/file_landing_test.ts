import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { FileError } from "../../../lib/client/file_ports.ts";
import { type FolderOptions, LandingFolder } from "../../../lib/terminal/file_landing.ts";
import type { WritableFile } from "../../../lib/terminal/unfinished_file.ts";
import { testNeeding } from "../../support/permissions.ts";

const POSIX = Deno.build.os !== "windows";

function test(name: string, check: (folder: string) => void | Promise<void>): void {
  testNeeding(["read", "write"], name, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await check(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const digestOf = (text: string) => createHash("sha256").update(text).digest();
const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o777;
/** Names in a folder, in order, hidden ones too. */
const within = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** A file that comes in one piece. */
async function land(folder: string, name: string, text = "hello", options: FolderOptions = {}) {
  const sink = await new LandingFolder(folder, options).create(name, bytesOf(text).length);
  await sink.append(bytesOf(text));
  return await sink.finish(digestOf(text));
}

test("a file lands whole, for its owner's eyes only, in a folder of its own", async (root) => {
  const folder = join(root, "new", "downloads");
  const sink = await new LandingFolder(folder).create("report.pdf", 6);
  await sink.append(bytesOf("one"));
  const [unfinished = ""] = within(folder);
  assert(/^\.report\.pdf\.\d+-\d+\.part$/.test(unfinished), unfinished);
  if (POSIX) assertEquals([mode(folder), mode(join(folder, unfinished))], [0o700, 0o600]);
  await sink.append(bytesOf("two"));
  const path = await sink.finish(digestOf("onetwo"));
  assertEquals(path, join(folder, "report.pdf"));
  assertEquals([within(folder), Deno.readTextFileSync(path)], [["report.pdf"], "onetwo"]);
  if (POSIX) assertEquals(mode(path), 0o600);
});

test("an empty file lands", async (folder) => {
  const sink = await new LandingFolder(folder).create("empty", 0);
  assertEquals(Deno.readTextFileSync(await sink.finish(digestOf(""))), "");
});

test("a name that leads out of the folder lands inside", async (root) => {
  const folder = join(root, "in");
  assertEquals(await land(folder, "../../x/../.bashrc"), join(folder, "bashrc"));
  assertEquals(within(root), ["in"]);
});

test("nothing is ever overwritten: variants get a number", async (folder) => {
  Deno.writeTextFileSync(join(folder, "a.txt"), "mine");
  Deno.mkdirSync(join(folder, "a (1).txt"));
  assertEquals(await land(folder, "a.txt"), join(folder, "a (2).txt"));
  assertEquals(await land(folder, "a.txt"), join(folder, "a (3).txt"));
  assertEquals(Deno.readTextFileSync(join(folder, "a.txt")), "mine");
});

test("files of one name that land at the same moment all keep what they are", async (folder) => {
  const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
  // Each with a landing of its own, as several processes have it.
  const paths = await Promise.all(texts.map((text) => land(folder, "same.txt", text)));
  assertEquals(new Set(paths).size, texts.length);
  assertEquals(paths.map((path) => Deno.readTextFileSync(path)), texts);
  assertEquals(within(folder).length, texts.length);
});

test("where files have no second names, nothing is overwritten either", async (folder) => {
  const link = () => Promise.reject(new Error("Operation not permitted (os error 1)"));
  const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
  // Rounds, since one process lets go of an unfinished name while another takes it, or not.
  for (let round = 1; round <= 20; round++) {
    const paths = await Promise.all(texts.map((text) => land(folder, "same.txt", text, { link })));
    assertEquals(new Set(paths).size, texts.length);
    assertEquals(paths.map((path) => Deno.readTextFileSync(path)), texts);
    assertEquals(within(folder).length, texts.length);
    if (round < 20) { for (const path of paths) Deno.removeSync(path); }
  }
  if (POSIX) assertEquals(mode(join(folder, "same.txt")), 0o600);
  const sink = await new LandingFolder(folder, { link }).create("gone.txt", 0);
  for (const name of within(folder).filter((name) => name.endsWith(".part"))) {
    Deno.removeSync(join(folder, name));
  }
  await assertRejects(() => sink.finish(digestOf("")), FileError, "no such file");
  assertEquals(within(folder).length, texts.length);
});

test("a symbolic link that waits under the name is not followed", async (root) => {
  if (!POSIX) return;
  const folder = join(root, "in");
  Deno.mkdirSync(folder);
  const victim = join(root, "victim");
  Deno.symlinkSync(victim, join(folder, "a.txt"));
  Deno.symlinkSync(victim, join(folder, `.a.txt.${Deno.pid}-1.part`));
  assertEquals(await land(folder, "a.txt"), join(folder, "a (1).txt"));
  assertEquals(within(root), ["in"]);
});

test("a file that was swapped before it got its name is not kept", async (folder) => {
  if (!POSIX) return;
  const sink = await new LandingFolder(folder).create("a.txt", 5);
  await sink.append(bytesOf("hello"));
  const [unfinished = ""] = within(folder);
  Deno.removeSync(join(folder, unfinished));
  Deno.writeTextFileSync(join(folder, unfinished), "EVIL!");
  await assertRejects(() => sink.finish(digestOf("hello")), FileError, "somebody else writes in");
  assertEquals(within(folder), []);
});

test("what is not what was promised leaves nothing", async (folder) => {
  const landing = new LandingFolder(folder);
  const wrong = await landing.create("a.txt", 5);
  await wrong.append(bytesOf("hellO"));
  await assertRejects(() => wrong.finish(digestOf("hello")), FileError, '"a.txt" has not arrived');
  const short = await landing.create("a.txt", 5);
  await short.append(bytesOf("hell"));
  await assertRejects(() => short.finish(digestOf("hello")), FileError, "only 4 of 5 bytes");
  const long = await landing.create("a.txt", 5);
  await long.append(bytesOf("hello"));
  await assertRejects(() => long.append(bytesOf("!")), FileError, "more has come");
  assertEquals(within(folder), []);
  for (const sink of [wrong, short, long]) {
    await assertRejects(() => sink.append(bytesOf("x")), FileError, "not being saved any more");
    await sink.discard();
  }
});

test("what is given up leaves nothing, also while it is being written", async (folder) => {
  const sink = await new LandingFolder(folder).create("a.txt", 5);
  const written = sink.append(bytesOf("hello"));
  await Promise.all([written, sink.discard(), sink.discard()]);
  assertEquals(within(folder), []);
  const path = await land(folder, "a.txt");
  assertEquals(within(folder), ["a.txt"]);
  assertEquals(path, join(folder, "a.txt"));
});

test("giving up a finished file leaves it where it is", async (folder) => {
  const sink = await new LandingFolder(folder).create("a.txt", 0);
  await sink.finish(digestOf(""));
  await sink.discard();
  assertEquals(within(folder), ["a.txt"]);
});

test("a file that is too large is refused before a byte is written", async (root) => {
  const folder = join(root, "in");
  const error = await assertRejects(
    () => new LandingFolder(folder, { maxBytes: 1e9 }).create("film.mkv", 3e9),
    FileError,
  );
  assertEquals(
    error.message,
    '"film.mkv" is 3.0 GB; at most 1.0 GB is taken: --max-file says otherwise',
  );
  assertEquals(within(root), []);
  await assertRejects(() => new LandingFolder(folder).create("x", NaN), FileError);
});

test("all unfinished files together have room for no more than one may have", async (folder) => {
  const landing = new LandingFolder(folder, { maxBytes: 10 });
  const first = await landing.create("a", 6);
  await assertRejects(() => landing.create("b", 5), FileError, "6 B is still to come");
  const second = await landing.create("b", 4);
  await first.discard();
  await first.discard();
  await second.append(bytesOf("four"));
  await second.finish(digestOf("four"));
  await landing.create("c", 10).then((sink) => sink.discard());
});

/** As Deno says it. */
const noSpace = Object.assign(new Error("No space left on device (os error 28)"), {
  code: "ENOSPC",
});

test("a disk that is full is said to be full, and what had come is gone", async (folder) => {
  const openNew = async (path: string): Promise<WritableFile> => {
    const file = await Deno.open(path, { createNew: true, write: true });
    let pieces = 0;
    return {
      write: (bytes) => pieces++ === 0 ? file.write(bytes) : Promise.reject(noSpace),
      sync: () => file.sync(),
      stat: () => file.stat(),
      close: () => file.close(),
    };
  };
  const sink = await new LandingFolder(folder, { openNew }).create("a.txt", 10);
  await sink.append(bytesOf("hello"));
  const error = await assertRejects(() => sink.append(bytesOf("hello")), FileError);
  assertEquals(error.message, '"a.txt" cannot be saved: the disk is full');
  assertEquals(within(folder), []);
});

test("a folder that cannot be made or written is named", async (root) => {
  Deno.writeTextFileSync(join(root, "file"), "");
  const below = join(root, "file", "in");
  await assertRejects(
    () => new LandingFolder(below).create("a.txt", 1),
    FileError,
    `"a.txt" cannot be saved in ${below}: `,
  );
  const occupied = new LandingFolder(join(root, "file"));
  await assertRejects(
    () => occupied.create("a.txt", 1),
    FileError,
    "something else is in its place",
  );
  // It counts as nothing that is still to come.
  for (let again = 0; again < 3; again++) {
    await assertRejects(() => occupied.create("a.txt", 9e8), FileError, "cannot be saved in");
  }
});

test("what a crash left a day ago is removed, and nothing else", (folder) => {
  const left = [".a.txt.4711-1.part", ".b.4711-2.part", "c.part", ".d.part", ".e.1-1.part.txt"];
  for (const name of left) Deno.writeTextFileSync(join(folder, name), "");
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of left.filter((name) => name !== ".b.4711-2.part")) {
    Deno.utimeSync(join(folder, name), twoDaysAgo, twoDaysAgo);
  }
  new LandingFolder(folder);
  assertEquals(within(folder), left.slice(1).sort());
});
