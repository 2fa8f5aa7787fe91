/**
 * What users send to everybody, and files: routed unread (§9.3, §9.4).
 *
 * @module
 */

import type { VerifiedOf } from "../../link/verified.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Effect } from "../effects.ts";
import { type FileType, refuseStranger } from "../file_passage.ts";
import { spread } from "../gossip.ts";
import { pass, passageOf } from "../passage.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { LinkEntry } from "../tables/links.ts";

/** `MSG_PUBLIC_CHANNEL` and `FILE_*`. */
export const everybodyHandlers: HandlersOf<"MSG_PUBLIC_CHANNEL" | FileType> = {
  MSG_PUBLIC_CHANNEL(state, link, message) {
    if (!message.contentVerified) {
      throw new ProtocolError("INVALID_SIG", `no key is known for ${message.from}`);
    }
    // Nobody is told that it was taken: a signature would cost more than all its deliveries.
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
