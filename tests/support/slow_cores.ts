/**
 * Processors that take their time: signatures cost what they cost, in virtual time.
 *
 * @module
 */

import type { World } from "./world.ts";

/** What a signature of RSA-4096 takes, in ms, on a slow machine. */
const SIGN_MS = 8;

/** What it takes to check one, in ms: more than it does, since less than this no clock here counts. */
const VERIFY_MS = 1;

/** The processors on which a whole world runs, servers and clients alike: first come, first served. */
export class SlowCores {
  /** Signatures that were checked. */
  verified = 0;
  /** The most operations that were under way or waited for a processor at once. */
  mostAtOnce = 0;
  readonly #world: World;
  /** When each is free, Unix ms. */
  readonly #freeAt: number[];
  #underWay = 0;

  /**
   * From now on cryptography takes time.
   *
   * @param world Whose.
   * @param count How many processors there are.
   */
  constructor(world: World, count: number) {
    this.#world = world;
    this.#freeAt = Array(count).fill(0);
    const { crypto } = world;
    const [sign, verify] = [crypto.sign.bind(crypto), crypto.verify.bind(crypto)];
    crypto.sign = async (key, data) => {
      await this.#takes(SIGN_MS);
      return await sign(key, data);
    };
    crypto.verify = async (key, signature, data) => {
      this.verified += 1;
      await this.#takes(VERIFY_MS);
      return await verify(key, signature, data);
    };
  }

  async #takes(ms: number): Promise<void> {
    const { clock } = this.#world;
    const first = this.#freeAt.indexOf(Math.min(...this.#freeAt));
    const end = Math.max(clock.now(), this.#freeAt[first] ?? 0) + ms;
    this.#freeAt[first] = end;
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    await new Promise<void>((resolve) => void clock.at(end, resolve));
    this.#underWay -= 1;
  }
}
