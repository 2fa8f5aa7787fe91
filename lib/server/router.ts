/**
 * `route_to_user` (§10): where a message for a user goes from here.
 *
 * @module
 */

import { ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { nextHop } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/** The next step towards a user. */
export type Route =
  /** The user is here, on this link. */
  | { readonly kind: "local"; readonly link: LinkEntry }
  /** The user's server is reached over this link. */
  | { readonly kind: "server"; readonly link: LinkEntry; readonly server: Id }
  /** The user's server cannot be reached at the moment. */
  | { readonly kind: "unreachable" };

/**
 * Finds the way to a user.
 *
 * @param state The server.
 * @param userId The user's id as spelled.
 * @param via The link the message came by, if it still stands: a way back is no way.
 * @returns The next step.
 * @throws {ProtocolError} `USER_NOT_FOUND` if the user is not online anywhere that the message has not come
 *   from.
 */
export function routeToUser(
  state: ServerState,
  userId: string,
  via: LinkEntry | undefined,
): Route {
  const id = toId(userId);
  const user = state.users.get(id);
  if (user?.at === "local") {
    const link = state.links.user(id);
    if (link !== undefined) return { kind: "local", link };
  }
  if (user?.at === "remote") {
    const link = nextHop(state, user.server);
    if (link === undefined) return { kind: "unreachable" };
    if (link !== via) return { kind: "server", link, server: user.server };
  }
  throw new ProtocolError("USER_NOT_FOUND", `${userId} is not online`);
}
