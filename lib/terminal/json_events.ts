/**
 * `client listen --json`: one JSON object a line, each with `"v":1`. After parsing, texts are exact; the bytes
 * themselves cannot drive a terminal.
 *
 * Fields are only ever added. Who reads this should ignore types and fields they do not know.
 *
 * @module
 */

import type { TransferState } from "../client/transfer.ts";
import { safeJson } from "./safe_json.ts";

/** The version of this format. */
export const JSON_EVENTS_VERSION = 1;

/** What `client listen --json` reports. Times are milliseconds since 1970, ids lower-cased UUIDs. */
export type JsonEvent =
  /** A text whose content signature verified with the sender's pinned key. */
  | {
    readonly type: "message";
    readonly from: string;
    /** As the sender chose it, exact; absent if they chose none. */
    readonly from_name?: string;
    /** This user's id, or `public`. */
    readonly to: string;
    readonly text: string;
    /** There, and false, if it came as plain text. */
    readonly encrypted?: false;
    /** The sender's time stamp. */
    readonly ts: number;
    /** When it arrived here. */
    readonly received: number;
    readonly verified: true;
  }
  /** Something that came but is not shown: wrong signature, changed key, cannot be opened. */
  | {
    readonly type: "refused";
    readonly from: string;
    readonly from_name?: string;
    readonly ts?: number;
    readonly received: number;
    readonly reason: string;
  }
  | {
    readonly type: "presence";
    readonly user: string;
    readonly name?: string;
    readonly online: boolean;
    readonly ts: number;
  }
  | {
    readonly type: "connected";
    readonly server: string;
    readonly server_id?: string;
    readonly user: string;
    readonly ts: number;
  }
  | {
    readonly type: "disconnected";
    readonly reason: string;
    /** Until the next attempt, milliseconds; absent if there is none. */
    readonly retry_in?: number;
    readonly ts: number;
  }
  /** What became of a file, or how far it is: while it runs, once a second at most. */
  | {
    readonly type: "file";
    readonly state: TransferState;
    readonly direction: "in" | "out";
    readonly from: string;
    /** A user's id, or `public`. */
    readonly to: string;
    /** As its sender gave it, exact: no name for a file on any disk. */
    readonly name: string;
    /** Bytes. */
    readonly size: number;
    /** Bytes that have arrived. */
    readonly done: number;
    /** Where it landed. */
    readonly saved_as?: string;
    readonly reason?: string;
    readonly ts: number;
    /** Tells the files of this run apart. */
    readonly number: number;
  }
  /** What became of a message of ours (D21). */
  | {
    readonly type: "delivery";
    readonly to: string;
    readonly message: string;
    readonly state: "sending" | "taken" | "failed";
    readonly reason?: string;
    readonly ts: number;
  }
  | {
    readonly type: "error";
    /** A wire code, or a word of our own. */
    readonly code: string;
    readonly detail: string;
    readonly ts: number;
  };

/**
 * An event as its line.
 *
 * @example
 * ```ts
 * import { formatJsonEvent } from "./json_events.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatJsonEvent({ type: "error", code: "TIMEOUT", detail: "\x1b]0;x\x07", ts: 5 }),
 *   '{"v":1,"type":"error","code":"TIMEOUT","detail":"\\u001b]0;x\\u0007","ts":5}',
 * );
 * ```
 *
 * @param event What happened.
 * @returns One line without its end.
 */
export function formatJsonEvent(event: JsonEvent): string {
  return safeJson({ v: JSON_EVENTS_VERSION, ...event });
}
