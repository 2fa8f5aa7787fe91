/**
 * What is refused before its signatures are checked: a signature costs more than everything else that a
 * server does for a message (THREATS 17).
 *
 * @module
 */

import { rowOf } from "../protocol/catalog.ts";
import type { Message } from "../protocol/envelope.ts";
import type { LinkId } from "./effects.ts";
import { routeToUser } from "./router.ts";
import type { ServerState } from "./state.ts";

/**
 * Refuses a message of a user to somebody who is not online anywhere, whatever its signatures say (§9.5).
 * What other servers pass on is judged where the tables are changed by it: they have to be told in ways of
 * their own.
 *
 * @param state The server.
 * @param id The link it came by.
 * @param message The message, not verified.
 * @throws {ProtocolError} `USER_NOT_FOUND` if that is so.
 */
export function foresee(state: ServerState, id: LinkId, message: Message): void {
  if (state.links.get(id)?.session.phase !== "user") return;
  if (rowOf(message.type).relay !== "route" || message.to === "public") return;
  routeToUser(state, message.to, undefined);
}
