import { assertEquals } from "@std/assert";
import { dayText, durationText, skewText, timeText } from "../../../lib/terminal/time_text.ts";

const at = Date.UTC(2026, 10, 24, 23, 58);
const berlin = { color: false, timestamps: "clock", timeZone: "Europe/Berlin" } as const;
const iso = { color: false, timestamps: "iso", timeZone: "Europe/Berlin" } as const;

Deno.test("times and days are those of the zone, in ISO those of UTC", () => {
  assertEquals(timeText(at, berlin), "00:58");
  assertEquals(dayText(at, berlin), "Wednesday, 25 November 2026");
  assertEquals(timeText(at, iso), "2026-11-24T23:58:00Z");
  assertEquals(dayText(at, iso), "Tuesday, 24 November 2026");
});

Deno.test("a clock is off from five minutes and a moment on", () => {
  assertEquals(skewText(at + 300_000, at), "");
  assertEquals(skewText(at - 300_001, at), "their clock is 5 minutes behind");
  assertEquals(skewText(at + 3_600_000, at), "their clock is 1 hour ahead");
  assertEquals(skewText(0, at), "their clock is 20781 days behind");
});

Deno.test("what is no time is said to be none", () => {
  for (const strange of [Number.NaN, Infinity, Number.MAX_SAFE_INTEGER, -8.65e15]) {
    assertEquals(timeText(strange, berlin), "??:??");
    assertEquals(dayText(strange, berlin), "an unknown day");
    assertEquals(skewText(strange, at), "their time stamp is no time");
  }
});

Deno.test("a duration has the largest unit of which there are two, and is cut off", () => {
  const minute = 60_000;
  const cases: [number, string][] = [
    [-1, "0 s"],
    [-1e12, "0 s"],
    [999, "0 s"],
    [1_999, "1 s"],
    [119_999, "119 s"],
    [120_000, "2 min"],
    [119 * minute + 59_999, "119 min"],
    [120 * minute, "2 h"],
    [47 * 60 * minute, "47 h"],
    [48 * 60 * minute, "2 d"],
    [400 * 24 * 60 * minute, "400 d"],
    [NaN, "?"],
    [Infinity, "?"],
  ];
  for (const [span, text] of cases) assertEquals(durationText(span), text);
});
