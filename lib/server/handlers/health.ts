/**
 * Signs of life, and farewells (§8.4, §6). That a frame came at all is noted for every frame.
 *
 * @module
 */

import { CLOSE } from "../../link/transport.ts";
import { close } from "../effects.ts";
import { meetServer } from "../mesh_link.ts";
import type { HandlersOf } from "../state.ts";

/** `HEARTBEAT` and `CTRL_CLOSE`. */
export const healthHandlers: HandlersOf<"HEARTBEAT" | "CTRL_CLOSE"> = {
  /** Most say no more than that they came; one brings the proof of the peer's key (D12). */
  HEARTBEAT(state, link, { payload: { nonce, receiver } }, now) {
    if (nonce !== link.nonce || link.proven) return [];
    // Signed for another server, it was passed on from there.
    if (receiver !== undefined && receiver.toLowerCase() !== state.id) return [];
    link.proven = true;
    const { session } = link;
    if (session.phase !== "joining" || !session.announced) return [];
    // Another link to the same server may have come to stand while this one waited (§8.1).
    return meetServer(state, link, session.peer, link.introducedAt, now);
  },
  CTRL_CLOSE(_state, link) {
    // Who says goodbye does not wait to be dialled back.
    link.dialBack = undefined;
    return [close(link.id, CLOSE.normal, "goodbye")];
  },
};
