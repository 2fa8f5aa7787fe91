/**
 * Chance that is the same again for the same seed.
 *
 * @module
 */

import type { Entropy } from "../../lib/crypto/entropy.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { type Id, toId } from "../../lib/protocol/ids.ts";

/** A source of randomness for tests (mulberry32). */
export class Seeded implements Entropy {
  #state: number;

  /** @param seed A 32-bit number. */
  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  id(): Id {
    const bytes = this.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return toId(bytes.toHex().replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
  }

  nonce(): string {
    return encodeBase64url(this.bytes(32));
  }

  /** Some bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** One of some. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const [taken] = shuffled.splice(this.below(last + 1), 1);
      if (taken !== undefined) shuffled.push(taken);
    }
    return shuffled;
  }
}
