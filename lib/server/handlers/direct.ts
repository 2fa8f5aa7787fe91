/**
 * Direct messages: from a user to a user, over one server or more (§8.3, §9.2), and their outcomes (§9.5).
 *
 * @module
 */

import { ProtocolError } from "../../protocol/errors.ts";
import { type Effect } from "../effects.ts";
import { isDirectDelivery, isFileDelivery, refuseStranger } from "../file_passage.ts";
import { removeRemote } from "../gossip.ts";
import { acknowledge, pass, passageOf, senderLink } from "../passage.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { Delivery } from "../tables/deliveries.ts";
import { ownerOf } from "../tables/links.ts";

/** `MSG_DIRECT`, `SERVER_DELIVER`, `ACK` and `ERROR`. */
export const directHandlers: HandlersOf<"MSG_DIRECT" | "SERVER_DELIVER" | "ACK" | "ERROR"> = {
  MSG_DIRECT(state, link, message, now) {
    return pass(state, passageOf(link, message), now);
  },

  SERVER_DELIVER(state, link, message, now) {
    if (isDirectDelivery(message)) return pass(state, passageOf(link, message), now);
    if (!isFileDelivery(message)) throw new TypeError("the schema knows no third form");
    refuseStranger(state, link, message);
    return pass(state, passageOf(link, message), now);
  },

  ACK(state, link, message, now) {
    if (link.session.phase !== "server") {
      // The catalog lets it through for clients, whose hello is answered with it (D18).
      throw new ProtocolError("UNKNOWN_TYPE", "ACK is no answer to SERVER_HELLO_JOIN");
    }
    const delivery = state.deliveries.settle(message.payload.msg_ref, ownerOf(link));
    if (delivery === undefined) return [];
    const sender = senderLink(state, delivery);
    return sender === undefined ? [] : acknowledge(state, sender, delivery.messageRef, now);
  },

  ERROR(state, link, message, now) {
    const { code, detail, msg_ref } = message.payload;
    state.log("warn", "the peer refused something", { ...state.about(link), code, detail });
    link.lastError = `told ${code}: ${detail}`;
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
