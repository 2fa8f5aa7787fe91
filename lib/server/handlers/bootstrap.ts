/**
 * Servers meet (§8.1).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../crypto/public_key.ts";
import { CLOSE } from "../../link/transport.ts";
import { type VerifiedOf } from "../../link/verified.ts";
import { addressText } from "../../mesh/address.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Id, toId } from "../../protocol/ids.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type ListedServer, serversOf } from "../../protocol/messages/bootstrap.ts";
import { close, type Effect, persist, send } from "../effects.ts";
import { introductionOn, isSecond, meetServer, prove } from "../mesh_link.ts";
import { learn, refuseOtherPin, refuseUninvited } from "../pinning.ts";
import { nextHop } from "../reachability.ts";
import type { HandlersOf, ServerState } from "../state.ts";
import type { LinkEntry } from "../tables/links.ts";

/** Users that a welcome lists at the most. */
const MAX_LISTED_CLIENTS = 200;

/** How long a joiner may take to announce itself, in ms. */
const ANNOUNCE_MS = 10_000;

/** `SERVER_HELLO_JOIN` and `SERVER_WELCOME`. */
export const bootstrapHandlers: HandlersOf<"SERVER_HELLO_JOIN" | "SERVER_WELCOME"> = {
  /** Nothing is remembered of a joiner before it announces itself. */
  SERVER_HELLO_JOIN(state, link, message, now) {
    const key = parsePublicKey(message.payload.pubkey);
    const asked = toId(message.from);
    if (asked === state.id && key === state.key) {
      // Unsigned it could be anybody's word, who would keep this server from its introducers.
      if (message.signedBy === state.key) state.planner.isSelf(message.to);
      throw new ProtocolError("NAME_IN_USE", "this is the server that you are yourself");
    }
    const { fingerprint } = message;
    refuseUninvited(state, { id: asked, fingerprint }, key);
    const assigned = assign(state, asked, key);
    link.introduced = { key, meta: {} };
    if (fingerprint !== undefined) {
      const { host, port, pubkey } = message.payload;
      link.dialBack = { introduction: { server_id: assigned, host, port, pubkey }, fingerprint };
    }
    state.links.advance(link, { kind: "serverJoining", server: assigned });
    link.deadline = now + ANNOUNCE_MS;
    const payload = { assigned_id: assigned, nonce: link.nonce, ...roster(state) };
    return send([link.id], state.author("SERVER_WELCOME", assigned, payload, state.stamp(now)));
  },

  SERVER_WELCOME(state, link, message, now) {
    const { target } = link;
    if (target?.kind !== "introducer") throw new TypeError("only introducers are asked to welcome");
    const introducer = toId(message.from);
    const where = addressText(target.address);
    // Only with the same key: another server may have the same id, and then assigns another one.
    if (introducer === state.id && message.signedBy === state.key) {
      state.planner.isSelf(where);
      return [close(link.id, CLOSE.normal, "this is myself")];
    }
    const key = message.signedBy;
    if (key === undefined) throw new TypeError("a welcome is never without a signature");
    refuseOtherPin(state, introducer, key);
    const { fingerprint } = message;
    refuseUninvited(state, { id: introducer, fingerprint }, key);
    const adopted = adopt(state, toId(message.payload.assigned_id));
    const effects = pinIntroducer(state, link, message);
    state.planner.reached(target, introducer, now, state.entropy.unit());
    state.log("info", `bootstrap: joined through ${where}`, { server: introducer });
    const isUser = (id: string) => state.users.get(toId(id)) !== undefined;
    for (const server of serversOf(message.payload, isUser)) {
      if (isGoodKey(state, server)) effects.push(...learn(state, server));
    }
    effects.push(
      ...learn(state, { server_id: introducer, ...target.address, pubkey: key }, fingerprint, true),
      ...adopted,
    );
    const older = state.links.server(introducer);
    // The list was all that was wanted, or both dialled at once (§8.1).
    if (older?.target !== undefined || isSecond(state, link, introducer, undefined)) {
      return [...effects, close(link.id, CLOSE.normal, "another link to this server stands")];
    }
    return [
      ...effects,
      ...send([link.id], introductionOn(state, link, introducer, now)),
      ...prove(state, link, introducer, message.payload.nonce, now),
      ...meetServer(state, link, introducer, undefined, now),
    ];
  },
};

/** The id asked for if it is free or the joiner's own, else a fresh one (§8.1). */
function assign(state: ServerState, asked: Id, key: PublicKey): Id {
  const known = state.servers.get(asked);
  const isFree = known === undefined || known.key === key || !state.servers.isKept(asked);
  const free = asked !== state.id && isFree;
  return free ? asked : state.entropy.id();
}

/** Who is here (D10): the servers with this one first, and the users. */
function roster(state: ServerState): JsonObject {
  const own = { server_id: state.id, ...state.introduction };
  // Whoever copied the key of a listed server learns nothing before it is proven (THREATS 18).
  if (state.serversMustProve) return { servers: [own], clients: [] };
  const servers: JsonObject[] = [own];
  for (const { id, key, address: { host, port } } of state.servers.all()) {
    if (nextHop(state, id) === undefined) continue;
    servers.push({ server_id: id, host, port, pubkey: key });
  }
  const clients: JsonObject[] = [];
  for (const user of state.users.all()) {
    // A hint only, and a frame has a limit: presence follows when the link stands.
    if (clients.length === MAX_LISTED_CLIENTS) break;
    if (user.key === undefined) continue;
    const address = user.at === "local" ? state.address : state.servers.get(user.server)?.address;
    if (address === undefined) continue;
    const { host, port } = address;
    clients.push({ user_id: user.id, host, port, pubkey: user.key });
  }
  return { servers, clients };
}

/** An introducer without a key in `bootstrap.yaml` is pinned at first sight, and the operator told. */
function pinIntroducer(
  state: ServerState,
  { target }: LinkEntry,
  { firstSight, fingerprint, signedBy }: VerifiedOf<"SERVER_WELCOME">,
): Effect[] {
  if (!firstSight || signedBy === undefined || target === undefined) return [];
  const where = addressText(target.address);
  state.log(
    "warn",
    `bootstrap: pinned the key of ${where} at first sight: check its fingerprint with its operator`,
    { fingerprint },
  );
  state.servers.pinIntroducer(target.address, signedBy);
  const { host, port } = target.address;
  return [persist({ kind: "introducer", introducer: { host, port, pubkey: signedBy } })];
}

/** Takes the id that was assigned, if this server was not linked, and so known, under its old one already. */
function adopt(state: ServerState, assigned: Id): Effect[] {
  if (assigned === state.id) return [];
  const isKnown = state.servers.anyKept || state.links.servers().length > 0;
  if (isKnown || state.servers.get(assigned) !== undefined) {
    throw new ProtocolError("NAME_IN_USE", `${assigned} cannot be this server's id`);
  }
  state.log("warn", "the introducer assigned another id to this server", { server: assigned });
  state.id = assigned;
  const effects = [persist({ kind: "identity", serverId: assigned })];
  // The users have pinned the old id: they come back and learn the new one.
  for (const link of state.links.users()) {
    effects.push(close(link, CLOSE.goingAway, "the server has a new id: connect again"));
  }
  return effects;
}

/** A list may hold anything, some programs' magic words among it (THREATS 31): that entry is left out. */
function isGoodKey(state: ServerState, { server_id, pubkey }: ListedServer): boolean {
  try {
    parsePublicKey(pubkey);
    return true;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    state.log("warn", "a server is listed with a key that is none", { server: server_id });
    return false;
  }
}
