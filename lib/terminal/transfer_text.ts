/**
 * Files on their way, as lines for a person. Pure. Names and reasons may be anything; what comes out is harmless.
 *
 * @module
 */

import type { Transfer } from "../client/transfer.ts";
import { safeFileName } from "./file_name.ts";
import { sizeText } from "./size_text.ts";
import { durationText } from "./time_text.ts";
import { visible } from "./visible.ts";
import { width } from "./width.ts";

/** The longest name that is shown, characters; its end is shown in any case, since there is the extension. */
const LONGEST_SHOWN = 48;

/** A line about a file. */
export interface TransferLine {
  /** How it is shown. */
  readonly kind: "notice" | "warning" | "error";
  /** One line, harmless. */
  readonly text: string;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * A file's name as it is shown: as it would be called here, since what its sender calls it may deceive.
 *
 * @example
 * ```ts
 * import { shownFileName } from "./transfer_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shownFileName("../../report.pdf"), "report.pdf");
 * assertEquals(shownFileName(`${"x".repeat(99)}.pdf`), `${"x".repeat(31)}…${"x".repeat(12)}.pdf`);
 * ```
 *
 * @param name Anything.
 * @returns One line of at most 48 characters.
 */
export function shownFileName(name: string): string {
  const chars = Array.from(
    graphemes.segment(visible(safeFileName(name))),
    ({ segment }) => segment,
  );
  if (chars.length <= LONGEST_SHOWN) return chars.join("");
  const end = Math.floor(LONGEST_SHOWN / 3);
  return `${chars.slice(0, LONGEST_SHOWN - end - 1).join("")}…${chars.slice(-end).join("")}`;
}

/**
 * What somebody is in for.
 *
 * @example
 * ```ts
 * import { estimateText } from "./transfer_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(estimateText("report.pdf", 1_240_000, 40), '"report.pdf", 1.2 MB, about 40 s');
 * assertEquals(estimateText("a.txt", 446, undefined), '"a.txt", 446 B');
 * ```
 *
 * @param name The file's name, anything.
 * @param size Bytes.
 * @param seconds How long it is expected to take; undefined if nobody knows.
 * @returns Name, size, and the time if it is known and more than a moment.
 */
export function estimateText(name: string, size: number, seconds: number | undefined): string {
  const time = seconds === undefined || !(seconds >= 1)
    ? ""
    : `, about ${durationText(seconds * 1000)}`;
  return `"${shownFileName(name)}", ${sizeText(size)}${time}`;
}

/**
 * How far a file is: a line that grows old at once.
 *
 * @param transfer The file.
 * @param who From or to whom, harmless.
 * @param rate Bytes per second; undefined if nobody knows.
 * @returns For example `→ bob: 42 % of 1.2 MB, 22 s left, 31 kB/s, report.pdf`: a narrow window cuts the name first.
 */
export function progressText(transfer: Transfer, who: string, rate: number | undefined): string {
  const { name, size, done } = transfer;
  const parts = [`${arrow(transfer)} ${who}: ${percentOf(transfer)} % of ${sizeText(size)}`];
  if (rate !== undefined && rate > 0) {
    parts.push(`${durationText((size - done) / rate * 1000)} left`, `${sizeText(rate)}/s`);
  }
  return [...parts, shownFileName(name)].join(", ");
}

/**
 * How much of a file is there.
 *
 * @param transfer The file.
 * @returns Whole per cent, cut off: 100 is all of it.
 */
export function percentOf({ done, size }: Pick<Transfer, "done" | "size">): number {
  return size > 0 ? Math.max(0, Math.min(100, Math.floor(done / size * 100))) : 100;
}

/**
 * What has become of a file.
 *
 * @param transfer The file.
 * @param who From or to whom, harmless.
 * @param seconds How long it is expected to take, told where it is offered; undefined if nobody knows.
 * @returns A line that works when it is pasted, where it names a command.
 */
export function stateLine(
  transfer: Transfer,
  who: string,
  seconds: number | undefined,
): TransferLine {
  const { number, direction, name, size, why, to } = transfer;
  const shown = shownFileName(name);
  const head = `${arrow(transfer)} ${who}: `;
  const reason = why === undefined ? "" : `: ${visible(why)}`;
  const notice = (text: string): TransferLine => ({ kind: "notice", text });
  switch (transfer.state) {
    case "offered": {
      const what = estimateText(name, size, seconds);
      return notice(
        direction === "in"
          ? `${who} offers ${to === "public" ? "everybody " : ""}${what}${doubtText(why)}: ` +
            `/accept ${number} or /reject ${number}`
          : `${head}${what}: offered; /cancel ${number} calls it off`,
      );
    }
    case "running":
      return notice(`${head}${shown} is ${transfer.done > 0 ? "" : "accepted and "}on its way`);
    case "paused":
      return { kind: "warning", text: `${head}${shown} waits${reason}` };
    case "done":
      return notice(`${head}${shown}, ${sizeText(size)} ✓${whereText(transfer)}`);
    case "rejected":
      return direction === "in"
        ? notice(`${head}${shown} is rejected${reason}`)
        : { kind: "error", text: `${head}${shown} is rejected${reason}` };
    case "cancelled": {
      const text = why === undefined ? "called off" : `cancelled${reason}`;
      return { kind: "warning", text: `${head}${shown} is ${text}` };
    }
    case "failed":
      return { kind: "error", text: `${head}${shown} did not get through${reason}` };
  }
}

/**
 * All files of this run, for `/files`.
 *
 * @param transfers The files.
 * @param whoOf Names the other side of one, harmless.
 * @returns Several lines, the oldest first.
 */
export function filesText(
  transfers: readonly Transfer[],
  whoOf: (transfer: Transfer) => string,
): string {
  if (transfers.length === 0) {
    return "no file was offered yet: /file <user|public> <path> offers one";
  }
  return columns(transfers.map((one) => [
    String(one.number),
    `${arrow(one)} ${whoOf(one)}`,
    shownFileName(one.name),
    sizeText(one.size),
    standing(one),
  ]));
}

/** Where a file stands, as the last column of the table. */
function standing(transfer: Transfer): string {
  const { number, state, why } = transfer;
  const reason = why === undefined ? "" : `: ${visible(why)}`;
  switch (state) {
    case "offered":
      return transfer.direction === "in"
        ? `offered${doubtText(why)}: /accept ${number} or /reject ${number}`
        : "offered";
    case "running":
      return `${percentOf(transfer)} %`;
    case "paused":
      return `${percentOf(transfer)} %, waits${reason}`;
    case "done":
      return `✓${whereText(transfer)}`;
    default:
      return `${state}${reason}`;
  }
}

/** What is to be known of an offer before it is answered: that nothing proves whose it is, say. */
function doubtText(why: string | undefined): string {
  return why === undefined ? "" : ` (${visible(why)})`;
}

/** Where a file landed, or how many have it. */
function whereText({ direction, to, savedAs, takers }: Transfer): string {
  if (direction === "in") return savedAs === undefined ? "" : ` saved as ${visible(savedAs)}`;
  return to === "public" ? ` ${takers.complete} of ${takers.accepted} who took it have it` : "";
}

function arrow({ direction }: Transfer): string {
  return direction === "in" ? "←" : "→";
}

/** Rows whose columns stand one below the other; the last one is as long as it is. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => width(row[at] ?? "")))
  );
  return rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === row.length - 1 ? cell : cell + " ".repeat((widths[at] ?? 0) - width(cell))
    );
    return `  ${cells.join("  ")}`;
  }).join("\n");
}
