/**
 * What came of a storm, for a person to read.
 *
 * @module
 */

import type { Figures } from "./ledger.ts";

/** The most lines of a list that are worth reading. */
const MOST_LINES = 40;

/** What came of a storm. */
export interface ChaosReport {
  readonly seed: number;
  /** Each broken rule, in a line; empty if the storm was weathered. */
  readonly broken: readonly string[];
  /** Acknowledged messages that were lost with a server killed in that very instant, in a line each. */
  readonly lost: readonly string[];
  readonly figures: Figures;
  readonly kills: number;
  /** Connections that users lost. */
  readonly disconnects: number;
  /** How often a traveller moved. */
  readonly moves: number;
  /** Copies that recipients had already and dropped. */
  readonly secondCopies: number;
  /** From the moment when all servers and users were there again until all tables were equal, in ms. */
  readonly agreedAfterMs: number;
  /** How long the run itself was kept from running at most, in ms. */
  readonly longestStallMs: number;
  /** What each server has logged, all its processes one after the other. */
  readonly logs: readonly string[];
}

/**
 * The summary.
 *
 * @param report What came of the storm.
 * @returns Lines.
 */
export function summaryOf(report: ChaosReport): string[] {
  const { figures, broken, lost, seed } = report;
  const rows: readonly (readonly [string, string | number])[] = [
    ["servers killed", report.kills],
    ["connections that users lost", report.disconnects],
    ["moves of travelling users", report.moves],
    ["messages accepted", figures.accepted],
    ["  acknowledged", figures.acknowledged],
    ["    and lost with a server killed in that instant", lost.length],
    ["  failed, with an error at the sender", figures.failed],
    ["    but delivered all the same", figures.failedButDelivered],
    ["copies that recipients had already, and dropped", report.secondCopies],
    ["tables equal after", seconds(report.agreedAfterMs)],
    ["longest stall of this process itself", seconds(report.longestStallMs)],
  ];
  const reasons = Object.entries(figures.reasons).sort(([, one], [, other]) => other - one);
  return [
    "",
    ...rows.map(([what, figure]) => `  ${what.padEnd(50)} ${String(figure).padStart(6)}`),
    ...list("Failures, by their reason:", reasons.map(([why, count]) => `${count} × ${why}`)),
    ...list("Acknowledged, and lost with the server that had taken them:", lost),
    ...list("Broken rules:", broken),
    "",
    broken.length === 0
      ? `seed ${seed}: every rule was kept`
      : `seed ${seed}: ${broken.length} broken rules`,
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${line}`);
  const more = lines.length - shown.length;
  return ["", title, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
