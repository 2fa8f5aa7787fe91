import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { complete } from "../../../lib/terminal/completion.ts";
import { LineEditor } from "../../../lib/terminal/line_editor.ts";
import { render } from "../../../lib/terminal/render.ts";
import { statusRow } from "../../../lib/terminal/status_line.ts";
import { width } from "../../../lib/terminal/width.ts";
import { Emulator } from "./emulator.ts";

const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob Smith" };

/** An editor between a keyboard and a terminal of a test. */
function desk(columns = 40, history: string[] = [], rows = 24) {
  const input = new PassThrough();
  const screen = new Emulator(columns, rows);
  const heard: string[] = [];
  const saved: string[][] = [];
  const editor = new LineEditor({
    input,
    output: screen,
    prompt: "bob> ",
    complete: (line) => complete(line, [bob]),
    history,
    saveHistory: (lines) => void saved.push([...lines]),
    events: {
      line: (text) => void heard.push(text),
      interrupt: () => void heard.push("^C"),
      end: () => void heard.push("^D"),
    },
  });
  /** Presses keys and lets the repaint happen. */
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      input.emit("data", key);
      await Promise.resolve();
    }
  };
  return { input, screen, heard, saved, editor, press };
}

const LEFT = "\x1b[D";
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96);

/** The line and its cursor after some keys. */
async function typed(...keys: string[]): Promise<string> {
  const { editor, screen, press } = desk(200);
  await press(...keys, "|");
  const line = editor.line;
  editor.close();
  assert(!screen.written.includes("\x07"));
  return line;
}

Deno.test("arrows and Ctrl-A, E, B, F move the cursor", async () => {
  assertEquals(await typed("abc", LEFT, LEFT), "a|bc");
  assertEquals(await typed("abc", ctrl("a")), "|abc");
  assertEquals(await typed("abc", ctrl("a"), ctrl("e")), "abc|");
  assertEquals(await typed("abc", "\x1b[H", "\x1b[C", ctrl("f"), ctrl("b")), "a|bc");
});

Deno.test("Ctrl-K, U, W cut and Ctrl-Y brings it back", async () => {
  assertEquals(await typed("one two", ctrl("a"), ctrl("k")), "|");
  assertEquals(await typed("one two", ctrl("u"), "x", ctrl("y")), "xone two|");
  assertEquals(await typed("one two-three", ctrl("w")), "one |");
  assertEquals(await typed("one two", ctrl("w"), ctrl("w"), "x ", ctrl("y")), "x one two|");
  assertEquals(await typed("one two", ctrl("a"), "\x1bd", "\x1bd", ctrl("y")), "one two|");
  assertEquals(await typed("one two-three", "\x1b\x7f"), "one two-|");
});

Deno.test("words are words in every script", async () => {
  assertEquals(await typed("grüß dich", "\x1bb", "\x1bb"), "|grüß dich");
  assertEquals(await typed("привет мир", "\x1b[1;5D"), "привет |мир");
  assertEquals(await typed("नमस्ते x", ctrl("a"), "\x1bf"), "नमस्ते| x");
  assertEquals(await typed("a b", ctrl("a"), "\x1b[1;5C"), "a| b");
});

Deno.test("the cursor steps over what is seen as one character", async () => {
  assertEquals(await typed("a👩‍🚀b", LEFT, LEFT), "a|👩‍🚀b");
  assertEquals(await typed("e\u0301", "\x7f"), "|");
  assertEquals(await typed("🇩🇪🇦🇺", "\x7f"), "🇩🇪|");
  assertEquals(await typed("a👍🏽b", ctrl("a"), ctrl("f"), "\x1b[3~"), "a|b");
});

Deno.test("unknown keys and controls type nothing", async () => {
  assertEquals(await typed("a", "\x1b[24~", ctrl("z"), ctrl("g"), "\x1b[1;9Q"), "a|");
});

Deno.test("Enter gives the line away, clears it and remembers it", async () => {
  const { heard, saved, screen, press, editor } = desk();
  await press("hello", "\r", "again\r");
  assertEquals(heard, ["hello", "again"]);
  assertEquals(saved, [["hello"], ["hello", "again"]]);
  assertEquals(screen.lines(), ["bob>"]);
  editor.close();
});

