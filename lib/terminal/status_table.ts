/**
 * What an operator sees of a server's links: one look tells who is linked, who is not, and what to do about it
 * (EXPERIENCE).
 *
 * @module
 */

import type { DistantServerStatus, ServerLinkStatus, ServerStatus } from "../server/status.ts";
import { shortId } from "./people.ts";
import { durationText } from "./time_text.ts";
import { visible } from "./visible.ts";
import { cells, width } from "./width.ts";

/** Columns of the terminal that the table is made for. */
const COLUMNS = 100;

/** Columns for an address; a longer one is shown whole on a line of its own. */
const ADDRESS = 27;

/** How far lines that belong to a row are moved in. */
const INDENT = "  ";

/** Makes ids as short as they can be told apart. */
type Shorten = (id: string) => string;

/** A row of a table, and lines beneath it. */
interface Row {
  readonly cells: readonly string[];
  readonly beneath: readonly string[];
}

/** A heading, and on which side what is below it stands. */
type Heading = readonly [text: string, side: "left" | "right"];

const LINK_HEADINGS: readonly Heading[] = [
  ["server", "left"],
  ["address", "left"],
  ["way", "left"],
  ["proven", "left"],
  ["since", "right"],
  ["last frame", "right"],
  ["queue", "right"],
  ["in", "right"],
  ["out", "right"],
];

const DISTANT_HEADINGS: readonly Heading[] = [
  ["server", "left"],
  ["address", "left"],
  ["via", "left"],
  ["dialled", "left"],
  ["last heard", "right"],
];

/**
 * Lays out the state of a server for a terminal of 100 columns. Whatever others chose — addresses, errors — is made
 * harmless first (THREATS 21).
 *
 * @example
 * ```ts
 * import { statusTable } from "./status_table.ts";
 * import { toId } from "../protocol/ids.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const table = statusTable({
 *   server: toId("81b637d8-fcd2-46da-a359-e6963113a117"),
 *   address: "127.0.0.1:8765",
 *   at: Date.UTC(2026, 10, 24, 3, 10, 22),
 *   localUsers: 1,
 *   remoteUsers: 0,
 *   pendingMessages: 0,
 *   links: [],
 *   distant: [],
 * });
 * assertEquals(table.split("\n").slice(0, 3), [
 *   "server 81b637d8-fcd2-46da-a359-e6963113a117 at 127.0.0.1:8765, 2026-11-24 03:10:22Z",
 *   "users: 1 here, 0 elsewhere; messages waiting: 0",
 *   "",
 * ]);
 * ```
 *
 * @param status The server at one moment.
 * @returns Lines with an end each, none with a space before it.
 */
export function statusTable(status: ServerStatus): string {
  const { links, distant } = status;
  const people = [...links, ...distant].map(({ server }) => ({ id: server }));
  const shorten: Shorten = (id) => shortId(id, people);
  const lines = [...head(status), "", ...linkLines(status, shorten)];
  if (distant.length > 0) lines.push("", ...distantLines(status, shorten));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function head({ server, address, at, localUsers, remoteUsers, pendingMessages }: ServerStatus) {
  return [
    ...cutLines(`server ${server} at ${visible(address)}, ${clockText(at)}`, ""),
    `users: ${localUsers} here, ${remoteUsers} elsewhere; messages waiting: ${pendingMessages}`,
  ];
}

function linkLines({ links, distant, address, at }: ServerStatus, shorten: Shorten): string[] {
  if (links.length === 0) {
    if (distant.length > 0) {
      return [
        "no links: those below that are dialled are dialled again and again; the log says what goes wrong",
        "(--log-level debug: each time)",
      ];
    }
    return [
      "no links yet: name a server under bootstrap_servers in bootstrap.yaml and start again,",
      ...cutLines(`or let another server join through ${visible(address)}`, ""),
    ];
  }
  const proven = links.filter((link) => link.proven).length;
  return [
    `links: ${links.length}, of which proven: ${proven}`,
    ...table(LINK_HEADINGS, links.map((link) => linkRow(link, at, shorten))),
  ];
}

function linkRow(link: ServerLinkStatus, at: number, shorten: Shorten): Row {
  const { shown, whole } = addressCell(link.address);
  return {
    cells: [
      shorten(link.server),
      shown,
      link.direction,
      link.proven ? "yes" : "no",
      durationText(at - link.since),
      `${durationText(at - link.lastFrame)} ago`,
      sizeText(link.queuedBytes),
      countText(link.framesIn),
      countText(link.framesOut),
    ],
    beneath: [
      ...whole,
      ...(link.lastError === undefined
        ? []
        : cutLines(`last error: ${visible(link.lastError)}`, INDENT)),
    ],
  };
}

function distantLines({ distant, at }: ServerStatus, shorten: Shorten): string[] {
  const beyond = distant.filter(({ via }) => via === undefined).length;
  return [
    `without a link: ${distant.length}, of which out of reach: ${beyond}`,
    ...table(DISTANT_HEADINGS, distant.map((server) => distantRow(server, at, shorten))),
  ];
}

function distantRow(server: DistantServerStatus, at: number, shorten: Shorten): Row {
  const { shown, whole } = addressCell(server.address);
  const { via, dialled, lastHeard } = server;
  return {
    cells: [
      shorten(server.server),
      shown,
      via === undefined ? "nobody" : shorten(via),
      dialled ? "yes" : "no",
      lastHeard === undefined ? "never" : `${durationText(at - lastHeard)} ago`,
    ],
    beneath: whole,
  };
}

/** Columns as wide as their widest cell. */
function table(headings: readonly Heading[], rows: readonly Row[]): string[] {
  const titles = headings.map(([text]) => text);
  const widths = titles.map((title, column) =>
    Math.max(width(title), ...rows.map((row) => width(row.cells[column] ?? "")))
  );
  const line = (texts: readonly string[]) =>
    texts.map((text, column) => {
      const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - width(text)));
      return headings[column]?.[1] === "right" ? padding + text : text + padding;
    }).join("  ");
  return [line(titles), ...rows.flatMap((row) => [line(row.cells), ...row.beneath])];
}

/** What fits into the column, and lines beneath for the whole if that is not all. */
function addressCell(address: string): { shown: string; whole: string[] } {
  const text = visible(address);
  if (width(text) <= ADDRESS) return { shown: text, whole: [] };
  return { shown: cutTo(text, ADDRESS), whole: cutLines(`address: ${text}`, INDENT) };
}

/** A text in one line of the terminal, cut if it is longer. */
function cutLines(text: string, indent: string): string[] {
  return [`${indent}${cutTo(text, COLUMNS - indent.length)}`];
}

function cutTo(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let shown = "";
  let taken = 1; // the ellipsis
  for (const cell of cells(text)) {
    if (taken + cell.width > columns) break;
    taken += cell.width;
    shown += cell.char;
  }
  return `${shown}…`;
}

/** As in the log, in UTC; a moment that is none spoils no table. */
function clockText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "at an unknown time";
  const iso = date.toISOString();
  return `${iso.slice(0, -14)} ${iso.slice(-13, -5)}Z`;
}

function sizeText(bytes: number): string {
  return inUnits(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
}

function countText(count: number): string {
  return count < 1e6 ? String(count) : inUnits(count / 1e6, 1000, ["M", "G", "T"]);
}

/** A number in the largest of its units of which there is one, with one decimal if there are few of it. */
function inUnits(value: number, step: number, units: readonly string[]): string {
  const [unit = "", ...larger] = units;
  if (value >= step && larger.length > 0) return inUnits(value / step, step, larger);
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.floor(value)} ${unit}`;
}
