/**
 * Chance, as something that is handed in: real for programs, seeded for tests.
 *
 * @module
 */

import { encodeBase64url } from "../protocol/base64url.ts";
import { type Id, toId } from "../protocol/ids.ts";

/** A source of randomness. */
export interface Entropy {
  /** A fresh UUID v4. */
  id(): Id;
  /** 32 bytes that nobody can guess, as base64url. */
  nonce(): string;
  /** A number in [0, 1), for jitter. */
  unit(): number;
}

/** The randomness of the machine. */
export const systemEntropy: Entropy = {
  id: () => toId(crypto.randomUUID()),
  nonce: () => encodeBase64url(crypto.getRandomValues(new Uint8Array(32))),
  unit: () => Math.random(),
};
