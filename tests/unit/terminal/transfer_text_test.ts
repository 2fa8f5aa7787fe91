import { assert, assertEquals } from "@std/assert";
import type { Transfer, TransferState } from "../../../lib/client/transfer.ts";
import { statusRow } from "../../../lib/terminal/status_line.ts";
import {
  estimateText,
  filesText,
  progressText,
  shownFileName,
  stateLine,
} from "../../../lib/terminal/transfer_text.ts";
import { incoming, outgoing } from "./transfer_examples.ts";

const text = (transfer: Transfer, seconds?: number) => stateLine(transfer, "bob", seconds).text;

Deno.test("the estimate names file, size and time as far as they are known", () => {
  assertEquals(estimateText("report.pdf", 1_240_000, 40.9), '"report.pdf", 1.2 MB, about 40 s');
  assertEquals(estimateText("film.mkv", 3e9, 96_774), '"film.mkv", 3.0 GB, about 26 h');
  for (const seconds of [undefined, 0.2, NaN]) {
    assertEquals(estimateText("a.txt", 446, seconds), '"a.txt", 446 B');
  }
});

Deno.test("progress has share, rate and the time that is left", () => {
  const half = outgoing({ state: "running", done: 520_800 });
  assertEquals(
    progressText(half, "bob", 31_000),
    "→ bob: 42 % of 1.2 MB, 23 s left, 31 kB/s, report.pdf",
  );
  assertEquals(progressText(half, "bob", undefined), "→ bob: 42 % of 1.2 MB, report.pdf");
  assertEquals(progressText(half, "bob", 0), "→ bob: 42 % of 1.2 MB, report.pdf");
  assertEquals(
    progressText(incoming({ done: 5, size: 0 }), "bob", undefined),
    "← bob: 100 % of 0 B, report.pdf",
  );
  const almost = incoming({ done: 999_999, size: 1_000_000 });
  assertEquals(progressText(almost, "bob", undefined), "← bob: 99 % of 1.0 MB, report.pdf");
});

Deno.test("in a narrow window the time that is left is still there", () => {
  const status = progressText(incoming({ done: 148_800, name: "big file.bin" }), "alice", 13_000);
  assertEquals(
    statusRow(status, { columns: 40, rows: 24 }),
    "← alice: 12 % of 1.2 MB, 83 s left, 13…",
  );
});

Deno.test("each state of a file that comes has its line", () => {
  const lines: [Partial<Transfer>, string][] = [
    [{}, 'bob offers "report.pdf", 1.2 MB, about 40 s: /accept 1 or /reject 1'],
    [
      { why: "unsigned" },
      'bob offers "report.pdf", 1.2 MB, about 40 s (unsigned): /accept 1 or /reject 1',
    ],
    [
      { to: "public" },
      'bob offers everybody "report.pdf", 1.2 MB, about 40 s: ' +
      "/accept 1 or /reject 1",
    ],
    [{ state: "running" }, "← bob: report.pdf is accepted and on its way"],
    [{ state: "paused", why: "bob is away" }, "← bob: report.pdf waits: bob is away"],
    [
      { state: "done", savedAs: "in/report.pdf" },
      "← bob: report.pdf, 1.2 MB ✓ saved as in/report.pdf",
    ],
    [{ state: "rejected" }, "← bob: report.pdf is rejected"],
    [{ state: "cancelled" }, "← bob: report.pdf is called off"],
    [
      { state: "cancelled", why: "bob has called it off" },
      "← bob: report.pdf is cancelled: bob has called it off",
    ],
    [
      { state: "failed", why: "the disk is full" },
      "← bob: report.pdf did not get through: the disk is full",
    ],
  ];
  for (const [changes, line] of lines) assertEquals(text(incoming(changes), 40), line);
});

