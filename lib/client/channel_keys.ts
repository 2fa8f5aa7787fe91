/**
 * The keys of the public channel, as whatever encrypts to everybody sees them (D23).
 *
 * @module
 */

import type { PrivateKey } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";

/** The keys that this user holds. */
export interface ChannelKeys {
  /** The key to encrypt to now; undefined as long as none has come. */
  newest(): { readonly epoch: number; readonly publicKey: PublicKey } | undefined;
  /**
   * The keys that may open something.
   *
   * @param epoch What its frame says; undefined if it says nothing.
   */
  privateKeysFor(epoch: number | undefined): readonly PrivateKey[];
}

/** Nobody has shared a key yet. */
export const NO_CHANNEL_KEYS: ChannelKeys = {
  newest: () => undefined,
  privateKeysFor: () => [],
};
