import { assertEquals } from "@std/assert";
import { BLOCK, PAYLOADS } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const texts = ["", "no such thing"];

testMembers(
  "FILE_START",
  { file_id: ["no such thing"], name: texts, sha256: texts },
  { content_sig: BLOCK },
);
testMembers(
  "FILE_CHUNK",
  { file_id: ["no such thing"], ciphertext: [""] },
  { content_sig: BLOCK },
);
testMembers("FILE_END", { file_id: ["no such thing"] });

Deno.test("a file goes to one person or to everybody", () => {
  const start = PAYLOADS.FILE_START;
  assertEquals(passes("FILE_START", { ...start, mode: "public" }), true);
  assertEquals(passes("FILE_START", { ...start, mode: "DM" }), false);
  assertEquals(passes("FILE_START", { ...start, mode: "constructor" }), false);
});

Deno.test("sizes and indices are whole numbers from 0 on", () => {
  assertEquals(passes("FILE_START", { ...PAYLOADS.FILE_START, size: 0 }), true);
  assertEquals(passes("FILE_START", { ...PAYLOADS.FILE_START, size: 2 ** 53 }), false);
  assertEquals(passes("FILE_CHUNK", { ...PAYLOADS.FILE_CHUNK, index: "0" }), false);
});
