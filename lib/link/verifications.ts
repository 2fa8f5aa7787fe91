/**
 * All signatures that the links of one program have checked: so many at once, each link in its turn, and
 * none for a frame that would be dropped anyway (THREATS 17).
 *
 * @module
 */

import { FairLanes } from "../base/fair_lanes.ts";
import type { CryptoPort } from "../crypto/port.ts";
import type { PublicKey } from "../crypto/public_key.ts";

/** What one link verifies with; a {@linkcode CryptoPort} is one, for whoever has a single link. */
export interface Verifier extends Pick<CryptoPort, "sha256"> {
  /**
   * Checks a signature when the link's turn comes.
   *
   * @param key Whose signature it should be.
   * @param signature Any bytes.
   * @param data What should have been signed.
   * @param isWanted Asked when the turn comes: whether anybody still cares.
   * @returns True if it verifies; false if not, or if nobody cares.
   */
  verify(
    key: PublicKey,
    signature: Uint8Array,
    data: Uint8Array,
    isWanted?: () => boolean,
  ): Promise<boolean>;
  /**
   * Waits until no other link checks a copy of the same frame, which is a second copy then.
   *
   * @param name The name of the frame, or of its content.
   * @returns To be called when this copy has been checked.
   */
  alone?(name: string): Promise<() => void>;
}

/** What all links of one program share. */
export class Verifications<Link> {
  readonly #crypto: CryptoPort;
  readonly #lanes: FairLanes<Link>;
  /** Frames that are being checked. */
  readonly #underWay = new Map<string, Promise<void>>();

  /**
   * Nothing is being checked yet.
   *
   * @param crypto What verifies.
   * @param count How many signatures may be checked at once.
   */
  constructor(crypto: CryptoPort, count: number) {
    this.#crypto = crypto;
    this.#lanes = new FairLanes(count);
  }

  /**
   * What a link verifies with.
   *
   * @param link The link.
   */
  of(link: Link): Verifier {
    return {
      sha256: (data) => this.#crypto.sha256(data),
      verify: (key, signature, data, isWanted = () => true) =>
        this.#lanes.run(
          link,
          async () => isWanted() && await this.#crypto.verify(key, signature, data),
        ),
      alone: (name) => this.#alone(name),
    };
  }

  async #alone(name: string): Promise<() => void> {
    for (let other = this.#underWay.get(name); other; other = this.#underWay.get(name)) {
      await other;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.set(name, promise);
    return () => {
      this.#underWay.delete(name);
      resolve();
    };
  }
}
