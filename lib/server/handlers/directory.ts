/**
 * The directory (§15, D28): who is online, and who has which key.
 *
 * @module
 */

import { ProtocolError } from "../../protocol/errors.ts";
import { toId } from "../../protocol/ids.ts";
import { send } from "../effects.ts";
import type { HandlersOf } from "../state.ts";

/** The requests, and the answers of other servers, which this server never asks for. */
export const directoryHandlers: HandlersOf<
  "LIST_REQUEST" | "LIST_RESPONSE" | "PUBKEY_REQUEST" | "PUBKEY_RESPONSE"
> = {
  LIST_REQUEST(state, link, message, now) {
    const users = [...state.users.all()]
      .sort((one, other) => one.id < other.id ? -1 : 1)
      .map((user) => {
        const { display_name } = user.meta;
        return {
          user_id: user.id,
          server_id: user.at === "local" ? state.id : user.server,
          ...(typeof display_name === "string" ? { display_name } : {}),
        };
      });
    return send(
      [link.id],
      state.author("LIST_RESPONSE", message.from, { users }, state.stamp(now)),
    );
  },

  PUBKEY_REQUEST(state, link, message, now) {
    const id = toId(message.payload.user_id);
    const pubkey = state.users.keyOf(id);
    if (pubkey === undefined) {
      throw new ProtocolError("USER_NOT_FOUND", `no key is known for ${id}`);
    }
    const version = state.users.registration(id)?.version ?? 1;
    const answer = { user_id: id, pubkey, version, directory: state.id };
    return send([link.id], state.author("PUBKEY_RESPONSE", message.from, answer, state.stamp(now)));
  },

  LIST_RESPONSE: () => [],
  PUBKEY_RESPONSE: () => [],
};
