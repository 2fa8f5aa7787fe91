/**
 * Direct messages: from a user to a user, over one server or two (§8.3, §9.2), and their outcomes (§9.5).
 *
 * @module
 */

import type { VerifiedOf } from "../../link/verified.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type Effect, forward, send } from "../effects.ts";
import { removeRemote } from "../gossip.ts";
import { type Route, routeToUser } from "../router.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { Delivery } from "../tables/deliveries.ts";
import type { LinkEntry } from "../tables/links.ts";

/** `MSG_DIRECT`, `SERVER_DELIVER`, `ACK` and `ERROR`. */
export const directHandlers: HandlersOf<"MSG_DIRECT" | "SERVER_DELIVER" | "ACK" | "ERROR"> = {
  MSG_DIRECT(state, link, message, now) {
    const { messageRef } = message;
    if (messageRef === undefined) throw new TypeError("the schema requires a content_sig");
    const route = findRoute(state, link, message, message.to);
    const content = { ...contentOf(message), sender: message.from };
    if (route.kind === "local") {
      return [
        ...send([route.link.id], state.author("USER_DELIVER", message.to, content, message.ts)),
        ...acknowledge(state, link, messageRef, now),
      ];
    }
    const server = ownerOf(route.link);
    expectOutcome(state, link, message, message.to, server, now);
    const payload = { user_id: message.to, ...content };
    return send([route.link.id], state.author("SERVER_DELIVER", server, payload, message.ts));
  },

  SERVER_DELIVER(state, link, message, now) {
    const { messageRef, payload } = message;
    if (messageRef === undefined) throw new TypeError("the schema requires a content_sig");
    const route = findRoute(state, link, message, payload.user_id);
    if (route.kind === "server") {
      expectOutcome(state, link, message, payload.user_id, ownerOf(route.link), now);
      return forward([route.link.id], message.text);
    }
    const content = { ...contentOf(message), sender: payload.sender };
    return [
      ...send(
        [route.link.id],
        state.author("USER_DELIVER", payload.user_id, content, message.ts),
      ),
      ...acknowledge(state, link, messageRef, now),
    ];
  },

  ACK(state, link, message, now) {
    const delivery = state.deliveries.settle(message.payload.msg_ref, ownerOf(link));
    if (delivery === undefined) return [];
    const sender = senderLink(state, delivery);
    return sender === undefined ? [] : acknowledge(state, sender, delivery.messageRef, now);
  },

  ERROR(state, link, message, now) {
    const { code, detail, msg_ref } = message.payload;
    state.log("warn", "the peer refused something", { ...state.about(link), code, detail });
    if (msg_ref === undefined || link.session.phase !== "server") return [];
    const delivery = state.deliveries.settle(msg_ref, ownerOf(link));
    if (delivery === undefined) return [];
    const told = failDelivery(state, delivery, { code: codeOf(code), detail }, now);
    const user = state.users.get(delivery.recipient);
    // What gossip said is wrong: a failed delivery corrects it at once (§8.4).
    return code === "USER_NOT_FOUND" && user?.at === "remote" && user.server === delivery.server
      ? [...told, ...removeRemote(state, user.id, user.server, now)]
      : told;
  },
};

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
 * Tells the sender that a message was not taken; nobody is told if the sender has left.
 *
 * @param state The server.
 * @param delivery The message.
 * @param error Why not.
 * @param now Unix ms.
 */
export function failDelivery(
  state: ServerState,
  delivery: Delivery,
  error: Pick<ProtocolError, "code" | "detail">,
  now: number,
): Effect[] {
  const { frameId, messageRef, sender } = delivery;
  state.forget(frameId, messageRef);
  const link = senderLink(state, delivery);
  return link === undefined ? [] : state.refusal([link.id], sender, error, now, messageRef);
}

type Direct = VerifiedOf<"MSG_DIRECT"> | VerifiedOf<"SERVER_DELIVER">;

/** The way to the recipient, with room to wait for the outcome if it leads over another server. */
function findRoute(state: ServerState, link: LinkEntry, message: Direct, to: string): Route {
  return forgettingOnFailure(state, message, () => {
    const route = routeToUser(state, to, link);
    if (route.kind === "server" && state.deliveries.full) {
      throw new ProtocolError("TIMEOUT", "too many messages are on their way: try again later");
    }
    return route;
  });
}

/** Whoever passed the message on to this server is told its outcome when it comes (D21). */
function expectOutcome(
  state: ServerState,
  link: LinkEntry,
  { messageRef, frameId }: Direct,
  to: string,
  server: Id,
  now: number,
): void {
  if (messageRef === undefined) throw new TypeError("the schema requires a content_sig");
  const senderIs = link.session.phase === "user" ? "user" : "server";
  const recipient = toId(to);
  const sender = ownerOf(link);
  state.deliveries.add({ messageRef, frameId, sender, senderIs, recipient, server }, now);
}

function senderLink(state: ServerState, { sender, senderIs }: Delivery): LinkEntry | undefined {
  return senderIs === "user" ? state.links.user(sender) : state.links.server(sender);
}

/** A message that could not be taken may be sent again as it is, so it must not count as seen. */
function forgettingOnFailure<R>(
  state: ServerState,
  { frameId, messageRef }: Direct,
  attempt: () => R,
): R {
  try {
    return attempt();
  } catch (error) {
    state.forget(frameId, messageRef);
    throw error;
  }
}

function contentOf(
  { payload }: Direct,
): JsonObject {
  const { ciphertext, sender_pub, content_sig } = payload;
  return { ciphertext, sender_pub, content_sig };
}

function ownerOf(link: LinkEntry): Id {
  if ("peer" in link.session && link.session.peer !== undefined) return link.session.peer;
  throw new TypeError(`nobody owns a link in state ${link.session.phase}`);
}

/** Other teams have codes of their own; ours are closed (§9.5). */
function codeOf(code: string): ProtocolError["code"] {
  switch (code) {
    case "USER_NOT_FOUND":
    case "INVALID_SIG":
    case "BAD_KEY":
    case "TIMEOUT":
    case "NAME_IN_USE":
      return code;
    default:
      return "UNKNOWN_TYPE";
  }
}