Deno.test("history is walked with the arrows and keeps the draft", async () => {
  const { editor, press } = desk(40, ["first", "second"]);
  await press("draft", UP);
  assertEquals(editor.line, "second");
  await press(UP, UP);
  assertEquals(editor.line, "first");
  await press(DOWN, DOWN, DOWN);
  assertEquals(editor.line, "draft");
  editor.close();
});

Deno.test("Ctrl-C clears a line, on an empty one it interrupts; Ctrl-D ends on an empty one", async () => {
  const { heard, editor, press } = desk();
  await press("oops", ctrl("c"));
  assertEquals([editor.line, heard.length], ["", 0]);
  await press(ctrl("y"));
  assertEquals(editor.line, "oops");
  await press(ctrl("a"), ctrl("d"));
  assertEquals([editor.line, heard.length], ["ops", 0]);
  await press(ctrl("c"), ctrl("c"), ctrl("d"));
  assertEquals(heard, ["^C", "^D"]);
  editor.close();
});

Deno.test("Tab completes at once, or shows what there is", async () => {
  const { editor, screen, press } = desk();
  await press("/te", "\t", "bo", "\t", "hi");
  assertEquals(editor.line, '/tell "Bob Smith" hi');
  await press(ctrl("u"), "/t\t");
  assertEquals(screen.lines(), ["/tell   /trust", "bob> /t"]);
  editor.close();
});

Deno.test("a paste of several lines is one line until Enter", async () => {
  const { editor, heard, screen, press } = desk();
  await press("\x1b[20", "0~one\r\ntwo\tx\r\x1b", "[201~");
  assertEquals(heard, []);
  assertEquals(editor.line, "one\ntwo\tx");
  assertEquals(screen.lines(), ["bob> one⏎two␉x"]);
  await press("\r");
  assertEquals(heard, ["one\ntwo\tx"]);
  await press(UP);
  assertEquals(editor.line, "one\ntwo\tx");
  editor.close();
});

Deno.test("an escape sequence in a paste is shown and drives nothing", async () => {
  const { screen, press, editor } = desk();
  await press("\x1b[200~a\x1b[2Jb\x1b[201~");
  assertEquals(editor.line, "a\x1b[2Jb");
  assertEquals(screen.lines(), ["bob> a␛[2Jb"]);
  editor.close();
});

Deno.test("text that arrives stands above a wrapped line and leaves its cursor", async () => {
  const { screen, press, editor } = desk(20);
  await press("a long line that wraps twice over", LEFT, LEFT, LEFT, LEFT);
  const before = screen.cursor();
  editor.print("12:00 alice: hi");
  assertEquals(screen.lines(), [
    "12:00 alice: hi",
    "bob> a long line tha",
    "t wraps twice over",
  ]);
  assertEquals(screen.cursor(), [before[0] + 1, before[1]]);
  await press("X");
  assertEquals(screen.lines()[2], "t wraps twice Xover");
  editor.close();
});

Deno.test("the prompt changes under the hands of the person typing", async () => {
  const { screen, press, editor } = desk(20);
  await press("hello", LEFT);
  editor.setPrompt("[offline, retry in 8 s] bob> ");
  assertEquals(screen.lines(), ["[offline, retry in 8", " s] bob> hello"]);
  assertEquals(screen.cursor(), [1, 13]);
  editor.setPrompt("b\x1bob> ");
  assertEquals(screen.lines(), ["b␛ob> hello"]);
  editor.close();
});

