import { assert, assertEquals } from "@std/assert";
import type { Transfer } from "../../../lib/client/transfer.ts";
import { TransferLines } from "../../../lib/terminal/transfer_lines.ts";
import { type ExampleTransfer, incoming, outgoing } from "./transfer_examples.ts";

/** A screen of a test: what was printed, and what stands in place. */
class Shown {
  now = 1_000_000;
  readonly printed: string[] = [];
  readonly statuses: (string | undefined)[] = [];
  readonly #lines: TransferLines;

  constructor(inPlace: boolean) {
    this.#lines = new TransferLines({
      inPlace,
      now: () => this.now,
      whoOf: () => "bob",
      secondsFor: () => undefined,
    });
  }

  hears(transfer: Transfer): void {
    const { line, status } = this.#lines.hear(transfer);
    if (line !== undefined) this.printed.push(line.text);
    if (status !== this.statuses.at(-1)) this.statuses.push(status);
  }

  /** A file of a megabyte runs for so long, with an event every 10 ms. */
  runs(transfer: ExampleTransfer, ms: number): void {
    Object.assign(transfer, { state: "running", size: 1_000_000, startedAt: this.now });
    this.hears(transfer);
    const begin = this.now;
    for (let at = 10; at <= ms; at += 10) {
      this.now = begin + at;
      transfer.done = Math.floor(at / ms * transfer.size);
      this.hears(transfer);
    }
    transfer.state = "done";
    this.hears(transfer);
  }
}

Deno.test("what is over within a second shows no progress", () => {
  for (const inPlace of [true, false]) {
    const shown = new Shown(inPlace);
    shown.hears(outgoing());
    shown.runs(outgoing(), 990);
    assertEquals(shown.statuses, []);
    assertEquals(shown.printed.length, 3);
  }
});

Deno.test("elsewhere each tenth has a line, once", () => {
  const shown = new Shown(false);
  shown.runs(outgoing(), 20_000);
  assertEquals(shown.statuses, []);
  const [accepted, ...progress] = shown.printed;
  assertEquals(accepted, "→ bob: report.pdf is accepted and on its way");
  assertEquals(
    progress.map((line) => / (\d+) % of/.exec(line)?.[1]),
    ["10", "20", "30", "40", "50", "60", "70", "80", "90", undefined],
  );
  assertEquals(progress[3], "→ bob: 40 % of 1.0 MB, 12 s left, 50 kB/s, report.pdf");
});

Deno.test("on a terminal one line in place changes five times a second, and is gone in the end", () => {
  const shown = new Shown(true);
  shown.runs(incoming(), 11_000);
  assertEquals(shown.printed.length, 2);
  assert(shown.statuses.length > 30 && shown.statuses.length <= 52, `${shown.statuses.length}`);
  assertEquals(shown.statuses.at(-1), undefined);
  assertEquals(shown.statuses.at(-2), "← bob: 100 % of 1.0 MB, 0 s left, 91 kB/s, report.pdf");
});

Deno.test("what waits, fails or begins anew is said once, and stands in place no more", () => {
  const shown = new Shown(true);
  const transfer = incoming({ state: "running", startedAt: shown.now });
  shown.hears(transfer);
  shown.now += 2_000;
  transfer.done = 620_000;
  shown.hears(transfer);
  assertEquals(shown.statuses.at(-1), "← bob: 50 % of 1.2 MB, report.pdf");
  Object.assign(transfer, { state: "paused", why: "bob is away" });
  shown.hears(transfer);
  shown.hears(transfer);
  assertEquals(shown.statuses.at(-1), undefined);
  Object.assign(transfer, { state: "running", why: undefined });
  shown.hears(transfer);
  assertEquals(shown.statuses.at(-1), "← bob: 50 % of 1.2 MB, report.pdf");
  Object.assign(transfer, { state: "failed", why: "gone" });
  shown.hears(transfer);
  assertEquals(shown.statuses.at(-1), undefined);
  assertEquals(shown.printed.map((line) => line.split("report.pdf ")[1]), [
    "is accepted and on its way",
    "waits: bob is away",
    "is on its way",
    "did not get through: gone",
  ]);
});

Deno.test("of several that run, the line in place shows one and counts the others", () => {
  const shown = new Shown(true);
  const [first, second] = [1, 2].map((number) =>
    incoming({ number, name: `${number}.txt`, state: "running", startedAt: shown.now })
  );
  assert(first && second);
  for (const one of [first, second]) shown.hears(one);
  shown.now += 1_500;
  for (const one of [first, second]) shown.hears(one);
  shown.now += 200;
  shown.hears(first);
  assertEquals(shown.statuses.at(-1), "← bob: 0 % of 1.2 MB, 1.txt (and 1 more: /files)");
  first.state = "cancelled";
  shown.hears(first);
  assertEquals(shown.statuses.at(-1), "← bob: 0 % of 1.2 MB, 2.txt");
});
