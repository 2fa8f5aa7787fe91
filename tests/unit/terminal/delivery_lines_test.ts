import { assertEquals } from "@std/assert";
import { DeliveryLines, PATIENCE } from "../../../lib/terminal/delivery_lines.ts";
import { render } from "../../../lib/terminal/render.ts";
import type { Style } from "../../../lib/terminal/style.ts";

const plain: Style = { color: false, timestamps: "clock", timeZone: "Europe/Berlin" };
const at = Date.UTC(2026, 10, 24, 22, 58);
const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", label: "bob" };

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
  lines.show({ kind: "message", at, sentAt: at, from: bob, text: "answer" });
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
