/**
 * A server says who it is: to open a link, to answer on one, or to everybody (§8.1).
 *
 * @module
 */

import { parsePublicKey } from "../../crypto/public_key.ts";
import type { VerifiedOf } from "../../link/verified.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import { MAX_PAST_MS } from "../../protocol/limits.ts";
import { announceHeard, introduceOthers, joinsGossip } from "../announce.ts";
import { type Effect, send } from "../effects.ts";
import { introductionOn, meetServer, prove } from "../mesh_link.ts";
import { isInvited, learn, refuseOtherKeyAt, refuseOtherPin, refuseUninvited } from "../pinning.ts";
import { answer, isQuestion } from "../questions.ts";
import { heardOf } from "../reachability.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import { type LinkEntry, ownerOf } from "../tables/links.ts";

type Announce = VerifiedOf<"SERVER_ANNOUNCE">;

/** Servers that one link may make known: whoever invents them fills no table (THREATS 30). */
const MAX_INTRODUCED = 1_000;

/** `SERVER_ANNOUNCE`, under whichever of its names (D11). */
export const announceHandlers: HandlersOf<"SERVER_ANNOUNCE"> = {
  SERVER_ANNOUNCE(state, link, message, now) {
    const key = parsePublicKey(message.payload.pubkey);
    const id = toId(message.from);
    const { fingerprint, payload: { host, port, receiver } } = message;
    if (id === state.id) throw new ProtocolError("NAME_IN_USE", `${id} is this server's own id`);
    const { session } = link;
    // Another may have come first while this one was verified.
    const ofItself = session.phase !== "server" || (id === session.peer && receiver !== "*");
    if (!message.firstSight || !ofItself || state.servers.isKept(id)) {
      refuseOtherPin(state, id, key);
    }
    refuseOtherKeyAt(state, { host, port }, key);
    if (message.signedBy !== key) {
      throw new ProtocolError("BAD_KEY", "SERVER_ANNOUNCE: signed by another key than announced");
    }
    if (session.phase === "server" && id !== session.peer) {
      // The peer, which is invited, cannot know who is not.
      if (!isInvited(state, { id, fingerprint }, key)) return [];
    } else {
      refuseUninvited(state, { id, fingerprint }, key);
    }
    if (session.phase === "server" && (receiver === "*" || id !== session.peer)) {
      return toEverybody(state, link, message, id, now);
    }
    if (receiver !== undefined && (receiver === "*" || toId(receiver) !== state.id)) {
      throw new ProtocolError("INVALID_SIG", `SERVER_ANNOUNCE: it was made for ${receiver}`);
    }
    if (link.introduced !== undefined && link.introduced.key !== key) {
      throw new ProtocolError("BAD_KEY", "SERVER_ANNOUNCE: another key than in SERVER_HELLO_JOIN");
    }
    return onThisLink(state, link, message, id, now);
  },
};

/** The peer opens the link, or answers. */
function onThisLink(
  state: ServerState,
  link: LinkEntry,
  message: Announce,
  peer: Id,
  now: number,
): Effect[] {
  const { nonce } = message.payload;
  const isNew = nonce !== undefined && !link.gossips;
  const effects = learned(state, message, true);
  if (state.servers.get(peer) === undefined) {
    throw new ProtocolError("TIMEOUT", "too many servers are known here: try again later");
  }
  state.reach.introduce(state.reach.of(peer), message.text);
  const { session: { phase }, session } = link;
  // Whoever was told what is expected is not given more time by saying the same again.
  if (session.phase === "joining" && session.announced && link.target === undefined) return effects;
  if (link.target !== undefined || phase === "server") {
    effects.push(...prove(state, link, peer, nonce, now));
    const linked = link.session.phase === "server";
    return isNew && linked ? [...effects, ...introduceOthers(state, link, now)] : effects;
  }
  return [
    ...effects,
    // The first thing that the acceptor signs brings its nonce (D12), unless the welcome did.
    ...send([link.id], introductionOn(state, link, peer, now)),
    ...prove(state, link, peer, nonce, now),
    ...meetServer(state, link, peer, message.ts, now),
  ];
}

/** The author tells everybody, and the link's owner has passed it on, or is the author. */
function toEverybody(
  state: ServerState,
  link: LinkEntry,
  message: Announce,
  author: Id,
  now: number,
): Effect[] {
  if (author === ownerOf(link)) joinsGossip(state, link, now);
  const known = state.servers.get(author);
  const before = state.reach.get(author)?.announced;
  const asks = isQuestion(message.payload);
  // What is asked goes step by step, and may be overtaken by what is told to everybody.
  if (before !== undefined && before.ts >= message.ts && !asks) return [];
  // What is given on request may be old: it tells a key that was not known, and nothing else (D27).
  const isOld = now - message.ts > MAX_PAST_MS;
  if (known !== undefined && (isOld || message.payload.receiver !== "*")) return [];
  if (known === undefined && ++link.introductions > MAX_INTRODUCED) {
    throw new ProtocolError("BAD_KEY", "too many servers were introduced on this link");
  }
  const effects = learned(state, message, false);
  if (state.servers.get(author) === undefined) return [];
  if (isOld || message.payload.receiver !== "*") {
    state.reach.introduce(state.reach.of(author), message.text);
    return effects;
  }
  heardOf(state, link, author, now, true);
  return asks
    ? [...effects, ...answer(state, link, message, now)]
    : [...effects, ...announceHeard(state, link, message, now)];
}

function learned(
  state: ServerState,
  { from, fingerprint, payload }: Announce,
  onOwnLink: boolean,
): Effect[] {
  const { host, port, pubkey } = payload;
  return learn(state, { server_id: from, host, port, pubkey }, fingerprint, onOwnLink);
}
