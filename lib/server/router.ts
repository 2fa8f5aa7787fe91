/**
 * `route_to_user` (§10): where a message for a user goes from here.
 *
 * @module
 */

import { ProtocolError } from "../protocol/errors.ts";
import { toId } from "../protocol/ids.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/** The next step towards a user. */
export type Route =
  /** The user is here, on this link. */
  | { readonly kind: "local"; readonly link: LinkEntry }
  /** The user's server is reached over this link. */
  | { readonly kind: "server"; readonly link: LinkEntry };

/**
 * Finds the way to a user.
 *
 * @param state The server.
 * @param userId The user's id as spelled.
 * @param via The link the message came by: a way back is no way.
 * @returns The next step.
 * @throws {ProtocolError} `USER_NOT_FOUND` if the user is not online anywhere, `TIMEOUT` if the user's
 *   server cannot be reached now.
 */
export function routeToUser(state: ServerState, userId: string, via: LinkEntry): Route {
  const id = toId(userId);
  const user = state.users.get(id);
  if (user?.at === "local") {
    const link = state.links.user(id);
    if (link !== undefined) return { kind: "local", link };
  }
  if (user?.at === "remote") {
    const link = state.links.server(user.server);
    if (link !== undefined && link !== via) return { kind: "server", link };
    if (link === undefined) {
      throw new ProtocolError(
        "TIMEOUT",
        `the server of ${userId} cannot be reached at the moment: try again later`,
      );
    }
  }
  throw new ProtocolError("USER_NOT_FOUND", `${userId} is not online`);
}
