import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatLog, logger } from "../../../lib/terminal/log_format.ts";

const time = Date.UTC(2026, 10, 24, 3, 10, 22, 5);
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\x1b]52;c;x\x07",
    "\x9b2J",
    "a\nb",
    "\r",
    "\u202E",
    "\u{E0041}",
    '"',
    "\\",
    "\uD800",
  ),
);

Deno.test("text lines are for people", () => {
  assertEquals(
    formatLog("text", {
      time,
      level: "warn",
      message: "late",
      fields: { a: 1, b: undefined, c: "" },
    }),
    '2026-11-24 03:10:22Z warn  late a=1 c=""',
  );
  assertEquals(
    formatLog("text", { time, level: "error", message: "x", color: true }),
    "2026-11-24 03:10:22Z \x1b[31merror\x1b[0m x",
  );
});

Deno.test("values that could be mistaken for more are quoted", () => {
  const line = formatLog("text", {
    time,
    level: "info",
    message: "m",
    fields: { name: 'a" level=error', path: "\\", ok: true },
  });
  assertEquals(line, '2026-11-24 03:10:22Z info  m name="a\\" level=error" path="\\\\" ok=true');
});

Deno.test("JSON lines have time, level and message, which no field replaces", () => {
  const line = formatLog("json", {
    time,
    level: "info",
    message: "m",
    fields: { level: "error", peer: "x", gone: undefined },
    color: true,
  });
  assertEquals(line, '{"time":"2026-11-24T03:10:22.005Z","level":"info","message":"m","peer":"x"}');
});

Deno.test("whatever is logged stays on its line and drives nothing", () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (message, key, value) => {
      const event = { time, level: "info", message, fields: { [key]: value } } as const;
      // Joiners inside words and emoji are spelling, so only controls are looked for in text.
      assert(!/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(formatLog("text", event)));
      assert(!UNSAFE.test(formatLog("json", event)));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a logger writes what matters enough, with the time of its clock", () => {
  const written: string[] = [];
  const log = logger({
    level: "warn",
    format: "text",
    now: () => time,
    write: (line) => void written.push(line),
  });
  log("debug", "no");
  log("info", "no");
  log("warn", "yes", { n: 1 });
  log("error", "yes");
  assertEquals(written, [
    "2026-11-24 03:10:22Z warn  yes n=1\n",
    "2026-11-24 03:10:22Z error yes\n",
  ]);
});
