/**
 * Holds one link to its limits (THREATS 17): says when its next frame may be taken.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import type { Phase } from "../protocol/catalog_row.ts";
import type { MessageType } from "../protocol/catalog.ts";
import {
  BURST_SECONDS,
  isBulk,
  isServers,
  type LinkLimits,
  MIN_CHUNK_BYTES,
} from "./link_limits.ts";
import { Overload } from "./overload.ts";

/**
 * What a frame costs is known when it has been read, so it is paid for afterwards: the next one waits until
 * it is.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #userFrames: TokenBucket;
  /** Everything that does not go in bulk. */
  readonly #plainBytes: TokenBucket;
  readonly #allBytes: TokenBucket;
  readonly #serverFrames: TokenBucket;
  readonly #overload = new Overload();
  /** Ends the wait for tokens. */
  #goOn: () => void = () => {};

  /**
   * The throttle of a link that has sent nothing yet.
   *
   * @param limits Its limits.
   * @param clock What tells the time and wakes it.
   */
  constructor(limits: LinkLimits, clock: Clock) {
    const now = clock.now();
    const bytes = (perSecond: number) =>
      new TokenBucket({ perSecond, burst: perSecond * BURST_SECONDS }, now);
    this.#clock = clock;
    this.#userFrames = new TokenBucket(limits.userFrames, now);
    this.#plainBytes = bytes(limits.userBytes);
    this.#allBytes = bytes(limits.fileBytes);
    this.#serverFrames = new TokenBucket(limits.serverFrames, now);
  }

  /**
   * How long the next frame must wait.
   *
   * @param phase The state of the link.
   * @returns Ms; 0 if it may be taken now.
   */
  delay(phase: Phase): number {
    const now = this.#clock.now();
    const buckets = isServers(phase)
      ? [this.#serverFrames]
      : [this.#userFrames, this.#plainBytes, this.#allBytes];
    return Math.max(...buckets.map((bucket) => bucket.opensAt(now))) - now;
  }

  /**
   * Waits.
   *
   * @param ms How long.
   * @param backlog How many frames wait on the link.
   * @returns Resolves then, or when the wait is ended.
   */
  wait(ms: number, backlog: number): Promise<void> {
    this.#overload.heldUp(backlog, this.#clock.now());
    return new Promise((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + ms, resolve);
      this.#goOn = () => {
        cancel();
        resolve();
      };
    });
  }

  /**
   * More has come.
   *
   * @param backlog How many frames wait on the link now.
   * @returns Whether the link has been over its limits for too long.
   */
  isOver(backlog: number): boolean {
    return this.#overload.lasts(backlog, this.#clock.now());
  }

  /** Nothing waits on the link any more. */
  caughtUp(): void {
    this.#overload.ends();
  }

  /** Ends the wait: nobody cares for the rest any more. */
  release(): void {
    this.#goOn();
  }

  /**
   * A frame has been taken.
   *
   * @param phase The state of the link, as it was before.
   * @param type Its type; undefined if it could not even be read.
   * @param bytes Its length, about.
   */
  charge(phase: Phase, type: MessageType | undefined, bytes: number): void {
    const now = this.#clock.now();
    if (isServers(phase)) return this.#serverFrames.spend(1, now);
    if (type === "FILE_CHUNK") {
      return this.#allBytes.spend(Math.max(bytes, MIN_CHUNK_BYTES), now);
    }
    this.#userFrames.spend(1, now);
    this.#allBytes.spend(bytes, now);
    if (!isBulk(type)) this.#plainBytes.spend(bytes, now);
  }

  /**
   * A frame was refused. Who sends it is told why, under a signature: a chunk that is not even taken counts as
   * a frame after all.
   *
   * @param phase The state of the link, as it was before.
   * @param type Its type; undefined if it could not even be read.
   */
  refused(phase: Phase, type: MessageType | undefined): void {
    if (type === "FILE_CHUNK" && !isServers(phase)) this.#userFrames.spend(1, this.#clock.now());
  }
}
