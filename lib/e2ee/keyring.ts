/**
 * The keys of the public channel that one member holds: the one in use, and older ones for reading (D23).
 *
 * @module
 */

import type { PrivateKey } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { type ChannelKeyName, MAX_EPOCH_STEP, winsOver } from "../protocol/channel_key.ts";
import type { ChannelKey } from "./channel_key.ts";

/** Keys that are kept: each is a few kilobytes, and any member may make one. */
export const MAX_KEPT_KEYS = 64;

/** Keys that are tried on a message which does not say which one it needs. */
const MOST_TRIED = 4;

/** The keys of one member. */
export class Keyring {
  /** The best first. */
  readonly #keys: ChannelKey[] = [];

  /**
   * The key in use, if there is one yet: the best to which steps of at most 1,000 epochs lead from the lowest. One
   * that is further above all others was made up by somebody, for this member alone perhaps (D23).
   */
  get current(): ChannelKey | undefined {
    const keys = this.#keys;
    const tooFar = keys.findLastIndex(({ epoch }, i) =>
      epoch > (keys[i + 1]?.epoch ?? epoch) + MAX_EPOCH_STEP
    );
    return keys[tooFar + 1];
  }

  /**
   * The keys that lead somebody to the one in use who would refuse it alone, since it is more than 1,000 epochs above
   * the one known there (D23).
   *
   * @param epoch The number of the key known there.
   * @returns The lowest first; the one in use alone, if that is near enough.
   */
  stepsFrom(epoch: number): ChannelKey[] {
    const { current } = this;
    const above = this.#keys.slice(this.#keys.findIndex((key) => key === current))
      .filter((key) => key.epoch > epoch).toReversed();
    const steps: ChannelKey[] = [];
    for (const [i, key] of above.entries()) {
      const reached = steps.at(-1)?.epoch ?? epoch;
      const next = above[i + 1];
      const isNeeded = next === undefined || next.epoch > reached + MAX_EPOCH_STEP;
      if (isNeeded && key !== current) steps.push(key);
    }
    return current === undefined ? [] : [...steps, current];
  }

  /** All keys, the best first. */
  all(): readonly ChannelKey[] {
    return this.#keys;
  }

  /** What to encrypt to everybody with, and what its name is; undefined while there is no key. */
  newest(): (ChannelKeyName & { readonly publicKey: PublicKey }) | undefined {
    const key = this.current;
    return key && {
      epoch: key.epoch,
      channelPub: key.channelPub,
      publicKey: key.pair.publicKey,
    };
  }

  /**
   * The private keys that may open something, the likeliest first.
   *
   * @param epoch The number that came along; without one the newest few keys are tried.
   * @param channelPub The digest, if that came along too: then it is one key, or none.
   * @returns None, if that key never came.
   */
  privateKeysFor(epoch: number | undefined, channelPub?: string): readonly PrivateKey[] {
    const fitting = epoch === undefined
      ? this.#keys.slice(0, MOST_TRIED)
      : this.#keys.filter((key) =>
        key.epoch === epoch && (channelPub === undefined || key.channelPub === channelPub)
      );
    return fitting.map(({ pair }) => pair.privateKey);
  }

  /** Whether this very key is there. */
  has({ epoch, channelPub }: ChannelKeyName): boolean {
    return this.#keys.some((key) => key.epoch === epoch && key.channelPub === channelPub);
  }

  /**
   * Whether a key would be kept, or is too far ahead or of no use any more. To who knows none yet no epoch is too
   * far: else a member who has made two keys, one far above the other, would have locked all newcomers out.
   */
  wants(name: ChannelKeyName): boolean {
    const highest = this.current === undefined ? Infinity : this.current.epoch + MAX_EPOCH_STEP;
    if (name.epoch < 1 || name.epoch > highest) return false;
    const worst = this.#keys[MAX_KEPT_KEYS - 1];
    return !this.has(name) && (worst === undefined || winsOver(name, worst));
  }

  /**
   * Takes a key.
   *
   * @param key One that {@linkcode Keyring.wants} wanted.
   * @returns Whether it is the one in use now.
   */
  take(key: ChannelKey): boolean {
    if (!this.wants(key)) return false;
    const worse = this.#keys.findIndex((other) => winsOver(key, other));
    this.#keys.splice(worse === -1 ? this.#keys.length : worse, 0, key);
    this.#keys.length = Math.min(this.#keys.length, MAX_KEPT_KEYS);
    return this.current === key;
  }
}
