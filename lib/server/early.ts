/**
 * Frames that come before what they need: the key of the server that authored them (§8.1), or the proof of
 * the link's key (D12). They wait, in order, and are looked at again when something becomes known.
 *
 * @module
 */

import { rowOf } from "../protocol/catalog.ts";
import type { RawEnvelope } from "../protocol/envelope.ts";
import { toId } from "../protocol/ids.ts";
import type { Effect } from "./effects.ts";
import { askWhoIsThere } from "./mesh_link.ts";
import { seek } from "./questions.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/**
 * Whether a frame is to wait.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param envelope The frame, not verified.
 */
export function isEarly(state: ServerState, link: LinkEntry, envelope: RawEnvelope): boolean {
  const { session } = link;
  const { during } = rowOf(envelope.type);
  if (session.phase === "joining") {
    return session.announced && !during.includes("joining") && during.includes("server");
  }
  return session.phase === "server" && isStrange(state, envelope) &&
    state.strangers.areAwaited(toId(envelope.from), link.id);
}

/**
 * A frame waits. Its server is asked for once: of the peer that passed the frame on, which knows it.
 *
 * @param state The server.
 * @param link The link it came by.
 * @param envelope The frame, not verified.
 * @param now Unix ms.
 */
export function held(
  state: ServerState,
  link: LinkEntry,
  envelope: RawEnvelope,
  now: number,
): Effect[] {
  if (link.session.phase !== "server") return [];
  const from = toId(envelope.from);
  if (!state.strangers.meet(from, link.id, now)) return [];
  state.log("debug", "asking for the key of a server", { ...state.about(link), server: from });
  return link.gossips ? seek(state, link, from, now) : askWhoIsThere(state, link, now);
}

/** Whether another server than the peer authored a frame, and its key is not known. */
function isStrange(state: ServerState, { type, from }: RawEnvelope): boolean {
  const { author, from: by, introduces } = rowOf(type);
  if (author === "user" || by !== "origin" || introduces) return false;
  const id = toId(from);
  return id !== state.id && state.servers.get(id) === undefined;
}
