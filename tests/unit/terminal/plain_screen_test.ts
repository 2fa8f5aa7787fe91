import { assertEquals } from "@std/assert";
import { PlainScreen } from "../../../lib/terminal/plain_screen.ts";

/** Reads chunks and tells what was heard. */
async function heardFrom(chunks: Uint8Array[], closeAt?: string): Promise<string[]> {
  const heard: string[] = [];
  const screen = new PlainScreen(() => {});
  const input = async function* () {
    yield* chunks;
  };
  await screen.read(input(), {
    line: (text) => {
      heard.push(text);
      if (text === closeAt) screen.close();
    },
    interrupt: () => void heard.push("^C"),
    end: () => void heard.push("end"),
  });
  return heard;
}

Deno.test("lines are lines however they are cut, then comes the end", async () => {
  const bytes = new TextEncoder().encode("/tell bob héé👩‍🚀\r\n\nlast");
  const expected = ["/tell bob héé👩‍🚀", "", "last", "end"];
  for (const size of [1, 2, 3, 7, 100]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
    assertEquals(await heardFrom(chunks), expected);
  }
});

Deno.test("a closed screen hears and shows nothing more", async () => {
  const chunks = ["a\n", "quit\n", "b\n"].map((text) => new TextEncoder().encode(text));
  assertEquals(await heardFrom(chunks, "quit"), ["a", "quit"]);
});

Deno.test("what is printed is lines and nothing else", () => {
  const written: string[] = [];
  const screen = new PlainScreen((text) => void written.push(text));
  screen.setPrompt("bob> ");
  screen.print("one\ntwo");
  screen.close();
  screen.print("three");
  assertEquals(written, ["one\ntwo\n"]);
});
