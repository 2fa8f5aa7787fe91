/**
 * Which test key is whose: there are eight, and a storm has more people than that.
 *
 * @module
 */

import { MAX_SERVERS } from "./fleet.ts";

/** Test keys that there are. */
const KEYS = MAX_SERVERS + 1;

/**
 * A user's key. Users share those that no server has: the protocol pins a key to an id and never asks
 * whether another id has the same one, and what is signed names the sender's id (§12). It makes the check
 * sharper, too: whoever is sent what was meant for another user can often read it, and says so.
 *
 * @param index Which user.
 * @param fleet The servers, which have the first keys.
 */
export function keyFor(index: number, { ports }: { readonly ports: readonly number[] }): number {
  return ports.length + index % (KEYS - ports.length);
}
