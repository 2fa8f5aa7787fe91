/**
 * A user arrives (§9.1): who it is, whether the id is free and the key the right one, and the proof of
 * that key (D19).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../crypto/public_key.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import type { Payload } from "../../protocol/catalog.ts";
import type { UnsignedFrame } from "../../protocol/envelope.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { PROOF_MS } from "../../protocol/limits.ts";
import { welcomeToChannel } from "../channel.ts";
import { displayName } from "../display_name.ts";
import { type Effect, forward, persist, send } from "../effects.ts";
import { advertise, advertOf } from "../gossip.ts";
import { deliverWaiting } from "../passage.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { LinkEntry } from "../tables/links.ts";
import type { LocalUser } from "../tables/users.ts";

/** `USER_HELLO` and `USER_PROOF`. */
export const helloHandlers: HandlersOf<"USER_HELLO" | "USER_PROOF"> = {
  USER_HELLO(state, link, message, now) {
    const userId = toId(message.from);
    const key = parsePublicKey(message.payload.pubkey);
    const meta = ownMeta(message.payload, key);
    refuseTaken(state, userId);
    refuseOtherKey(state, userId, key);
    link.introduced = { key, meta };
    const welcome = send([link.id], welcomeOf(state, link, userId, now));
    if (state.requireProof || state.users.registration(userId)?.proven === true) {
      state.links.advance(link, { kind: "userMustProve", user: userId, challenge: link.nonce });
      link.deadline = now + PROOF_MS;
      return welcome;
    }
    state.links.advance(link, { kind: "userAccepted", user: userId, challenge: link.nonce });
    const user = { id: userId, key, meta };
    return [...register(state, user, false, now), ...welcome, ...arrive(state, link, user, now)];
  },

  USER_PROOF(state, link, message, now) {
    const { session, introduced } = link;
    if ((session.phase !== "proving" && session.phase !== "user") || introduced === undefined) {
      throw new TypeError(`the catalog lets no proof through in state ${session.phase}`);
    }
    const { challenge, server_id, user_id } = message.payload;
    const meant = challenge === session.challenge && toId(server_id) === state.id &&
      toId(user_id) === session.peer;
    if (!meant) {
      throw new ProtocolError("INVALID_SIG", "USER_PROOF is for another challenge, server or user");
    }
    const user = { id: session.peer, ...introduced };
    if (session.phase === "user") return register(state, user, true, now);
    // Somebody else may have brought the right proof while this link was waiting.
    refuseTaken(state, session.peer);
    const { challenge: answered } = session;
    state.links.advance(link, { kind: "userAccepted", user: session.peer, challenge: answered });
    return [...register(state, user, true, now), ...arrive(state, link, user, now)];
  },
};

/** Who arrives. */
type Arrival = Pick<LocalUser, "id" | "key" | "meta">;

/** Tells the user who this server is, so that both can be pinned, and what to sign (D18, D19). */
function welcomeOf(state: ServerState, link: LinkEntry, userId: Id, now: number): UnsignedFrame {
  return state.author("ACK", userId, {
    msg_ref: "USER_HELLO",
    server_id: state.id,
    pubkey: state.key,
    challenge: link.nonce,
  }, state.stamp(now));
}

/** The id must be free here: the session that has it is undisturbed (§9.1). */
function refuseTaken(state: ServerState, userId: Id): void {
  if (state.links.user(userId) === undefined) return;
  throw new ProtocolError("NAME_IN_USE", `${userId} is connected to this server already`);
}

/** First key wins: nobody gets an id by bringing another key (§9.1, D15). */
function refuseOtherKey(state: ServerState, userId: Id, key: PublicKey): void {
  const known = state.users.keyOf(userId);
  if (known === undefined || known === key) return;
  throw new ProtocolError("BAD_KEY", `${userId} is known with another key`);
}

/** What the user says of itself, less what only its key may say (D14); a long name is cut. */
function ownMeta({ meta, enc_pubkey }: Payload<"USER_HELLO">, key: PublicKey): JsonObject {
  // It was parsed from a frame, so it holds nothing but JSON.
  const { pubkey: _pubkey, enc_pubkey: _encPubkey, ...own } = (meta ?? {}) as JsonObject;
  const display_name = displayName(own);
  const named = display_name === undefined ? own : { ...own, display_name };
  const encryptionKey = enc_pubkey === undefined ? key : parsePublicKey(enc_pubkey);
  return encryptionKey === key ? named : { ...named, enc_pubkey: encryptionKey };
}

/** The user's row and membership of the public group, kept before anybody is told (§15.1, §9.3). */
function register(
  state: ServerState,
  { id, key, meta }: Arrival,
  proven: boolean,
  now: number,
): Effect[] {
  const before = state.users.registration(id);
  const everProven = proven || before?.proven === true;
  const unchanged = before !== undefined && before.proven === everProven &&
    JSON.stringify(before.meta) === JSON.stringify(meta);
  if (unchanged) return [];
  const version = (before?.version ?? 0) + 1;
  const user = { userId: id, pubkey: key, meta, version, proven: everProven };
  state.users.register(user);
  const facts = [persist({ kind: "user", user })];
  if (before !== undefined) return facts;
  state.keyShares.memberJoined();
  return [...facts, persist({ kind: "member", userId: id, at: now })];
}

/** The user is in: everybody is told of the user, and the user of everybody (D18). */
function arrive(state: ServerState, link: LinkEntry, user: Arrival, now: number): Effect[] {
  const here: LocalUser = { at: "local", ...user, advert: advertOf(state, user, now) };
  state.users.set(here);
  state.log("info", "a user has come", { ...state.about(link), remote: link.remote });
  const effects = advertise(state, here);
  for (const other of state.users.all()) {
    if (other.id === user.id) continue;
    effects.push(
      ...other.at === "local" ? send([link.id], other.advert) : forward([link.id], other.advert),
    );
  }
  // Last: the keys of those who wrote and shared came with their advertisements.
  effects.push(...welcomeToChannel(state, link, user.id, now));
  return [...effects, ...deliverWaiting(state, now, (recipient) => recipient === user.id)];
}
