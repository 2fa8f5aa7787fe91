/**
 * Times as people read them. The clock is not read here: every time comes in.
 *
 * @module
 */

import type { Style } from "./style.ts";

/** Beyond this a sender's clock is worth a remark (EXPERIENCE), milliseconds. */
export const SKEW_LIMIT = 5 * 60_000;

/** The last moment a `Date` can hold. */
const END_OF_TIME = 8.64e15;

/**
 * A time of day, or a whole time with `--timestamps iso`.
 *
 * @example
 * ```ts
 * import { timeText } from "./time_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const at = Date.UTC(2026, 10, 24, 3, 10, 22);
 * assertEquals(timeText(at, { color: false, timestamps: "clock", timeZone: "UTC" }), "03:10");
 * assertEquals(timeText(at, { color: false, timestamps: "iso" }), "2026-11-24T03:10:22Z");
 * ```
 *
 * @param at Milliseconds since 1970, perhaps chosen by somebody else.
 * @param style The form, and the zone for `clock`.
 * @returns The text; `??:??` for what is no time.
 */
export function timeText(at: number, style: Style): string {
  if (!isTime(at)) return "??:??";
  if (style.timestamps === "iso") return new Date(at).toISOString().replace(/\.\d+/u, "");
  return part(at, style, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/**
 * The day a time falls on.
 *
 * @example
 * ```ts
 * import { dayText } from "./time_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const at = Date.UTC(2026, 10, 24, 3, 10);
 * assertEquals(dayText(at, { color: false, timestamps: "iso" }), "Tuesday, 24 November 2026");
 * ```
 *
 * @param at Milliseconds since 1970.
 * @param style The zone.
 * @returns For example `Tuesday, 24 November 2026`.
 */
export function dayText(at: number, style: Style): string {
  if (!isTime(at)) return "an unknown day";
  const zone = style.timestamps === "iso" ? { ...style, timeZone: "UTC" } : style;
  const weekday = part(at, zone, { weekday: "long" });
  return `${weekday}, ${part(at, zone, { day: "numeric", month: "long", year: "numeric" })}`;
}

/**
 * A remark about a sender's clock that is more than five minutes off.
 *
 * @example
 * ```ts
 * import { skewText } from "./time_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(skewText(0, 4 * 60_000), "");
 * assertEquals(skewText(0, 2 * 3_600_000), "their clock is 2 hours behind");
 * ```
 *
 * @param sentAt The sender's time stamp.
 * @param at When the message arrived here.
 * @returns The remark, "" if the clocks agree.
 */
export function skewText(sentAt: number, at: number): string {
  const difference = sentAt - at;
  if (!isTime(sentAt)) return "their time stamp is no time";
  if (Math.abs(difference) <= SKEW_LIMIT) return "";
  return `their clock is ${spanText(Math.abs(difference))} ${difference > 0 ? "ahead" : "behind"}`;
}

/** Units of {@linkcode durationText} in ms, the largest first. */
const DURATIONS = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1_000, "s"]] as const;

/**
 * A span in one unit, short enough for a column: the largest unit of which there are two, so that little is lost.
 *
 * @example
 * ```ts
 * import { durationText } from "./time_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(durationText(800), "0 s");
 * assertEquals(durationText(90_000), "90 s");
 * assertEquals(durationText(200_000), "3 min");
 * assertEquals(durationText(50 * 3_600_000), "2 d");
 * ```
 *
 * @param span Milliseconds; less than none counts as none, since clocks are set back.
 * @returns Whole units, cut off rather than rounded; `?` for what is no span.
 */
export function durationText(span: number): string {
  if (!Number.isFinite(span)) return "?";
  const [size, unit] = DURATIONS.find(([size]) => span >= 2 * size) ?? [1_000, "s"];
  return `${Math.max(0, Math.floor(span / size))} ${unit}`;
}

/** A span in its largest unit. */
function spanText(span: number): string {
  const units = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"]] as const;
  const [size, name] = units.find(([size]) => span >= size) ?? units[2];
  const count = Math.floor(span / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

function isTime(at: number): boolean {
  return Number.isFinite(at) && Math.abs(at) <= END_OF_TIME;
}

/** English, whatever the machine speaks: so is the rest of the program. */
function part(at: number, style: Style, options: Intl.DateTimeFormatOptions): string {
  const zone = style.timeZone === undefined ? {} : { timeZone: style.timeZone };
  return new Intl.DateTimeFormat("en-GB", { ...options, ...zone }).format(at);
}
