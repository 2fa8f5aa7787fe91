/**
 * Log lines: text for people, JSON for machines, one line an event whatever an attacker put into it (THREATS row 21).
 *
 * @module
 */

import { type Log, LOG_LEVELS, type LogFields, type LogLevel } from "../base/log.ts";
import { safeJson } from "./safe_json.ts";
import { visible } from "./visible.ts";

/** For people or for machines. */
export type LogFormat = "text" | "json";

/** One event of a log. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** How much it matters. */
  readonly level: LogLevel;
  /** One calm sentence for a person. */
  readonly message: string;
  /** What belongs to it; an attacker may have chosen the values. */
  readonly fields?: LogFields | undefined;
  /** Colours the level; never in JSON. */
  readonly color?: boolean | undefined;
}

/** What a log is made of. */
export interface LoggerOptions {
  /** What is less is not written. */
  readonly level: LogLevel;
  /** Text for a person at the terminal, JSON for what collects logs. */
  readonly format: LogFormat;
  /** Whether levels have colours; no by default. */
  readonly color?: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Takes one line with its end. */
  write(line: string): void;
}

const LEVEL_COLORS: Readonly<Record<LogLevel, number>> = {
  debug: 2,
  info: 36,
  warn: 33,
  error: 31,
};

/**
 * One event as one line.
 *
 * @example
 * ```ts
 * import { formatLog } from "./log_format.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const event = {
 *   time: Date.UTC(2026, 10, 24, 3, 10, 22),
 *   level: "info",
 *   message: "a user arrived",
 *   fields: { name: "Bob \x1b[2J", link: 7 },
 * } as const;
 * assertEquals(
 *   formatLog("text", event),
 *   '2026-11-24 03:10:22Z info  a user arrived name="Bob ␛[2J" link=7',
 * );
 * ```
 *
 * @param format For people or for machines.
 * @param event What happened; fields that are `undefined` are left out, and in JSON none replaces time, level or
 * message.
 * @returns The line without its end. Times are UTC.
 */
export function formatLog(format: LogFormat, event: LogEvent): string {
  const { level, message, fields = {}, color = false } = event;
  const time = new Date(event.time).toISOString();
  if (format === "json") {
    const own = { time, level, message };
    return safeJson({ ...own, ...fields, ...own });
  }
  const padded = level.padEnd(5);
  const shownLevel = color ? `\x1b[${LEVEL_COLORS[level]}m${padded}\x1b[0m` : padded;
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${visible(key)}=${quoted(String(value))}`]
  );
  const clock = `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
  return `${clock} ${shownLevel} ${visible(message)}${pairs.join("")}`;
}

/**
 * A log that writes lines.
 *
 * @param options Level, format, clock and where the lines go.
 * @returns The port everything reports through.
 */
export function logger(options: LoggerOptions): Log {
  const least = LOG_LEVELS.indexOf(options.level);
  return (level, message, fields) => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    const event = { time: options.now(), level, message, fields, color: options.color };
    options.write(`${formatLog(options.format, event)}\n`);
  };
}

/** A value that can be told from its neighbours. */
function quoted(value: string): string {
  const shown = visible(value);
  return shown === "" || /[\s"=\\]/u.test(shown) ? `"${shown.replace(/["\\]/gu, "\\$&")}"` : shown;
}
