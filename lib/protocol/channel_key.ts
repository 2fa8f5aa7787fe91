/**
 * Which of two keys of the public channel wins (D23): servers and clients must agree on it, so that after a
 * partition everybody comes to use the same.
 *
 * @module
 */

/** The name of one key of the public channel. */
export interface ChannelKeyName {
  /** How many keys came before it, about: whoever makes a new one counts on. */
  readonly epoch: number;
  /** The digest of its public DER: base64url of SHA-256. */
  readonly channelPub: string;
}

/** That name as frames spell it; other teams' have neither. */
export interface SpelledKeyName {
  /** The epoch. */
  readonly epoch?: number | undefined;
  /** The digest. */
  readonly channel_pub?: string | undefined;
}

/** How far a key's epoch may be above the known one's: nobody makes all later keys impossible (D23). */
export const MAX_EPOCH_STEP = 1_000;

/**
 * Whether one key wins against another: the higher epoch does, and of one epoch the smaller digest.
 *
 * @example
 * ```ts
 * import { winsOver } from "./channel_key.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const first = { epoch: 1, channelPub: "b" };
 * assert(winsOver({ epoch: 2, channelPub: "c" }, first));
 * assert(winsOver({ epoch: 1, channelPub: "a" }, first));
 * assertFalse(winsOver(first, first));
 * ```
 *
 * @param one The one.
 * @param other The other; whatever there is wins over nothing.
 */
export function winsOver(one: ChannelKeyName, other: ChannelKeyName | undefined): boolean {
  if (other === undefined) return true;
  if (one.epoch !== other.epoch) return one.epoch > other.epoch;
  return one.channelPub < other.channelPub;
}

/**
 * The name of a key as a share, a wrap or an announce spells it.
 *
 * @param spelled The members; other teams send neither.
 * @returns The name, or undefined if it is not whole.
 */
export function channelKeyName(
  { epoch, channel_pub }: SpelledKeyName,
): ChannelKeyName | undefined {
  return epoch === undefined || channel_pub === undefined
    ? undefined
    : { epoch, channelPub: channel_pub };
}