Deno.test("each state of a file that goes has its line", () => {
  const lines: [Partial<Transfer>, string][] = [
    [{}, '→ bob: "report.pdf", 1.2 MB: offered; /cancel 1 calls it off'],
    [{ state: "running" }, "→ bob: report.pdf is accepted and on its way"],
    [{ state: "done" }, "→ bob: report.pdf, 1.2 MB ✓"],
    [
      { state: "done", to: "public", takers: { accepted: 4, complete: 3 } },
      "→ bob: report.pdf, 1.2 MB ✓ 3 of 4 who took it have it",
    ],
    [
      { state: "rejected", why: "bob does not want it" },
      "→ bob: report.pdf is rejected: bob does not want it",
    ],
  ];
  for (const [changes, line] of lines) assertEquals(text(outgoing(changes)), line);
});

Deno.test("what went wrong is an error, what waits a warning, the rest a notice", () => {
  const kinds = (transfer: Transfer) => stateLine(transfer, "bob", undefined).kind;
  assertEquals(kinds(outgoing({ state: "failed" })), "error");
  assertEquals(kinds(outgoing({ state: "rejected" })), "error");
  assertEquals(kinds(incoming({ state: "rejected" })), "notice");
  assertEquals(kinds(incoming({ state: "paused" })), "warning");
  assertEquals(kinds(incoming({ state: "done" })), "notice");
});

Deno.test("/files is a table", () => {
  assertEquals(
    filesText([
      incoming({ state: "done", savedAs: "in/report.pdf" }),
      outgoing({ number: 12, name: "日本.txt", size: 446, state: "running", done: 100 }),
      incoming({ number: 13 }),
      incoming({ number: 13, why: "unsigned" }),
      outgoing({ number: 14, state: "paused", done: 620_000, why: "away" }),
      outgoing({ number: 15, state: "failed", why: "gone" }),
      outgoing({ number: 16 }),
    ], () => "bob"),
    [
      "  1   ← bob  report.pdf  1.2 MB  ✓ saved as in/report.pdf",
      "  12  → bob  日本.txt    446 B   22 %",
      "  13  ← bob  report.pdf  1.2 MB  offered: /accept 13 or /reject 13",
      "  13  ← bob  report.pdf  1.2 MB  offered (unsigned): /accept 13 or /reject 13",
      "  14  → bob  report.pdf  1.2 MB  50 %, waits: away",
      "  15  → bob  report.pdf  1.2 MB  failed: gone",
      "  16  → bob  report.pdf  1.2 MB  offered",
    ].join("\n"),
  );
  assertEquals(
    filesText([], () => "bob"),
    "no file was offered yet: /file <user|public> <path> offers one",
  );
});

Deno.test("a long name keeps its beginning and its end", () => {
  assertEquals([...shownFileName("日".repeat(80))].length, 48);
  assert(shownFileName(`invoice${" x".repeat(60)}.pdf.exe`).endsWith(".pdf.exe"));
});

const HOSTILE = [
  "\x1b]0;pwned\x07",
  "\x1b[2J\x1b[H",
  "\x9b2J\x85",
  "ok\r22:13 bob: forged\n22:13 bob: forged",
  "\u202Egpj.exe\u2066x\u061C",
  "b\u200Bo\u2060b\uFEFF\u00AD\u{E0041}\u3164",
  "one\u2028two\u2029",
  `z${"\u0301".repeat(3000)}`,
  "\uD83D",
];
const STATES: readonly TransferState[] = [
  ...["offered", "running", "paused", "done", "rejected", "cancelled", "failed"] as const,
];
const HARMFUL =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u00AD\u200B\u2060\u3164\uFEFF\u{E0041}]|\p{M}{8}/u;

Deno.test("no name, reason or path drives the terminal (THREATS 21)", () => {
  for (const hostile of HOSTILE) {
    for (const state of STATES) {
      const changes = { name: hostile, why: hostile, savedAs: hostile, state };
      for (const transfer of [incoming(changes), outgoing(changes)]) {
        const shown = [
          text(transfer, 5),
          progressText(transfer, "bob", 5),
          filesText([transfer], () => "bob"),
        ];
        for (const line of shown) assert(!HARMFUL.test(line), JSON.stringify(line));
      }
    }
  }
});
