/**
 * The frames of a file for one user, in the two forms in which they go between servers: as their sender sent
 * them, and inside a `SERVER_DELIVER`, as other teams' servers do it (§9.4, D25).
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import type { Payload } from "../protocol/catalog.ts";
import { frameText, type UnsignedFrame } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { type Effect, forward, send } from "./effects.ts";
import { nextHop } from "./reachability.ts";
import type { Route } from "./router.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/** The types of a file transfer (§9.4). */
export type FileType = "FILE_START" | "FILE_CHUNK" | "FILE_END";

/** A frame of a file inside a `SERVER_DELIVER`. */
export type FileDelivery = VerifiedOf<"SERVER_DELIVER"> & {
  readonly payload: Extract<Payload<"SERVER_DELIVER">, { file_id: string }>;
};

/** A direct message inside a `SERVER_DELIVER`. */
export type DirectDelivery = VerifiedOf<"SERVER_DELIVER"> & {
  readonly payload: Extract<Payload<"SERVER_DELIVER">, { file_id?: undefined }>;
};

/** A frame of a file in either form. */
export type FileFrame = VerifiedOf<FileType> | FileDelivery;

/**
 * Whether a delivery carries a direct message.
 *
 * @param message The delivery.
 */
export function isDirectDelivery(message: VerifiedOf<"SERVER_DELIVER">): message is DirectDelivery {
  return message.payload.file_id === undefined;
}

/**
 * Whether a delivery carries a frame of a file.
 *
 * @param message The delivery.
 */
export function isFileDelivery(message: VerifiedOf<"SERVER_DELIVER">): message is FileDelivery {
  return message.payload.file_id !== undefined;
}

/**
 * A frame without a signature of its user's is taken from the user's own server only (D9).
 *
 * @param state The server.
 * @param link The link it came by.
 * @param message The frame.
 * @throws {ProtocolError} `INVALID_SIG` if it came from another.
 */
export function refuseStranger(state: ServerState, link: LinkEntry, message: FileFrame): void {
  if (link.session.phase === "user" || message.contentVerified) return;
  const from = senderOf(message);
  const sender = state.users.get(toId(from));
  const hostedThere = sender?.at === "remote" && nextHop(state, sender.server) === link;
  if (!hostedThere) {
    const detail = `${message.spelledType}: ${from} is not a user of this server`;
    throw new ProtocolError("INVALID_SIG", detail);
  }
}

/**
 * Takes a frame of a file the next step: unread in either form, and changed only where the next one would not
 * understand it.
 *
 * @param state The server.
 * @param message The frame.
 * @param route The next step.
 */
export function passFile(
  state: ServerState,
  message: FileFrame,
  route: Exclude<Route, { kind: "unreachable" }>,
): Effect[] {
  const { link } = route;
  const isDelivery = message.type === "SERVER_DELIVER";
  if (route.kind === "local") {
    return forward([link.id], isDelivery ? unwrapped(message) : message.text);
  }
  return isDelivery || link.gossips
    ? forward([link.id], message.text)
    : send([link.id], wrapped(state, message, route.server));
}

/**
 * The form that other teams' servers take. Only what the schema knows goes in: this server signs it, and
 * nobody is to have it sign what he likes (D9).
 */
function wrapped(
  state: ServerState,
  { from, to, ts, payload }: VerifiedOf<FileType>,
  server: string,
): UnsignedFrame {
  return state.author("SERVER_DELIVER", server, {
    ...membersOf(payload),
    user_id: to,
    sender: from,
  }, ts);
}

/** The frame as its sender sent it, for a client; the user's own signature, if there is one, is inside. */
function unwrapped({ payload, ts }: FileDelivery): string {
  const { user_id: to, sender: from, type: _type, ts: _ts, origin: _origin, ...members } = payload;
  return frameText({ type: typeOf(payload), from, to, ts, payload: membersOf(members) });
}

function typeOf(payload: FileDelivery["payload"]): FileType {
  if (payload.index !== undefined) return "FILE_CHUNK";
  return payload.sha256 === undefined ? "FILE_END" : "FILE_START";
}

function senderOf(message: FileFrame): string {
  return message.type === "SERVER_DELIVER" ? message.payload.sender : message.from;
}

/** What is there of a payload: JSON knows no member that is undefined. */
function membersOf(payload: { readonly [name: string]: string | number | undefined }): JsonObject {
  const members: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (value !== undefined) members[name] = value;
  }
  return members;
}