Deno.test("a status stands above the prompt, changes in place and leaves no trace", async () => {
  const { screen, press, editor } = desk();
  editor.print("12:00 alice: hi");
  await press("hello", LEFT, LEFT);
  for (const percent of [1, 42, 100]) editor.setStatus(`→ bob: a.txt ${percent} %`);
  assertEquals(screen.lines(), ["12:00 alice: hi", "→ bob: a.txt 100 %", "bob> hello"]);
  assertEquals(screen.cursor(), [2, 8]);
  await press("X");
  editor.print("12:01 alice: two\nlines");
  editor.setPrompt("> ");
  const above = ["12:00 alice: hi", "12:01 alice: two", "lines"];
  assertEquals(screen.lines(), [...above, "→ bob: a.txt 100 %", "> helXlo"]);
  editor.setStatus(undefined);
  editor.setStatus(undefined);
  assertEquals(screen.lines(), [...above, "> helXlo"]);
  assertEquals(screen.cursor(), [3, 6]);
  await press("\r", ctrl("l"));
  editor.setStatus("again");
  assertEquals(screen.lines(), ["again", ">"]);
  editor.close();
  assertEquals(screen.lines(), [""]);
});

Deno.test("a status is cut to the window, and harmless", async () => {
  const { screen, press, editor } = desk(20);
  await press("a line that is wrapped");
  editor.setStatus("→ bob: report.pdf 42 % of 1.2 MB");
  assertEquals(screen.lines(), ["→ bob: report.pdf …", "bob> a line that is", "wrapped"]);
  editor.setStatus("日本語日本語日本語日本語");
  assertEquals(screen.lines()[0], "日本語日本語日本語…");
  editor.setStatus("\x1b[2J\r\nx\u202E");
  assertEquals(screen.lines(), ["␛[2J␍␊x<U+202E>", "bob> a line that is", "wrapped"]);
  editor.close();
  assertEquals(screen.lines(), [""]);
});

Deno.test("a status leaves no trace in a window that becomes narrower or wider", async () => {
  const { screen, press, editor } = desk(60);
  editor.print("above");
  await press("a line of some length", LEFT, LEFT);
  editor.setStatus("→ bob: report.pdf 42 % of 1.2 MB, 31 kB/s, 22 s left");
  screen.resize(20);
  assertEquals(screen.lines(), ["above", "→ bob: report.pdf …", "bob> a line of some", "length"]);
  screen.resize(9);
  assertEquals(screen.lines(), ["above", "→ bob: …", "bob> a li", "ne of som", "e length"]);
  screen.resize(70);
  const status = "→ bob: report.pdf 42 % of 1.2 MB, 31 kB/s, 22 s left";
  assertEquals(screen.lines(), ["above", status, "bob> a line of some length"]);
  await press("X");
  editor.setStatus(undefined);
  assertEquals(screen.lines(), ["above", "bob> a line of some lengXth"]);
  editor.close();
});

Deno.test("a window with room for one line shows no status", async () => {
  const { screen, press, editor } = desk(20, [], 2);
  editor.setStatus("42 %");
  await press("hi");
  assertEquals(screen.lines(), ["bob> hi"]);
  editor.close();
});

Deno.test("Ctrl-L clears the screen and keeps the line", async () => {
  const { screen, press, editor } = desk();
  editor.print("old");
  await press("new", ctrl("l"));
  assertEquals(screen.lines(), ["bob> new"]);
  editor.close();
});

Deno.test("a line taller than the window is shown around the cursor", async () => {
  const { screen, press, editor } = desk(20, [], 4);
  editor.print("above");
  await press(`\x1b[200~${"0123456789".repeat(2000)}\x1b[201~`, ctrl("a"), ctrl("e"), ctrl("u"));
  assertEquals(screen.lines(), ["above", "bob>"]);
  editor.close();
});

Deno.test("a status and a line taller than the window share it, and leave no trace", async () => {
  const { screen, press, editor } = desk(21, [], 10);
  editor.print("above");
  // Wide characters leave the end of each row free.
  await press(`\x1b[200~${"日".repeat(2000)}\x1b[201~`);
  for (const percent of [1, 2, 3]) editor.setStatus(`${percent} %`);
  await press(ctrl("a"), ctrl("e"), ctrl("u"));
  editor.setStatus(undefined);
  assertEquals(screen.lines(), ["above", "bob>"]);
  editor.close();
});

