/**
 * The envelope (§7): from a frame's text to a typed, checked message, and back.
 *
 * Reading has two steps, because the state of the link is asked between them: {@linkcode readEnvelope}
 * knows the type, {@linkcode readPayload} the payload.
 *
 * @module
 */

import * as v from "valibot";
import { type MessageType, type Payload, rowOf } from "./catalog.ts";
import type { Row } from "./catalog_row.ts";
import { ProtocolError } from "./errors.ts";
import { isUuid4 } from "./ids.ts";
import { type JsonObject, parseFrameText } from "./json.ts";
import { anyObject, id, timestamp } from "./messages/fields.ts";
import { resolveType } from "./type_names.ts";

/** An envelope whose payload has not been looked at yet. */
export interface RawEnvelope {
  /** The row it belongs to. */
  readonly type: MessageType;
  /** The type as it was spelled: another name of the row, perhaps (D11, D20). */
  readonly spelledType: string;
  /** Who says so, as spelled. Empty only on a bare `CTRL_CLOSE`. */
  readonly from: string;
  /** To whom, as spelled. */
  readonly to: string;
  /** Unix milliseconds. */
  readonly ts: number;
  /** The payload exactly as it came: this is what a signature covers. */
  readonly rawPayload: JsonObject;
  /** The signature, if there is one that is not empty. */
  readonly sig: string | undefined;
  /** The whole frame as it came: what is forwarded is this, byte for byte. */
  readonly text: string;
}

/** A message of one type whose form is right. */
export interface MessageOf<T extends MessageType> extends RawEnvelope {
  /** The row it belongs to; it narrows the payload. */
  readonly type: T;
  /** What the row's schema let through. What a signature covers is `rawPayload`. */
  readonly payload: Payload<T>;
}

/** A message of any type whose form is right. */
export type Message = { [T in MessageType]: MessageOf<T> }[MessageType];

const WRONG_RECEIVER = 'expected a UUID v4, "*", "public" or host:port';

const envelopeSchema = v.object({
  from: id,
  to: v.pipe(v.string(WRONG_RECEIVER), v.regex(/^[!-~]{1,300}$/, WRONG_RECEIVER)),
  ts: timestamp,
  payload: anyObject("expected an object"),
  sig: v.optional(v.pipe(v.string("expected base64url text"), v.maxLength(1024))),
});

/** A farewell may be nothing but its type (§6). */
const bareEnvelope = { from: "", to: "*", ts: 0, payload: {} };

/**
 * Reads the envelope of one frame.
 *
 * @example
 * ```ts
 * import { readEnvelope } from "./envelope.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readEnvelope('{"type":"CTRL_CLOSE"}').type, "CTRL_CLOSE");
 * ```
 *
 * @param text One frame; its size has been checked.
 * @returns The envelope, its payload untouched.
 * @throws {ProtocolError} `UNKNOWN_TYPE` if the type is none of the catalog's, else `BAD_KEY` (D26).
 */
export function readEnvelope(text: string): RawEnvelope {
  const frame = parseFrameText(text);
  const spelledType = frame["type"];
  const type = typeof spelledType === "string" ? resolveType(spelledType) : undefined;
  if (type === undefined || typeof spelledType !== "string") {
    throw new ProtocolError("UNKNOWN_TYPE", `${quote(spelledType)} is not a message type of SOCP`);
  }
  if (type === "CTRL_CLOSE") {
    return { ...bareEnvelope, type, spelledType, rawPayload: {}, sig: undefined, text };
  }
  const parsed = v.safeParse(envelopeSchema, frame);
  if (!parsed.success) throw malformed(spelledType, parsed.issues[0]);
  const { from, to, ts, sig } = parsed.output;
  checkReceiver(rowOf(type).to, to, spelledType);
  return {
    type,
    spelledType,
    from,
    to,
    ts,
    rawPayload: frame["payload"] as JsonObject,
    sig: sig === "" ? undefined : sig,
    text,
  };
}

/**
 * Checks the payload against the schema of its type.
 *
 * @example
 * ```ts
 * import { readEnvelope, readPayload } from "./envelope.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = readPayload(readEnvelope('{"type":"CTRL_CLOSE"}'));
 * assertEquals(message.payload, {});
 * ```
 *
 * @param envelope What {@linkcode readEnvelope} returned.
 * @returns The typed message.
 * @throws {ProtocolError} `BAD_KEY` naming the member that is wrong and what was expected (D26).
 */
export function readPayload(envelope: RawEnvelope): Message {
  const parsed = v.safeParse(rowOf(envelope.type).payload, envelope.rawPayload);
  if (!parsed.success) throw malformed(envelope.spelledType, parsed.issues[0], "payload.");
  // The row that was looked up by `type` gave the schema, so the two belong together.
  return { ...envelope, payload: parsed.output } as Message;
}

/** A frame of our own before it is signed. */
export interface UnsignedFrame<T extends MessageType = MessageType> {
  /** The name of its row. */
  readonly type: T;
  /** The author's id, whose key is going to sign it. */
  readonly from: string;
  /** The receiver: an id, `"*"`, `"public"`, or `host:port` of a server not known yet (§7). */
  readonly to: string;
  /** Unix milliseconds. */
  readonly ts: number;
  /** What it says: all that `sig` is going to cover (§12). */
  readonly payload: JsonObject;
}

/**
 * The text of a frame on the wire (§6, §7).
 *
 * @example
 * ```ts
 * import { frameText } from "./envelope.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const frame = { type: "CTRL_CLOSE", from: "", to: "*", ts: 17, payload: {} } as const;
 * assertEquals(frameText(frame), '{"type":"CTRL_CLOSE","from":"","to":"*","ts":17,"payload":{}}');
 * ```
 *
 * @param frame What to send.
 * @param sig Its signature as base64url; without one the member is left out, since some teams refuse
 *   an empty one.
 * @returns One line of JSON.
 */
export function frameText(frame: UnsignedFrame, sig?: string): string {
  const { type, from, to, ts, payload } = frame;
  return JSON.stringify(
    sig === undefined ? { type, from, to, ts, payload } : { type, from, to, ts, payload, sig },
  );
}

function checkReceiver(kind: Row["to"], to: string, type: string): void {
  const fits = kind === "user"
    ? isUuid4(to)
    : kind === "everyone"
    ? to === "*"
    : kind === "group"
    ? to === "public"
    : kind === "userOrGroup"
    ? to === "public" || isUuid4(to)
    : true; // `server` and `address`: a newcomer cannot know better (D17)
  if (!fits) throw new ProtocolError("BAD_KEY", `${type}: to: ${EXPECTED_RECEIVER[kind]}`);
}

const EXPECTED_RECEIVER: Record<Row["to"], string> = {
  server: "expected a server id",
  user: "expected a user id (UUID v4)",
  everyone: 'expected "*"',
  group: 'expected "public"',
  userOrGroup: 'expected a user id (UUID v4) or "public"',
  address: "expected host:port",
};

function malformed(type: string, issue: v.BaseIssue<unknown>, prefix = ""): ProtocolError {
  const path = issue.path?.map((item) => String(item.key)).join(".") ?? "";
  const where = (prefix + path).replace(/\.$/, "");
  const what = issue.received === "undefined" ? "is missing" : issue.message;
  return new ProtocolError("BAD_KEY", `${type}: ${where}: ${what}`.slice(0, 300));
}

function quote(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 64)) : typeof value;
}
