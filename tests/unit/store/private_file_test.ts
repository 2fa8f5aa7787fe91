import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { StoreError } from "../../../lib/store/port.ts";
import { readPrivateFile, writePrivateFile } from "../../../lib/store/private_file.ts";
import { testNeeding } from "../../support/permissions.ts";

function test(name: string, check: (folder: string) => void): void {
  testNeeding(["read", "write"], name, () => {
    const folder = Deno.makeTempDirSync();
    try {
      check(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

test("what is written can be read, and only by its owner", (folder) => {
  const path = join(folder, "new", "key.pem");
  writePrivateFile(path, "secret ✓");
  assertEquals(readPrivateFile(path), "secret ✓");
  if (Deno.build.os === "windows") return;
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  assertEquals((Deno.statSync(join(folder, "new")).mode ?? 0) & 0o777, 0o700);
});

test("a file is replaced whole, and nothing else is left in the folder", (folder) => {
  const path = join(folder, "pins.json");
  writePrivateFile(path, "a long first content");
  // As a crash would have left it an hour ago:
  const leftOver = `${path}.4711.new`;
  Deno.writeTextFileSync(leftOver, "half a seco", { mode: 0o644 });
  const anHourAgo = new Date(Date.now() - 3_600_000);
  Deno.utimeSync(leftOver, anHourAgo, anHourAgo);
  writePrivateFile(path, "second");
  assertEquals(readPrivateFile(path), "second");
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["pins.json"]);
});

test("what another process is just writing is left alone, and so are other files", (folder) => {
  const path = join(folder, "pins.json");
  const others = ["pins.json.4711.new", "pins.json.old", "other.json.4711.new"];
  for (const name of others) Deno.writeTextFileSync(join(folder, name), "");
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const name of others.slice(1)) Deno.utimeSync(join(folder, name), anHourAgo, anHourAgo);
  writePrivateFile(path, "mine");
  const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assertEquals(left, [...others, "pins.json"].sort());
});

test("an unfinished file that is gone by the time it is looked at is no error", (folder) => {
  if (Deno.build.os === "windows") return;
  const path = join(folder, "pins.json");
  // Another process renames its own between the list of the folder and the look at the file: a link to
  // nothing is listed and cannot be looked at either.
  Deno.symlinkSync(join(folder, "gone"), `${path}.4711.new`);
  writePrivateFile(path, "mine");
  assertEquals(readPrivateFile(path), "mine");
});

test("a file that is not there is no error", (folder) => {
  assertEquals(readPrivateFile(join(folder, "none")), undefined);
});

test("a file that others may read is refused, with a hint that works when pasted", (folder) => {
  if (Deno.build.os === "windows") return;
  const path = join(folder, "it's mine");
  writePrivateFile(path, "secret");
  Deno.chmodSync(path, 0o640);
  const error = assertThrows(() => readPrivateFile(path), StoreError, "may be read by others");
  assertStringIncludes(error.message, `chmod 600 '${folder}/it'\\''s mine'`);
});

test("what cannot be read or written is named", (folder) => {
  assertThrows(() => readPrivateFile(folder), StoreError, folder);
  const path = join(folder, "file");
  writePrivateFile(path, "");
  assertThrows(
    () => writePrivateFile(join(path, "below"), ""),
    StoreError,
    `${join(path, "below")} cannot be written`,
  );
});
