import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ChatEvent, EVERYBODY, render, Transcript } from "../../../lib/terminal/render.ts";
import type { Style } from "../../../lib/terminal/style.ts";

const plain: Style = { color: false, timestamps: "clock", timeZone: "Europe/Berlin" };
const at = Date.UTC(2026, 10, 24, 22, 58);
const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", label: "bob" };
const message = (text: string, sentAt = at): ChatEvent => ({
  kind: "message",
  at,
  sentAt,
  from: bob,
  text,
});

Deno.test("a message has its time in the zone of the machine", () => {
  assertEquals(render(message("hi"), plain), "23:58 bob: hi");
  assertEquals(
    render(message("hi"), { ...plain, timestamps: "iso" }),
    "2026-11-24T22:58:00Z bob: hi",
  );
});

Deno.test("a message to everybody says so, and one that was not encrypted says that", () => {
  const toAll = { ...message("hi"), toAll: true } as ChatEvent;
  assertEquals(render(toAll, plain), "23:58 bob → all: hi");
  assertEquals(
    render({ ...toAll, plain: true, sentAt: at + 600_000 } as ChatEvent, plain),
    "23:58 bob → all: hi (not encrypted) (their clock is 10 minutes ahead)",
  );
  const delivery = { state: "taken" } as const;
  assertEquals(
    render({ kind: "own", at, to: EVERYBODY, text: "hi", delivery }, plain),
    "23:58 → all: hi ✓",
  );
});

Deno.test("further lines are indented so that nobody can forge a line", () => {
  assertEquals(
    render(message("hi\n23:59 alice: no"), plain),
    "23:58 bob: hi\n      23:59 alice: no",
  );
});

Deno.test("a clock more than five minutes off is flagged", () => {
  assertEquals(render(message("hi", at + 300_000), plain), "23:58 bob: hi");
  assertEquals(
    render(message("hi", at + 300_001), plain),
    "23:58 bob: hi (their clock is 5 minutes ahead)",
  );
});

Deno.test("each fate of a message of ours has its sign", () => {
  const own = (delivery: Extract<ChatEvent, { kind: "own" }>["delivery"]) =>
    render({ kind: "own", at, to: bob, text: "hi", delivery }, plain);
  assertEquals(own({ state: "taken" }), "23:58 → bob: hi ✓");
  assertEquals(own({ state: "sending" }), "23:58 → bob: hi …");
  assertEquals(own({ state: "failed", why: "not\x1b here" }), "23:58 → bob: hi ✗ not␛ here");
});

Deno.test("a late fate repeats the beginning of the message on one line", () => {
  const text = "a text of\nmany characters, too many";
  assertEquals(
    render({ kind: "delivery", at, to: bob, text, delivery: { state: "taken" } }, plain),
    "23:58 ✓ → bob: a text of␊many character…",
  );
});

Deno.test("presence, notices, warnings and errors", () => {
  const shown = ([
    { kind: "presence", at, who: bob, here: true },
    { kind: "presence", at, who: bob, here: false },
    { kind: "notice", at, text: "one\ntwo" },
    { kind: "warning", at, text: "\x07" },
    { kind: "error", at, text: "no" },
  ] as const).map((event) => render(event, plain));
  assertEquals(shown, [
    "23:58 bob is here",
    "23:58 bob left",
    "23:58 one\n      two",
    "23:58 warning: ␇",
    "23:58 error: no",
  ]);
});

Deno.test("a new day has a line of its own, once", () => {
  const transcript = new Transcript(plain, at);
  assertEquals(transcript.next(message("a")), "23:58 bob: a");
  const later = { ...message("b"), at: at + 120_000 };
  assertEquals(transcript.next(later), "── Wednesday, 25 November 2026 ──\n00:00 bob: b");
  assertEquals(transcript.next(later), "00:00 bob: b");
});

Deno.test("only our own colours are escape sequences, whatever people choose", () => {
  const style = { ...plain, color: true };
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1b[31m", "\x9b2J", "\u202E"),
  );
  fc.assert(
    fc.property(text, text, (name, words) => {
      const shown = render(
        { ...message(words), from: { id: name, label: name } } as ChatEvent,
        style,
      );
      // deno-lint-ignore no-control-regex
      const rest = shown.replace(/\x1b\[\d+m/g, "").replaceAll("\n", "");
      assert(!/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(rest));
    }),
    { numRuns: 200 },
  );
});
