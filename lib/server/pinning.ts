/**
 * Which key belongs to which server, and where it is: learned at first sight, and never changed (§12).
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../crypto/public_key.ts";
import { type Address, addressText } from "../mesh/address.ts";
import { type Applicant, isAdmitted } from "../mesh/admission.ts";
import { refusal } from "../mesh/dial_policy.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { type Effect, persist } from "./effects.ts";
import type { ServerState } from "./state.ts";

/** What is said of a server: by itself, or in somebody's welcome. */
export interface Introduction {
  /** Its id, as spelled. */
  readonly server_id: string;
  /** A host name or address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** Its key as base64url of its DER (D1). */
  readonly pubkey: string;
}

/**
 * First key wins: a frame that would change a pin is refused (§12).
 *
 * @throws {ProtocolError} `BAD_KEY` if the id is pinned to another key.
 */
export function refuseOtherPin(state: ServerState, id: Id, key: PublicKey): void {
  const known = state.servers.get(id);
  if (known === undefined || known.key === key) return;
  throw new ProtocolError("BAD_KEY", `${id} is pinned to another key here`);
}

/**
 * Nobody takes the place of a pinned introducer by announcing its address (§12).
 *
 * @throws {ProtocolError} `BAD_KEY` if the address is pinned to another key.
 */
export function refuseOtherKeyAt(state: ServerState, address: Address, key: PublicKey): void {
  const pinned = state.pinOf(address);
  if (pinned === undefined || pinned === key) return;
  throw new ProtocolError("BAD_KEY", `${addressText(address)} is pinned to another key here`);
}

/**
 * Whether a server may be known: it is on the list, or the operator pinned its key as an introducer's.
 *
 * @param state The server.
 * @param applicant The other one.
 * @param key Its key.
 */
export function isInvited(state: ServerState, applicant: Applicant, key: PublicKey): boolean {
  return isAdmitted(state.admission, applicant) ||
    (applicant.fingerprint !== undefined && state.isIntroducerKey(key));
}

/**
 * Servers that nobody listed stay outside where the operator wants it so (D13, THREATS 18).
 *
 * @throws {ProtocolError} `BAD_KEY` if the server is not admitted.
 */
export function refuseUninvited(state: ServerState, applicant: Applicant, key: PublicKey): void {
  if (isInvited(state, applicant, key)) return;
  const who = applicant.fingerprint ?? `${applicant.id}, which did not sign`;
  throw new ProtocolError(
    "BAD_KEY",
    `this server links only with servers on its list: ask its operator to add ${who}`,
  );
}

/**
 * Pins a server or notes its new address. What would change a pin, and who is not admitted, is not
 * believed.
 *
 * @param state The server.
 * @param listed What was said of a server.
 * @param fingerprint Of the key, if the server itself has signed what was said.
 * @param onOwnLink Whether it said so on a link of its own.
 * @returns What is to be kept: nothing of servers that no link ever stood to, whoever invents them.
 */
export function learn(
  state: ServerState,
  listed: Introduction,
  fingerprint?: string,
  onOwnLink: boolean = false,
): Effect[] {
  const id = toId(listed.server_id);
  if (id === state.id) return [];
  const key = parsePublicKey(listed.pubkey);
  const known = state.servers.get(id);
  // What others said of a server gives way to what it says itself, the first time.
  const isFirm = state.servers.isKept(id) || !onOwnLink;
  const pinned = (isFirm ? known?.key : undefined) ?? state.pinOf(listed);
  if (pinned !== undefined && pinned !== key) {
    state.log("warn", "a server is listed with another key than pinned here", { server: id });
    return [];
  }
  if (known === undefined && !mayPin(state, { id, fingerprint }, key, onOwnLink)) return [];
  // Where a known server is, itself says.
  const address = fingerprint === undefined && known !== undefined
    ? known.address
    : { host: listed.host, port: listed.port };
  const { host, port } = address;
  const moved = known?.address.host !== host || known.address.port !== port;
  const refused = refusal(state.dialDeny, { host, port });
  if (refused !== undefined && moved) {
    state.log("warn", `a server is not dialled where it says it is: ${refused}`, { server: id });
  }
  const dialled = refused === undefined && state.planner.learn(id, { host, port });
  if (!moved && known.dialled === dialled && known.key === key) return [];
  if (known?.key !== key) state.knowledge += 1;
  state.strangers.delete(id);
  state.servers.set({ id, key, address: { host, port }, dialled });
  return state.servers.isKept(id) ? persisted(state, id) : [];
}

/**
 * A link to a server stands: its pin and its address are kept from now on.
 *
 * @param state The server.
 * @param id The other one.
 */
export function keep(state: ServerState, id: Id): Effect[] {
  if (state.servers.isKept(id)) return [];
  state.servers.keep(id);
  return persisted(state, id);
}

/**
 * A server as it is known now, to be kept.
 *
 * @param state The server.
 * @param id The other one.
 */
export function persisted(state: ServerState, id: Id): Effect[] {
  const known = state.servers.get(id);
  if (known === undefined) return [];
  const { key, address: { host, port }, dialled } = known;
  return [persist({ kind: "server", server: { serverId: id, pubkey: key, host, port, dialled } })];
}

function mayPin(
  state: ServerState,
  applicant: Applicant,
  key: PublicKey,
  onOwnLink: boolean,
): boolean {
  if (!isInvited(state, applicant, key)) return false;
  const { full, fullOfHearsay } = state.servers;
  const hasRoom = onOwnLink ? !full : !fullOfHearsay;
  if (!hasRoom) {
    state.log("warn", "too many servers are known to learn of another", { server: applicant.id });
  }
  return hasRoom;
}
