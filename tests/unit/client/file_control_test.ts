import { assertEquals } from "@std/assert";
import { type FileWord, fileWordText, readFileWord } from "../../../lib/client/file_control.ts";

const WORDS: FileWord[] = [
  { file_id: "f", say: "offered" },
  { file_id: "f", say: "accept", have: 0 },
  { file_id: "f", say: "have", have: 8 },
  { file_id: "f", say: "done" },
  { file_id: "f", say: "again" },
  { file_id: "f", say: "reject", why: "no" },
  { file_id: "f", say: "failed", why: "disk" },
  { file_id: "f", say: "cancel", why: "left" },
];

for (const word of WORDS) {
  Deno.test(`the word ${word.say} is read as it was written`, () => {
    assertEquals(readFileWord(fileWordText(word)), word);
  });
}

for (
  const text of [
    "",
    "hello",
    '{"socp":"file","file_id":"f","say":"done"}',
    "\u0000",
    "\u0000hello",
    "\u0000null",
    "\u0000[]",
    '\u0000{"socp":"file"}',
    '\u0000{"socp":"mail","file_id":"f","say":"done"}',
    '\u0000{"socp":"file","file_id":"","say":"done"}',
    '\u0000{"socp":"file","file_id":"f","say":"constructor"}',
    '\u0000{"socp":"file","file_id":"f","say":"accept"}',
    '\u0000{"socp":"file","file_id":"f","say":"accept","have":-1}',
    '\u0000{"socp":"file","file_id":"f","say":"accept","have":1.5}',
    '\u0000{"socp":"file","file_id":"f","say":"accept","have":"0"}',
    '\u0000{"socp":"file","file_id":"f","say":"failed"}',
    '\u0000{"socp":"file","file_id":"f","say":"failed","why":"\\u001b[2J"}',
    `\u0000{"socp":"file","file_id":"${"f".repeat(129)}","say":"done"}`,
  ]
) {
  Deno.test(`no word but a text: ${JSON.stringify(text).slice(0, 70)}`, () => {
    assertEquals(readFileWord(text), undefined);
  });
}
