/**
 * Whose key must verify a message, as the tables stand now: what the ingress asks before it verifies
 * (§12).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
import type { Signer } from "../link/verified.ts";
import { rowOf } from "../protocol/catalog.ts";
import type { Message, MessageOf } from "../protocol/envelope.ts";
import { toId } from "../protocol/ids.ts";
import { serversOf } from "../protocol/messages/bootstrap.ts";
import { hasSpoken } from "./reachability.ts";
import type { ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";

/**
 * Who must have signed a message that came by a link.
 *
 * @param state The server.
 * @param link The link.
 * @param message The message; its form is right, and it belongs to the owner of the link if it must.
 * @throws {ProtocolError} `BAD_KEY` if it brings a key that is none (D1).
 */
export function signerOf(state: ServerState, link: LinkEntry, message: Message): Signer {
  switch (message.type) {
    case "USER_HELLO":
    case "SERVER_HELLO_JOIN":
      return { kind: "key", key: parsePublicKey(message.payload.pubkey), pinned: false };
    case "SERVER_WELCOME":
      return introducerKey(state, link, message);
    case "SERVER_ANNOUNCE": {
      const id = toId(message.from);
      // What others said of a server gives way to what it says itself, the first time.
      const isFirstWord = link.session.phase !== "server" ||
        (!hasSpoken(link) && id === link.session.peer && message.payload.receiver !== "*");
      const isFirm = state.servers.isKept(id) || !isFirstWord;
      const pinned = isFirm ? state.servers.get(id)?.key : undefined;
      const key = pinned ?? parsePublicKey(message.payload.pubkey);
      return { kind: "key", key, pinned: pinned !== undefined };
    }
    case "ERROR":
      return link.session.phase === "server"
        ? serverKey(state, message)
        // Said before anybody could know a key; it is only logged.
        : { kind: "vouched" };
    default:
      return rowOf(message.type).author === "server" || link.session.phase === "server"
        ? serverKey(state, message)
        : ownerKey(link);
  }
}

/**
 * The key that must verify the `content_sig` of a message: never `sender_pub`, always the key known for
 * the user (§12).
 *
 * @param state The server.
 * @param link The link the message came by.
 * @param message The message.
 * @returns The key, or undefined if none is known.
 */
export function contentKeyOf(
  state: ServerState,
  link: LinkEntry,
  message: Message,
): PublicKey | undefined {
  if (link.session.phase === "user") return link.introduced?.key;
  const author = contentAuthorOf(message);
  return author === undefined ? undefined : state.users.keyOf(toId(author));
}

/** Who wrote the content of a message; other teams do not say who shares a key (D23). */
function contentAuthorOf(message: Message): string | undefined {
  switch (message.type) {
    case "SERVER_DELIVER":
      return message.payload.sender;
    case "PUBLIC_CHANNEL_KEY_SHARE":
      return message.payload.creator;
    default:
      return message.from;
  }
}

/** The operator's pin comes first, then the one made at first sight, then what it says of itself. */
function introducerKey(
  state: ServerState,
  { target }: LinkEntry,
  { from, payload }: MessageOf<"SERVER_WELCOME">,
): Signer {
  if (target?.kind !== "introducer") {
    return { kind: "unknown", reason: "nobody asked to be welcomed" };
  }
  const pinned = target.pubkey ?? state.pinOf(target.address);
  if (pinned !== undefined) return { kind: "key", key: pinned, pinned: true };
  const own = serversOf(payload, () => true).find(({ server_id }) =>
    toId(server_id) === toId(from)
  );
  return own === undefined
    ? { kind: "unknown", reason: "SERVER_WELCOME: the introducer does not list its own key" }
    : { kind: "key", key: parsePublicKey(own.pubkey), pinned: false };
}

/** A user's frame on a server's link is vouched for by nobody: its content has its own signature. */
function serverKey(state: ServerState, { from, type }: Message): Signer {
  const key = state.servers.get(toId(from))?.key;
  if (key !== undefined) return { kind: "key", key, pinned: true };
  if (rowOf(type).author === "user") {
    const user = state.users.keyOf(toId(from));
    return user === undefined ? { kind: "vouched" } : { kind: "key", key: user, pinned: true };
  }
  return { kind: "unknown", reason: `${type}: no key is known for the server ${from}` };
}

function ownerKey(link: LinkEntry): Signer {
  return link.introduced === undefined
    ? { kind: "unknown", reason: "nobody has introduced himself on this link" }
    : { kind: "key", key: link.introduced.key, pinned: true };
}
