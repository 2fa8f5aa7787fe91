/**
 * What a benchmark has measured, each number beside what could be had at best: rows, and how they print.
 *
 * @module
 */

/** One number and its limit. */
export interface Row {
  /** What was measured. */
  readonly name: string;
  /** The number. */
  readonly value: number;
  /** What it counts, such as `messages/s`. */
  readonly unit: string;
  /** What it is compared with, measured in the same run. */
  readonly limit?: number;
  /** What that is. */
  readonly limitName?: string;
  /** What is aimed at, if anything is. */
  readonly target?: Target;
}

/** What is aimed at. */
export interface Target {
  /** For people. */
  readonly text: string;
  /** Whether it was reached. */
  readonly met: boolean;
}

/** What the numbers were measured on. */
export interface Machine {
  /** Operating system and processor. */
  readonly platform: string;
  /** How many cores. */
  readonly cores: number;
  /** Deno's version. */
  readonly deno: string;
  /** Who did the cryptography. */
  readonly crypto: string;
}

/**
 * A row that should come close to its limit from below.
 *
 * @param row The row.
 * @param share The least share of the limit to aim at.
 */
export function atLeast(row: Row & { readonly limit: number }, share: number): Row {
  const met = row.value >= share * row.limit;
  return { ...row, target: { text: `≥ ${percent(share)}`, met } };
}

/**
 * A row that should stay near its limit from above.
 *
 * @param row The row.
 * @param share The greatest share of the limit to aim at.
 */
export function atMost(row: Row & { readonly limit: number }, share: number): Row {
  return { ...row, target: { text: `≤ ${percent(share)}`, met: row.value <= share * row.limit } };
}

/**
 * The rows as people read them.
 *
 * @param rows What was measured.
 * @param machine What on.
 * @returns Lines, without the last line end.
 */
export function tableOf(rows: readonly Row[], machine: Machine): string {
  const cells = rows.map(cellsOf);
  const header = ["", "measured", "limit", "of it", "aim", "", "the limit is"];
  const widths = header.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0))
  );
  const line = (row: readonly string[]) =>
    row.map((cell, i) => isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))
      .join("  ").trimEnd();
  const { platform, cores, deno, crypto } = machine;
  return [`${platform}, ${cores} cores, Deno ${deno}, ${crypto}`, line(header), ...cells.map(line)]
    .join("\n");
}

/**
 * The rows as programs read them.
 *
 * @param rows What was measured.
 * @param machine What on.
 */
export function jsonOf(rows: readonly Row[], machine: Machine): string {
  return JSON.stringify({ machine, rows }, undefined, 2);
}

/**
 * One row in one line, for who waits for the others.
 *
 * @param row What was measured.
 */
export function lineOf(row: Row): string {
  const [name = "", measured = "", limit, share, aim, met] = cellsOf(row);
  const beside = limit === "" ? "" : `, ${share} of ${limit}`;
  return `  ${name.trim()}: ${measured}${beside}${aim === "" ? "" : `, ${aim}: ${met}`}`;
}

function isNumber(column: number): boolean {
  return column > 0 && column < 4;
}

function cellsOf({ name, value, unit, limit, limitName, target }: Row): string[] {
  return [
    name,
    `${digits(value)} ${unit}`,
    limit === undefined ? "" : `${digits(limit)} ${unit}`,
    limit === undefined ? "" : percent(value / limit),
    target?.text ?? "",
    target === undefined ? "" : target.met ? "ok" : "MISSED",
    limitName ?? "",
  ];
}

/** Three digits that count, or all before the point. */
function digits(value: number): string {
  if (value === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))));
  return value.toFixed(decimals);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 10 ? 1 : 0)} %`.replace(".0 ", " ");
}
