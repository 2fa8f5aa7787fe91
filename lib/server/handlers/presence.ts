/**
 * Users of other servers come and go (§8.2).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../crypto/public_key.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { forward, send } from "../effects.ts";
import { advertOf, lookElsewhere, spread } from "../gossip.ts";
import { deliverWaiting } from "../passage.ts";
import type { VerifiedOf } from "../../link/verified.ts";
import type { HandlersOf } from "../state.ts";
import type { RemoteUser } from "../tables/users.ts";

/** How soon a local user is advertised again because another server says that the user has left, in ms. */
const SAY_AGAIN_MS = 5_000;

/** `USER_ADVERTISE` and `USER_REMOVE`. */
export const presenceHandlers: HandlersOf<"USER_ADVERTISE" | "USER_REMOVE"> = {
  USER_ADVERTISE(state, link, message, now) {
    const server = refuseOtherAuthor(message);
    const id = toId(message.payload.user_id);
    // It was parsed from a frame, so it holds nothing but JSON.
    const meta = message.payload.meta as JsonObject;
    const key = advertisedKey(meta);
    const known = state.users.keyOf(id);
    if (key !== undefined && known !== undefined && key !== known) {
      throw new ProtocolError("BAD_KEY", `${id} is known with another key`);
    }
    const before = state.users.get(id);
    const elsewhere = before === undefined || (before.at === "remote" && before.server !== server);
    if (key === undefined && known !== undefined && elsewhere) {
      throw new ProtocolError("BAD_KEY", `${id} is known with a key, and comes here without one`);
    }
    if (before?.at === "local") {
      throw new ProtocolError("NAME_IN_USE", `${id} is connected to ${state.id}`);
    }
    // Between two servers that claim the same user the newer word counts (D15); on its own link a server
    // says one thing after the other.
    const inOrder = before?.server === server && state.links.server(server) === link;
    const ts = timeOf(message, now);
    if (before !== undefined && !inOrder && before.ts >= ts) return [];
    if (before === undefined && !state.users.hasRoomFor(server)) {
      throw new ProtocolError("TIMEOUT", `${server} has too many users to take one more`);
    }
    const user: RemoteUser = {
      at: "remote",
      id,
      server,
      key: key ?? known,
      advert: message.text,
      ts,
      turn: state.nextTurn(),
      doubted: false,
      meta,
    };
    state.users.set(user);
    const isNews = before === undefined || before.server !== server || before.key !== user.key ||
      JSON.stringify(before.meta) !== JSON.stringify(meta);
    if (isNews) {
      return [...spread(state, message, link), ...deliverWaiting(state, now, (to) => to === id)];
    }
    // Said again for somebody who had missed it: everybody of ours knows, or asks.
    const others = [...state.links.serverEntries()].filter(({ gossips }) => !gossips);
    const told = new Set([...state.wanted.links(server, now), ...others.map(({ id }) => id)]);
    told.delete(link.id);
    return forward([...told], message.text);
  },

  USER_REMOVE(state, link, message, now) {
    const server = refuseOtherAuthor(message);
    const id = toId(message.payload.user_id);
    const user = state.users.get(id);
    const stillThere = user?.at === "remote" && user.server === server;
    if (stillThere && (state.links.server(server) === link || user.ts <= timeOf(message, now))) {
      state.users.delete(id);
      lookElsewhere(state, id, now);
      return spread(state, message, link);
    }
    // Others may still believe it; the users here know better already.
    const passedOn = forward(state.links.servers(link), message.text);
    if (user?.at !== "local" || now - (user.saidAgainAt ?? 0) < SAY_AGAIN_MS) return passedOn;
    user.saidAgainAt = now;
    // Somebody came here before leaving there, where the advertisement was refused (D15): say it again.
    user.advert = advertOf(state, user, now);
    return [...passedOn, ...send(state.links.servers(), user.advert)];
  },
};

/** A time that no signature covers is anybody's word: at the latest it is now. */
function timeOf(
  { ts, payload }: VerifiedOf<"USER_ADVERTISE" | "USER_REMOVE">,
  now: number,
): number {
  return payload.ts === undefined ? Math.min(ts, now) : ts;
}

/** The key in an advertisement (D14); some teams send none. */
function advertisedKey({ pubkey }: JsonObject): PublicKey | undefined {
  if (pubkey === undefined || pubkey === null) return undefined;
  if (typeof pubkey === "string") return parsePublicKey(pubkey);
  throw new ProtocolError("BAD_KEY", "USER_ADVERTISE: meta.pubkey: expected base64url text");
}

/** Only the server that hosts a user speaks of the user (§8.2). */
function refuseOtherAuthor(
  { spelledType, from, payload }: {
    readonly spelledType: string;
    readonly from: string;
    readonly payload: { readonly server_id: string };
  },
) {
  const author = toId(from);
  if (toId(payload.server_id) !== author) {
    throw new ProtocolError("INVALID_SIG", `${spelledType}: server_id must be the author, ${from}`);
  }
  return author;
}
