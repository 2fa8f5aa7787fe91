/**
 * Who needs the public channel's key, who has it, and the key on its way, wrapped (§9.3, D23).
 *
 * @module
 */

import { parsePublicKey } from "../../crypto/public_key.ts";
import type { VerifiedOf } from "../../link/verified.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { askForKey, keepShare, shareFrame } from "../channel.ts";
import { forward, type LinkId, send } from "../effects.ts";
import { spread } from "../gossip.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import { type LinkEntry, ownerOf } from "../tables/links.ts";
import { wrapsOf } from "../tables/key_shares.ts";

type KeyShare = VerifiedOf<"PUBLIC_CHANNEL_KEY_SHARE">;

/** `PUBLIC_CHANNEL_ADD`, `PUBLIC_CHANNEL_UPDATED` and `PUBLIC_CHANNEL_KEY_SHARE`. */
export const channelHandlers: HandlersOf<
  "PUBLIC_CHANNEL_ADD" | "PUBLIC_CHANNEL_UPDATED" | "PUBLIC_CHANNEL_KEY_SHARE"
> = {
  PUBLIC_CHANNEL_ADD(state, link, message, now) {
    // It only asks for something, so a server may name anybody: the member's link may have moved.
    if (link.session.phase !== "user") return spread(state, message, link);
    const user = ownerOf(link);
    const { add } = message.payload;
    if (add.length !== 1 || !add.every((id) => toId(id) === user)) {
      const detail = "PUBLIC_CHANNEL_ADD: add: a user asks for its own key only";
      throw new ProtocolError("BAD_KEY", detail);
    }
    askForKey(state, user, now);
    return [];
  },

  PUBLIC_CHANNEL_UPDATED(state, link, message) {
    return spread(state, message, link);
  },

  PUBLIC_CHANNEL_KEY_SHARE(state, link, message, now) {
    const fromUser = link.session.phase === "user";
    if (fromUser) refuseOtherCreator(message, ownerOf(link));
    const { creator } = message.payload;
    // Nobody here can tell whether it is true. Other teams' users may have use for it, those here have none.
    if (!message.contentVerified || creator === undefined) {
      return forward(state.links.servers(link), message.text);
    }
    refuseOtherKey(state, message, toId(creator));
    const wraps = wrapsOf(message.payload);
    const payload = signedPart(message);
    const share = {
      messageRef: refOf(message),
      creator: toId(creator),
      payload,
      size: message.text.length,
      wraps,
    };
    const links = [...state.links.servers(link), ...linksOf(state, wraps.keys(), link)];
    return [
      ...keepShare(state, share, now),
      ...(fromUser ? send(links, shareFrame(state, payload, now)) : forward(links, message.text)),
    ];
  },
};

/** A user shares in its own name only, and signs what it shares (D23). */
function refuseOtherCreator({ payload, contentVerified }: KeyShare, user: Id): void {
  const { creator } = payload;
  if (creator === undefined || toId(creator) !== user) {
    const detail = `PUBLIC_CHANNEL_KEY_SHARE: creator must be the one who shares, ${user}`;
    throw new ProtocolError("INVALID_SIG", detail);
  }
  if (!contentVerified) {
    const detail = `PUBLIC_CHANNEL_KEY_SHARE: content_sig is not verified for ${creator}`;
    throw new ProtocolError("INVALID_SIG", detail);
  }
}

/** The signature covers `creator_pub` (§12): it must be the key by which the creator is known. */
function refuseOtherKey(state: ServerState, { payload }: KeyShare, creator: Id): void {
  if (parsePublicKey(payload.creator_pub) === state.users.keyOf(creator)) return;
  const detail = `PUBLIC_CHANNEL_KEY_SHARE: creator_pub is not the key known for ${creator}`;
  throw new ProtocolError("BAD_KEY", detail);
}

/**
 * What the creator signed, exactly as it came, and the signature. Whatever else stands in the payload is left
 * out: this server signs the whole, and a `user_id` and a `meta` beside it would pass as an advertisement (D9).
 */
function signedPart({ rawPayload }: KeyShare): JsonObject {
  const { shares = [], creator = "", creator_pub = "", content_sig = "" } = rawPayload;
  return { shares, creator, creator_pub, content_sig };
}

function linksOf(state: ServerState, members: Iterable<Id>, via: LinkEntry): LinkId[] {
  const links: LinkId[] = [];
  for (const member of members) {
    const link = state.links.user(member);
    if (link !== undefined && link !== via) links.push(link.id);
  }
  return links;
}

function refOf({ messageRef }: KeyShare): string {
  if (messageRef === undefined) throw new TypeError("the schema requires a content_sig");
  return messageRef;
}
