/**
 * How long a file will take: honest about RSA, which decides it (EXPERIENCE).
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { BlockCipher } from "../e2ee/file_chunk.ts";
import { SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";

/** Blocks that are decrypted for the first estimate: a moment's work. */
const SAMPLE_BLOCKS = 16;

/** From how many bytes on a transfer tells more than the sample. */
const MIN_BYTES = 100_000;

/** What a measurement needs. */
export interface RsaSpeedParts {
  /** This user's. */
  readonly keys: KeyPair;
  /** What makes the sample. */
  readonly crypto: CryptoPort;
  /** What decrypts it, in its turn among the transfers. */
  readonly cipher: BlockCipher;
  /** What measures. */
  readonly clock: Pick<Clock, "now">;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** The speed of one client. */
export class RsaSpeed {
  readonly #parts: RsaSpeedParts;
  #bytesPerMs: number | undefined;
  #known: Promise<void> | undefined;

  /**
   * A speed that is not known yet.
   *
   * @param parts What it needs.
   */
  constructor(parts: RsaSpeedParts) {
    this.#parts = parts;
  }

  /** Resolves when there is an estimate: it takes a moment, the first time. */
  known(): Promise<void> {
    return this.#known ??= this.#measure().catch((error) => this.#parts.fault(error));
  }

  /**
   * How long so many bytes take, by what is known now.
   *
   * @param bytes How many.
   * @returns Seconds; undefined as long as nothing is known.
   */
  secondsFor(bytes: number): number | undefined {
    return this.#bytesPerMs === undefined ? undefined : bytes / this.#bytesPerMs / 1000;
  }

  /**
   * A transfer has shown how fast it goes.
   *
   * @param bytes What came.
   * @param ms In what time.
   */
  observed(bytes: number, ms: number): void {
    if (bytes >= MIN_BYTES && ms > 0) this.#bytesPerMs = bytes / ms;
  }

  async #measure(): Promise<void> {
    const { cipher, clock, crypto, keys } = this.#parts;
    const block = await crypto.encrypt(
      keys.publicKey,
      new Uint8Array(SEGMENT_PLAINTEXT_BYTES),
    );
    const began = clock.now();
    const sample = Array.from(
      { length: SAMPLE_BLOCKS },
      () => cipher.decrypt(keys.privateKey, block),
    );
    await Promise.all(sample);
    const ms = clock.now() - began;
    // Too quick for the clock: then nobody needs an estimate.
    if (ms > 0) this.#bytesPerMs ??= SAMPLE_BLOCKS * SEGMENT_PLAINTEXT_BYTES / ms;
  }
}
