import { assertEquals } from "@std/assert";
import { PasteSplitter } from "../../../lib/terminal/bracketed_paste.ts";

Deno.test("keys and pastes are told apart in whatever chunks they come", () => {
  const input = "ab\x1b[A\x1b[200~one\r\x1b[31mtwo\x1b[201~c\x1b[200~\x1b[201~\x1b[20~d";
  const expected = "keys:ab\x1b[A|paste:one\r\x1b[31mtwo|keys:c\x1b[20~d";
  for (let size = 1; size <= input.length; size++) {
    const splitter = new PasteSplitter();
    const joined: { kind: string; text: string }[] = [];
    for (let at = 0; at < input.length; at += size) {
      for (const part of splitter.split(input.slice(at, at + size))) {
        const last = joined.at(-1);
        if (last?.kind === "keys" && part.kind === "keys") last.text += part.text;
        else joined.push({ ...part });
      }
    }
    assertEquals(joined.map(({ kind, text }) => `${kind}:${text}`).join("|"), expected);
  }
});
