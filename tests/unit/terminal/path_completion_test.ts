import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { listFolder } from "../../../lib/terminal/folder_listing.ts";
import { pathCandidates } from "../../../lib/terminal/path_completion.ts";
import { testNeeding } from "../../support/permissions.ts";

Deno.test("names are in order, files end, folders go on", () => {
  const list = () => [
    { name: "b", isFolder: false },
    { name: "a", isFolder: true },
  ];
  assertEquals(pathCandidates("x/", list), ["x/a/", "x/b "]);
  assertEquals(pathCandidates('"x/', list), ['"x/a/', '"x/b" ']);
});

Deno.test("on Windows folders may stand between backslashes", () => {
  const asked: string[] = [];
  const list = (folder: string) => {
    asked.push(folder);
    return [{ name: "b.txt", isFolder: false }];
  };
  assertEquals(pathCandidates("C:\\x\\b", list), ['"C:\\\\x\\\\b.txt" ']);
  assertEquals(asked, ["C:\\x\\"]);
});

testNeeding(["read", "write"], "a folder is listed, links to folders as folders", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(join(folder, "file"), "");
    Deno.mkdirSync(join(folder, "sub"));
    if (Deno.build.os !== "windows") {
      Deno.symlinkSync(join(folder, "sub"), join(folder, "link"));
      Deno.symlinkSync(join(folder, "none"), join(folder, "broken"));
    }
    const listed = listFolder(folder).filter(({ name }) => name !== "broken");
    const sorted = listed.map(({ name, isFolder }) => `${name}${isFolder ? "/" : ""}`).sort();
    assertEquals(sorted.filter((name) => name !== "link/"), ["file", "sub/"]);
    if (Deno.build.os !== "windows") assertEquals(sorted.includes("link/"), true);
    assertEquals(listFolder(join(folder, "none")), []);
    assertEquals(listFolder(join(folder, "file")), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
