/**
 * What users send to everybody, and files: routed unread (§9.3, §9.4).
 *
 * @module
 */

import type { VerifiedOf } from "../../link/verified.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { toId } from "../../protocol/ids.ts";
import type { Effect } from "../effects.ts";
import { spread } from "../gossip.ts";
import { type FileType, pass, passageOf } from "../passage.ts";
import { nextHop } from "../reachability.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { LinkEntry } from "../tables/links.ts";

/** `MSG_PUBLIC_CHANNEL` and `FILE_*`. */
export const everybodyHandlers: HandlersOf<"MSG_PUBLIC_CHANNEL" | FileType> = {
  MSG_PUBLIC_CHANNEL(state, link, message) {
    if (!message.contentVerified) {
      throw new ProtocolError("INVALID_SIG", `no key is known for ${message.from}`);
    }
    return spread(state, message, link);
  },
  FILE_START: routeFile,
  FILE_CHUNK: routeFile,
  FILE_END: routeFile,
};

function routeFile(
  state: ServerState,
  link: LinkEntry,
  message: VerifiedOf<FileType>,
  now: number,
): Effect[] {
  refuseStranger(state, link, message);
  if (message.to === "public") return spread(state, message, link);
  return pass(state, passageOf(link, message), now);
}

/** A frame without a signature of its user's is taken from the user's own server only (D9). */
function refuseStranger(
  state: ServerState,
  link: LinkEntry,
  { from, contentVerified, spelledType }: VerifiedOf<FileType>,
): void {
  if (link.session.phase === "user" || contentVerified) return;
  const sender = state.users.get(toId(from));
  const hostedThere = sender?.at === "remote" && nextHop(state, sender.server) === link;
  if (!hostedThere) {
    throw new ProtocolError("INVALID_SIG", `${spelledType}: ${from} is not a user of this server`);
  }
}
