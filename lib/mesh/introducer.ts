/**
 * Introducers: the servers a server asks to join the mesh (§8.1).
 *
 * @module
 */

import type { PublicKey } from "../crypto/public_key.ts";

/** One entry of `bootstrap.yaml`. */
export interface Introducer {
  /** A host name or address, lower-cased; an IPv6 address stands without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** Its key where the operator pinned one; else the key seen first is pinned (§8.1). */
  readonly pubkey: PublicKey | undefined;
}
