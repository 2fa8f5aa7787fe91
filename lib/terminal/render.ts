/**
 * Events of the chat as lines for a person. Pure: an event, a style, and the day that was last shown.
 *
 * Names and texts may be anything; what comes out is harmless, and the only escape sequences are our own colours.
 *
 * @module
 */

import { colorOf, painted, type Style } from "./style.ts";
import { dayText, skewText, timeText } from "./time_text.ts";
import { visible } from "./visible.ts";

/** Somebody as a line names them. */
export interface Named {
  /** The user id, which decides the colour. */
  readonly id: string;
  /** From `label()` of people.ts. */
  readonly label: string;
}

/** How far a message of ours came (D21). */
export type Delivery =
  /** On its way, or waiting for the connection. */
  | { readonly state: "sending" }
  /** Taken by the recipient's server. */
  | { readonly state: "taken" }
  | { readonly state: "failed"; readonly why: string };

/** Something to show. Each has the time `at` which it happened here, milliseconds since 1970. */
export type ChatEvent =
  | {
    readonly kind: "message";
    readonly at: number;
    readonly from: Named;
    readonly text: string;
    /** The sender's time stamp. */
    readonly sentAt: number;
    /** Whether it is to everybody. */
    readonly toAll?: boolean;
    /** Whether it came as plain text, which everybody on the way can read. */
    readonly plain?: boolean;
  }
  | {
    readonly kind: "own";
    readonly at: number;
    readonly to: Named;
    readonly text: string;
    readonly delivery: Delivery;
  }
  | {
    /** What became of a message that was already shown as on its way. */
    readonly kind: "delivery";
    readonly at: number;
    readonly to: Named;
    readonly text: string;
    readonly delivery: Delivery;
  }
  | { readonly kind: "presence"; readonly at: number; readonly who: Named; readonly here: boolean }
  | { readonly kind: "notice"; readonly at: number; readonly text: string }
  | { readonly kind: "warning"; readonly at: number; readonly text: string }
  | { readonly kind: "error"; readonly at: number; readonly text: string };

/** What everybody is called in front of a message; no person goes by it alone. */
export const EVERYBODY: Named = { id: "public", label: "all" };

/** How much of a message a later line repeats, characters. */
const REMINDER = 24;

/**
 * One event as text.
 *
 * @example
 * ```ts
 * import { render } from "./render.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const at = Date.UTC(2026, 10, 24, 3, 10);
 * const bob = { id: "81b637d8-fcd2-46da-a359-e6963113a117", label: "bob" };
 * const style = { color: false, timestamps: "clock", timeZone: "UTC" } as const;
 * assertEquals(
 *   render({ kind: "message", at, sentAt: at, from: bob, text: "one\ntwo" }, style),
 *   "03:10 bob: one\n      two",
 * );
 * ```
 *
 * @param event What happened.
 * @param style How it looks.
 * @returns One or several lines without a trailing line break.
 */
export function render(event: ChatEvent, style: Style): string {
  const clock = timeText(event.at, style);
  const line = (head: string, text: string, tail = ""): string => {
    const indented = text.split("\n").join(`\n${" ".repeat(clock.length + 1)}`);
    return [painted(clock, "dim", style), head, indented, tail].filter((part) => part !== "")
      .join(" ");
  };
  switch (event.kind) {
    case "message": {
      const to = event.toAll === true ? ` → ${named(EVERYBODY, style)}` : "";
      const remarks = [
        event.plain === true ? "not encrypted" : "",
        skewText(event.sentAt, event.at),
      ].filter((remark) => remark !== "").map((remark) => painted(`(${remark})`, "warning", style));
      return line(`${named(event.from, style)}${to}:`, body(event.text), remarks.join(" "));
    }
    case "own":
      return line(
        `→ ${named(event.to, style)}:`,
        body(event.text),
        deliveryText(event.delivery, style),
      );
    case "delivery":
      return line(
        deliveryText(event.delivery, style),
        `→ ${named(event.to, style)}: ${painted(reminder(event.text), "dim", style)}`,
      );
    case "presence":
      return line(named(event.who, style), event.here ? "is here" : "left");
    case "notice":
      return line("", painted(body(event.text), "dim", style));
    case "warning":
      return line(painted("warning:", "warning", style), body(event.text));
    case "error":
      return line(painted("error:", "error", style), body(event.text));
  }
}

/** What is shown, one event after the other: a line whenever the day changes. */
export class Transcript {
  readonly #style: Style;
  #day: string | undefined;

  /**
   * A transcript that has shown nothing yet.
   *
   * @param style How it looks.
   * @param startedAt The day on which no line is needed, milliseconds since 1970.
   */
  constructor(style: Style, startedAt: number) {
    this.#style = style;
    this.#day = dayText(startedAt, style);
  }

  /**
   * The next event as text.
   *
   * @param event What happened.
   * @returns Its lines, the new day before them if it is one.
   */
  next(event: ChatEvent): string {
    const text = render(event, this.#style);
    const day = dayText(event.at, this.#style);
    if (day === this.#day) return text;
    this.#day = day;
    return `${painted(`── ${day} ──`, "dim", this.#style)}\n${text}`;
  }
}

/** A text with its line breaks and nothing else that could drive the terminal. */
function body(text: string): string {
  return visible(text, { multiline: true });
}

function named(who: Named, style: Style): string {
  return painted(visible(who.label), colorOf(who.id), style);
}

function deliveryText(delivery: Delivery, style: Style): string {
  switch (delivery.state) {
    case "sending":
      return painted("…", "dim", style);
    case "taken":
      return painted("✓", "good", style);
    case "failed":
      return painted(`✗ ${visible(delivery.why)}`, "error", style);
  }
}

/** The beginning of a message, to recognise it by. */
function reminder(text: string): string {
  const chars = [...new Intl.Segmenter().segment(visible(text))].map(({ segment }) => segment);
  return chars.length <= REMINDER ? chars.join("") : `${chars.slice(0, REMINDER).join("")}…`;
}
