/**
 * A message for one user on its way through this server: to the user, a step further, or into the queue of
 * those that wait for a way (§8.3, §9.2, §9.4, §10).
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import type { Message } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { DELIVERY_MS } from "../protocol/limits.ts";
import { type Effect, forward, send } from "./effects.ts";
import { type DirectDelivery, type FileFrame, isDirectDelivery, passFile } from "./file_passage.ts";
import { type Route, routeToUser } from "./router.ts";
import type { ServerState } from "./state.ts";
import { type LinkEntry, ownerOf } from "./tables/links.ts";

/** A direct message: as its sender sent it, or as the sender's server passes it on. */
export type Direct = VerifiedOf<"MSG_DIRECT"> | DirectDelivery;

/** A message for one user, and who is told what came of it. */
export interface Passage {
  /** The message as it came. */
  readonly message: Direct | FileFrame;
  /** The user it is for. */
  readonly recipient: Id;
  /** Who sent it here: a local user, or the server that passed it on. */
  readonly sender: Id;
  /** In which table to look for `sender`. */
  readonly senderIs: "user" | "server";
}

/**
 * The passage of a message that came by a link.
 *
 * @param link The link.
 * @param message The message.
 */
export function passageOf(link: LinkEntry, message: Passage["message"]): Passage {
  const senderIs = link.session.phase === "user" ? "user" : "server";
  return { message, recipient: toId(spelledTo(message)), sender: ownerOf(link), senderIs };
}

/** The recipient as the sender spelled the id: the content's signature covers the spelling (D16). */
function spelledTo(message: Passage["message"]): string {
  return message.type === "SERVER_DELIVER" ? message.payload.user_id : message.to;
}

/**
 * Takes a message the next step. What could not be taken may be sent again as it is: it does not count as
 * seen.
 *
 * @param state The server.
 * @param passage The message.
 * @param now Unix ms.
 * @throws {ProtocolError} `USER_NOT_FOUND` if the recipient is not online anywhere; `TIMEOUT` if too much is
 *   on its way or waits already.
 */
export function pass(state: ServerState, passage: Passage, now: number): Effect[] {
  try {
    const via = passage.senderIs === "server" ? senderLink(state, passage) : undefined;
    return step(state, passage, routeToUser(state, passage.recipient, via), now);
  } catch (error) {
    state.forget(passage.message.frameId, passage.message.messageRef);
    throw error;
  }
}

function step(state: ServerState, passage: Passage, route: Route, now: number): Effect[] {
  if (route.kind === "unreachable") {
    if (state.waiting.add(passage, now)) return [];
    throw new ProtocolError("TIMEOUT", "too many messages wait for their way: try again later");
  }
  const { message } = passage;
  if (!isDirect(message)) return passFile(state, message, route);
  return route.kind === "local"
    ? deliver(state, passage, message, route.link, now)
    : sendOn(state, passage, message, route, now);
}

function isDirect(message: Passage["message"]): message is Direct {
  return message.type === "MSG_DIRECT" ||
    (message.type === "SERVER_DELIVER" && isDirectDelivery(message));
}

/** The recipient is here: the message is taken (D21). */
function deliver(
  state: ServerState,
  passage: Passage,
  message: Direct,
  link: LinkEntry,
  now: number,
): Effect[] {
  const sender = message.type === "MSG_DIRECT" ? message.from : message.payload.sender;
  const content = { ...contentOf(message), sender };
  const frame = state.author("USER_DELIVER", spelledTo(message), content, message.ts);
  const told = senderLink(state, passage);
  return [
    ...send([link.id], frame),
    ...(told === undefined ? [] : acknowledge(state, told, refOf(message), now)),
  ];
}

/** The recipient is elsewhere: whoever sent the message is told its outcome when it comes (D21). */
function sendOn(
  state: ServerState,
  { recipient, sender, senderIs }: Passage,
  message: Direct,
  { link, server }: Route & { kind: "server" },
  now: number,
): Effect[] {
  const { frameId } = message;
  const hop = ownerOf(link);
  if (!state.deliveries.hasRoomFor(hop)) {
    throw new ProtocolError("TIMEOUT", "too many messages are on their way: try again later");
  }
  const messageRef = refOf(message);
  state.deliveries.add({ messageRef, frameId, sender, senderIs, recipient, server, hop }, now);
  if (message.type === "SERVER_DELIVER") return forward([link.id], message.text);
  const payload = { user_id: spelledTo(message), ...contentOf(message), sender: message.from };
  return send([link.id], state.author("SERVER_DELIVER", server, payload, message.ts));
}

/**
 * The way to some users is open again: what waited for them goes out, in order.
 *
 * @param state The server.
 * @param now Unix ms.
 * @param isRecipient Whether a user is one of them.
 */
export function deliverWaiting(
  state: ServerState,
  now: number,
  isRecipient: (user: Id) => boolean,
): Effect[] {
  if (state.waiting.count === 0) return [];
  return state.waiting.takeFor(isRecipient).flatMap((passage) => {
    try {
      return pass(state, passage, now);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return refuse(state, passage, error, now);
    }
  });
}

/**
 * There was no way for too long: the senders are told.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function failWaiting(state: ServerState, now: number): Effect[] {
  return state.waiting.expired(now).flatMap((passage) => {
    state.forget(passage.message.frameId, passage.message.messageRef);
    const detail = `the server of ${passage.recipient} could not be reached within ` +
      `${DELIVERY_MS / 1000} s: the message was not delivered`;
    return refuse(state, passage, { code: "TIMEOUT", detail }, now);
  });
}

/** Nobody is told if the sender has left. */
function refuse(
  state: ServerState,
  passage: Passage,
  error: Pick<ProtocolError, "code" | "detail">,
  now: number,
): Effect[] {
  const link = senderLink(state, passage);
  if (link === undefined) return [];
  return state.refusal([link.id], passage.sender, error, now, passage.message.messageRef);
}

/**
 * Tells whoever sent a message that it was taken (D21).
 *
 * @param state The server.
 * @param link The sender's link, or that of the sender's server.
 * @param messageRef Which message.
 * @param now Unix ms.
 */
export function acknowledge(
  state: ServerState,
  link: LinkEntry,
  messageRef: string,
  now: number,
): Effect[] {
  const frame = state.author("ACK", ownerOf(link), { msg_ref: messageRef }, state.stamp(now));
  return send([link.id], frame);
}

/**
 * Whether who sends this is told when it was taken (D21).
 *
 * @param message The message.
 */
export function isAcknowledged({ type, payload }: Message): boolean {
  return type === "MSG_DIRECT" || (type === "SERVER_DELIVER" && !("file_id" in payload));
}

/** The link of whoever sent a message here, if it stands. */
export function senderLink(
  state: ServerState,
  { sender, senderIs }: Pick<Passage, "sender" | "senderIs">,
): LinkEntry | undefined {
  return senderIs === "user" ? state.links.user(sender) : state.links.server(sender);
}

function contentOf({ payload }: Direct): JsonObject {
  const { ciphertext, sender_pub, content_sig } = payload;
  return { ciphertext, sender_pub, content_sig };
}

function refOf({ messageRef }: Direct): string {
  if (messageRef === undefined) throw new TypeError("the schema requires a content_sig");
  return messageRef;
}
