/**
 * The way out: from an unsigned frame to its text on the wire. A signature costs more than everything
 * else a server does for a frame, so one is made per distinct frame, however many links it goes to.
 *
 * @module
 */

import type { CryptoPort, PrivateKey } from "../crypto/port.ts";
import { encodeBase64url } from "../protocol/base64url.ts";
import { canonicalPython } from "../protocol/canonical_json.ts";
import { frameText, type UnsignedFrame } from "../protocol/envelope.ts";

/** Makes a signature when its turn comes. */
export type InTurn = (sign: () => Promise<string>) => Promise<string>;

/** Signs frames with one key. */
export class FrameSealer {
  readonly #crypto: CryptoPort;
  readonly #key: PrivateKey;
  readonly #texts = new WeakMap<UnsignedFrame, string | Promise<string>>();
  #emptySignature: Promise<string> | undefined;

  /**
   * A sealer that has signed nothing yet.
   *
   * @param crypto What signs.
   * @param key Whose name the frames carry.
   */
  constructor(crypto: CryptoPort, key: PrivateKey) {
    this.#crypto = crypto;
    this.#key = key;
  }

  /**
   * Signs a frame, or returns what was made of this very object before: whoever sends one frame to many,
   * now or later, passes the same object.
   *
   * @param frame What to sign.
   * @param inTurn Makes the signature when its turn comes; at once by default.
   * @returns The text for the wire, at once if it is there: whoever comes is sent one for everybody.
   */
  seal(frame: UnsignedFrame, inTurn: InTurn = (sign) => sign()): string | Promise<string> {
    const known = this.#texts.get(frame);
    if (known !== undefined) return known;
    const text = this.#sign(frame, inTurn).then((signature) => {
      const signed = frameText(frame, signature);
      this.#texts.set(frame, signed);
      return signed;
    });
    // Whoever sends it hears of a failure; if nobody does, it must not end the process.
    text.catch(() => {});
    this.#texts.set(frame, text);
    return text;
  }

  /** The empty payload of a heartbeat is signed once in a lifetime (§8.4). */
  #sign(frame: UnsignedFrame, inTurn: InTurn): Promise<string> {
    const sign = () => this.#signature(frame);
    if (Object.keys(frame.payload).length > 0) return inTurn(sign);
    return this.#emptySignature ??= inTurn(sign).catch((error) => {
      this.#emptySignature = undefined;
      throw error;
    });
  }

  async #signature({ payload }: UnsignedFrame): Promise<string> {
    const input = new TextEncoder().encode(canonicalPython(payload));
    return encodeBase64url(await this.#crypto.sign(this.#key, input));
  }
}
