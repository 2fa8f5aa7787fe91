import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DeliveryLines, PATIENCE } from "../../../lib/terminal/delivery_lines.ts";
import { type ChatEvent, render, Transcript } from "../../../lib/terminal/render.ts";
import { colorOf, painted, type Style, usesColor } from "../../../lib/terminal/style.ts";
import { skewText, timeText } from "../../../lib/terminal/time_text.ts";

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
  assertEquals(skewText(at - 3_600_000, at), "their clock is 1 hour behind");
  assertEquals(skewText(0, at), "their clock is 20781 days behind");
  assertEquals(skewText(Number.MAX_SAFE_INTEGER, at), "their time stamp is no time");
  assertEquals(timeText(Number.NaN, plain), "??:??");
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

Deno.test("colours are off for every one of the four reasons", () => {
  const on = { noColorFlag: false, noColor: undefined, term: "xterm", terminal: true };
  assert(usesColor(on) && usesColor({ ...on, noColor: "" }));
  const off = [{ noColorFlag: true }, { noColor: "0" }, { term: "dumb" }, { terminal: false }];
  for (const reason of off) assert(!usesColor({ ...on, ...reason }));
});

Deno.test("a person has the same colour always, and people have different ones", () => {
  assertEquals(colorOf(bob.id), colorOf(bob.id));
  const colors = new Set(Array.from({ length: 100 }, (_, index) => colorOf(`user ${index}`)));
  assert(colors.size > 8);
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
  assertEquals(painted("x", "good", style), "\x1b[32mx\x1b[0m");
});

/** Delivery lines with a clock of the test's own. */
function delivery() {
  const shown: string[] = [];
  const timers: { due: number; callback: () => void }[] = [];
  let now = at;
  const lines = new DeliveryLines({
    now: () => now,
    after: (delay, callback) => void timers.push({ due: now + delay, callback }),
    show: (event) => void shown.push(render(event, plain)),
  });
  const pass = (span: number) => {
    now += span;
    for (const timer of timers.splice(0)) {
      if (timer.due <= now) timer.callback();
      else timers.push(timer);
    }
  };
  return { lines, shown, pass };
}

Deno.test("a message that is taken quickly is one line", () => {
  const { lines, shown, pass } = delivery();
  lines.sent("1", bob, "hi");
  assertEquals(shown, []);
  lines.settled("1", { state: "taken" });
  pass(PATIENCE);
  lines.settled("1", { state: "failed", why: "twice" });
  assertEquals(shown, ["23:58 → bob: hi ✓"]);
});

Deno.test("a message that takes longer is shown on its way, and its fate later", () => {
  const { lines, shown, pass } = delivery();
  lines.sent("1", bob, "hi");
  pass(PATIENCE);
  pass(60_000);
  lines.settled("1", { state: "failed", why: "bob is gone" });
  assertEquals(shown, ["23:58 → bob: hi …", "23:59 ✗ bob is gone → bob: hi"]);
});

Deno.test("what comes in between does not overtake what was sent before it", () => {
  const { lines, shown, pass } = delivery();
  lines.sent("1", bob, "one");
  lines.sent("2", bob, "two");
  lines.settled("2", { state: "taken" });
  lines.show(message("answer"));
  lines.settled("1", { state: "taken" });
  pass(PATIENCE);
  assertEquals(shown, [
    "23:58 → bob: one …",
    "23:58 → bob: two ✓",
    "23:58 bob: answer",
    "23:58 ✓ → bob: one",
  ]);
});

Deno.test("a retried message is shown anew, undisturbed by the first timer", () => {
  const { lines, shown, pass } = delivery();
  lines.sent("1", bob, "hi");
  lines.settled("1", { state: "failed", why: "offline" });
  pass(PATIENCE - 1);
  lines.sent("1", bob, "hi");
  pass(1);
  assertEquals(shown, ["23:58 → bob: hi ✗ offline"]);
  lines.settled("1", { state: "taken" });
  assertEquals(shown.at(-1), "23:58 → bob: hi ✓");
});
