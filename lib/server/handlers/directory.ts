/**
 * The directory (§15, D28): who is online, and who has which key.
 *
 * @module
 */

import { ProtocolError } from "../../protocol/errors.ts";
import { toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { MAX_SERVER_FRAME_BYTES } from "../../protocol/limits.ts";
import { displayName } from "../display_name.ts";
import { send } from "../effects.ts";
import type { HandlersOf, ServerState } from "../state.ts";

/** What a list's frame takes beside the list, in bytes: about half of this, most of it the signature. */
const FRAME_ROOM = 2048;

/** The requests, and the answers of other servers, which this server never asks for. */
export const directoryHandlers: HandlersOf<
  "LIST_REQUEST" | "LIST_RESPONSE" | "PUBKEY_REQUEST" | "PUBKEY_RESPONSE"
> = {
  LIST_REQUEST(state, link, message, now) {
    const payload = { users: whoIsOnline(state) };
    return send([link.id], state.author("LIST_RESPONSE", message.from, payload, state.stamp(now)));
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

/**
 * Everybody, sorted by id: as much as goes into a frame. First the names are left out, which everybody has
 * heard with the advertisements (D18), and then the last of the users.
 */
function whoIsOnline(state: ServerState): JsonObject[] {
  const users = [...state.users.all()].sort((one, other) => one.id < other.id ? -1 : 1);
  const bare = users.map((user) => ({
    user_id: user.id,
    server_id: user.at === "local" ? state.id : user.server,
  }));
  const entryBytes = bytesOf(bare[0]);
  let room = MAX_SERVER_FRAME_BYTES - FRAME_ROOM - entryBytes * bare.length;
  if (room < 0) {
    return bare.slice(0, Math.floor((MAX_SERVER_FRAME_BYTES - FRAME_ROOM) / entryBytes));
  }
  return bare.map((entry, index) => {
    const display_name = displayName(users[index]?.meta ?? {});
    if (display_name === undefined) return entry;
    const named = { ...entry, display_name };
    room -= bytesOf(named) - entryBytes;
    return room < 0 ? entry : named;
  });
}

/** What a member of a list takes, with the comma behind it. */
function bytesOf(entry: JsonObject | undefined): number {
  return new TextEncoder().encode(JSON.stringify(entry ?? {})).length + 1;
}
