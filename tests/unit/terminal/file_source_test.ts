import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { FileError, type FileSource } from "../../../lib/client/file_ports.ts";
import { openSource } from "../../../lib/terminal/file_source.ts";
import { testNeeding } from "../../support/permissions.ts";

const POSIX = Deno.build.os !== "windows";

function test(name: string, check: (folder: string) => Promise<void>): void {
  testNeeding(["read", "write"], name, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await check(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A source of a text; whatever the test does with it, it is closed. */
async function sourceOf(folder: string, content: string, use: (it: FileSource) => Promise<void>) {
  const path = join(folder, "a.txt");
  Deno.writeTextFileSync(path, content);
  const longAgo = new Date(1_700_000_000_000);
  Deno.utimeSync(path, longAgo, longAgo);
  const source = await openSource(path);
  try {
    await use(source);
  } finally {
    source.close();
  }
}

test("a file has its base name, its size and its digest", async (folder) => {
  const path = join(folder, "big.bin");
  const bytes = new Uint8Array(700_001).map((_, index) => index * 7);
  Deno.writeFileSync(path, bytes);
  const source = await openSource(path);
  assertEquals([source.name, source.size], ["big.bin", bytes.length]);
  assertEquals(source.sha256, new Uint8Array(createHash("sha256").update(bytes).digest()));
  source.close();
  source.close();
});

test("pieces are what is there, also when several are asked for at once", async (folder) => {
  await sourceOf(folder, "0123456789", async (source) => {
    const pieces = [source.read(8, 2), source.read(0, 3), source.read(3, 5), source.read(10, 0)];
    assertEquals((await Promise.all(pieces)).map(text), ["89", "012", "34567", ""]);
  });
});

test("an empty file can be sent", async (folder) => {
  await sourceOf(folder, "", async (source) => {
    assertEquals([source.size, (await source.read(0, 0)).length], [0, 0]);
  });
});

const CHANGES: Record<string, (path: string) => void> = {
  "written to": (path) => Deno.writeTextFileSync(path, "x", { append: true }),
  "written over": (path) => Deno.writeTextFileSync(path, "9876543210"),
  "truncated": (path) => Deno.truncateSync(path, 4),
  "touched": (path) => Deno.utimeSync(path, 5, 5),
  "deleted": (path) => Deno.removeSync(path),
  "replaced": (path) => {
    Deno.writeTextFileSync(`${path}.new`, "0123456789");
    Deno.renameSync(`${path}.new`, path);
  },
};
for (const [what, change] of Object.entries(CHANGES)) {
  test(`a file that is ${what} is not sent any further`, async (folder) => {
    if (!POSIX && (what === "deleted" || what === "replaced")) return;
    await sourceOf(folder, "0123456789", async (source) => {
      await source.read(0, 5);
      change(join(folder, "a.txt"));
      for (const offset of [0, 5]) {
        const error = await assertRejects(() => source.read(offset, 5), FileError);
        assertEquals(error.message, '"a.txt" has changed while it was sent: send it again');
      }
    });
  });
}

test("a file that was renamed is still the same", async (folder) => {
  await sourceOf(folder, "0123456789", async (source) => {
    Deno.renameSync(join(folder, "a.txt"), join(folder, "b.txt"));
    assertEquals(text(await source.read(2, 3)), "234");
  });
});

test("a closed file is not read", async (folder) => {
  await sourceOf(folder, "0123456789", async (source) => {
    source.close();
    await assertRejects(
      () => source.read(0, 1),
      FileError,
      '"a.txt" cannot be read: it was closed',
    );
  });
});

test("what is no file is refused in words", async (folder) => {
  const refused = async (path: string) =>
    (await assertRejects(() => openSource(path), FileError)).message;
  assertEquals(await refused(folder), `"${folder}" is a folder: pack it into one file first`);
  const none = join(folder, "none");
  assertEquals(
    await refused(none),
    `"${none}" cannot be sent: there is no such file or folder`,
  );
  Deno.writeTextFileSync(none, "");
  assertEquals(
    await refused(join(none, "below")),
    POSIX
      ? `"${join(none, "below")}" cannot be sent: a part of the path is not a folder`
      : `"${join(none, "below")}" cannot be sent: there is no such file or folder`,
  );
});

test("a device is no file, and is not opened", async () => {
  if (!POSIX) return;
  const error = await assertRejects(() => openSource("/dev/null"), FileError);
  assertEquals(error.message, '"/dev/null" is no file but a device or a pipe');
});
