/**
 * What the catalog says of each message type: the columns of its rows.
 *
 * @module
 */

import type { GenericSchema } from "valibot";

/**
 * The states of one connection. What stands between `opening` and `closing` names who the *peer* is;
 * a client, whose peer is a server, ends in `server` like a server that dialled.
 *
 * - `opening`: accepted, nothing heard yet
 * - `joining`: a server that has not announced itself yet, or must prove its key first (§8.1, D12)
 * - `proving`: a user who must prove the key first (D19)
 * - `user`, `server`: in use
 * - `dialling`: being opened by us; `helloSent`: our first frame is out, the answer is not here
 * - `closing`, `closed`
 */
export const PHASES = [
  "opening",
  "proving",
  "user",
  "joining",
  "server",
  "dialling",
  "helloSent",
  "closing",
  "closed",
] as const;

/** The state of one connection, by name. */
export type Phase = typeof PHASES[number];

/** A schema of the schema library, whatever it takes and makes of it. */
export type PayloadSchema = GenericSchema;

/** The columns of the catalog. */
export interface Row {
  /** Section of the protocol. */
  readonly spec: string;
  /** What the payload must look like. */
  readonly payload: PayloadSchema;
  /**
   * Whose key verifies `sig`. `either`: a user's on the user's own link, where it may be missing; a server's
   * everywhere else, where it may not (D23).
   */
  readonly author: "user" | "server" | "either";
  /** States of the link in which it is accepted. */
  readonly during: readonly Phase[];
  /** `peer`: from the owner of this link; `origin`: it may have been relayed. */
  readonly from: "peer" | "origin";
  /** What `to` must be. `server` is lenient: a client may not know the id yet (D17). */
  readonly to: "server" | "user" | "everyone" | "group" | "userOrGroup" | "address";
  /** Whether `sig` may be missing (§7). When it is there, it must verify in either case. */
  readonly sig: "required" | "optional";
  /** What the end-to-end signature in the payload covers (§12). */
  readonly contentSig: "none" | "dm" | "channel" | "file" | "keyShare";
  /** How it travels on: not at all, to everybody (§8.2), or towards one user (§10). */
  readonly relay: "none" | "gossip" | "route";
  /** Which end of a link may receive it. */
  readonly receiver: "server" | "user" | "both";
  /** Whether a second copy is dropped (§10). Requests that only their own link can make are exempt. */
  readonly once: boolean;
  /** Whether other teams send it with a signed `ts` of 0, which then says nothing about the time (D22). */
  readonly untimed?: true;
  /** Whether it brings a server's key with it: the key's fingerprint is then worked out (D13). */
  readonly introduces?: true;
}