Deno.test("no escape sequence reaches the terminal but ours", async () => {
  const { screen, editor, press } = desk();
  const style = { color: true, timestamps: "clock", timeZone: "UTC" } as const;
  const attacks = [
    "\x1b]0;x\x07",
    "\x1b]8;;x\x1b\\",
    "\x1b]52;c;x\x07",
    "\x1b[2J",
    "\x1bP$qm\x1b\\",
    "\x9b2J",
    "a\rb",
  ];
  for (const text of attacks) {
    const from = { id: bob.id, label: text };
    editor.print(render({ kind: "message", at: 0, sentAt: 0, from, text }, style));
    editor.setPrompt(`${text}> `);
    await press(`\x1b[200~${text}\x1b[201~`);
  }
  editor.close();
  // deno-lint-ignore no-control-regex
  const rest = screen.written.replace(/\x1b\[(?:\d*[ACJm]|\?2004[hl])/g, "");
  assert(!/(?![\r\n])\p{Cc}/u.test(rest));
  assert(!screen.written.includes("\x1b[2J"));
});

Deno.test("closing gives the terminal back and takes the line away", async () => {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => raw.push(on) });
  const screen = new Emulator(40);
  const events = { line() {}, interrupt() {}, end() {} };
  const nothing = { from: 0, candidates: [] };
  const editor = new LineEditor({
    input,
    output: screen,
    prompt: "> ",
    complete: () => nothing,
    events,
  });
  input.emit("data", "abc");
  await Promise.resolve();
  editor.close();
  editor.print("not any more");
  assertEquals(raw, [true, false]);
  assertEquals(screen.lines(), [""]);
  assert(screen.written.endsWith("\x1b[?2004l"));
  assertEquals(input.listenerCount("data") + screen.listenerCount("resize"), 0);
});

Deno.test("whatever is typed and printed, the screen shows the lines and then the prompt", async () => {
  const step = fc.oneof(
    fc.record({
      print: fc.constantFrom("x", "a line of twenty cha", "日本語テキスト日本語テキスト", "a\nb"),
    }),
    fc.record({
      keys: fc.constantFrom(
        "a",
        "hello world ",
        "日本",
        "é",
        "👩‍🚀",
        LEFT,
        ctrl("a"),
        ctrl("e"),
        ctrl("w"),
        "\x7f",
        ctrl("y"),
        "\x1bb",
      ),
    }),
    fc.record({ prompt: fc.constantFrom("> ", "[offline, retry in 8 s] bob> ", "日本> ") }),
    fc.record({ status: fc.constantFrom(undefined, "42 %", "日本語 42 % of 1.2 MB, 31 kB/s") }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.integer({ min: 8, max: 30 }),
      async (steps, columns) => {
        const { screen, press, editor } = desk(columns, [], 500);
        const printed: string[] = [];
        let prompt = "bob> ";
        let status: string | undefined;
        for (const one of steps) {
          if ("print" in one) {
            editor.print(one.print);
            printed.push(...one.print.split("\n"));
          } else if ("status" in one) editor.setStatus(status = one.status);
          else if ("prompt" in one) editor.setPrompt(prompt = one.prompt);
          else await press(one.keys);
        }
        const flat = (text: string) => text.replaceAll(" ", "");
        const shown = status === undefined ? "" : statusRow(status, { columns, rows: 500 });
        const expected = flat(printed.join("") + shown + prompt + editor.line);
        const [row, column] = screen.cursor();
        assertEquals(flat(screen.lines().join("")), expected);
        assert(row < screen.lines().length && column < columns);
        // What is typed next stands where the cursor is, or beside the edge if one of the two does not fit.
        await press("|");
        const [above = "", here = "", below = ""] = screen.lines().slice(row === 0 ? 0 : row - 1);
        const rows = row === 0 ? ["", above, here] : [above, here, below];
        const at = rows.findIndex((text) => text.includes("|"));
        const found = rows[at] ?? "";
        const stands = width(found.slice(0, found.indexOf("|")));
        if (at === 1) assertEquals(stands, column);
        else if (at === 0) assertEquals([stands, column], [columns - 1, 0]);
        else assertEquals([at, stands], [2, 0]);
        editor.close();
      },
    ),
    { numRuns: 150 },
  );
});
