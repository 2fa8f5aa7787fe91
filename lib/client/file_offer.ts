/**
 * Gets an offer to whom it is for: as soon as that is possible, and again until it is confirmed.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Manifest } from "./file_manifest.ts";
import type { FilePost } from "./file_post.ts";
import { nameOf, type Roster } from "./roster.ts";

/** After what time an offer goes out again that nobody has confirmed, in ms; then after twice that. */
const CONFIRM_MS = 10_000;

/** How often it is looked whether a channel key has come, in ms. */
const KEY_POLL_MS = 2_000;

/** What an offer needs. */
export interface FileOfferParts {
  /** What is offered. */
  readonly manifest: Manifest;
  /** Unix ms. */
  readonly clock: Pick<Clock, "now">;
  /** The way out. */
  readonly post: FilePost;
  /** Who is online. */
  readonly roster: Roster;
  /** It has gone out. */
  sent(): void;
  /** It cannot go out now, and why. */
  held(why: string): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** An offer on its way. */
export class FileOffer {
  readonly #parts: FileOfferParts;
  #at = Infinity;
  #times = 0;
  #sealing = false;
  #over = false;

  /**
   * An offer that has not gone out yet.
   *
   * @param parts What it needs.
   */
  constructor(parts: FileOfferParts) {
    this.#parts = parts;
  }

  /** When it goes out again: Unix ms, infinity for not before something has happened. */
  get deadline(): number {
    return this.#at;
  }

  /** Sends it, if it can be sent now; else says why not, and waits for the news that it can. */
  send(): void {
    const { clock, fault, held, manifest: { to }, post } = this.#parts;
    if (this.#sealing || this.#over) return;
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) {
      // Nothing tells when a key has come.
      this.#at = to === "public" && post.connected ? clock.now() + KEY_POLL_MS : Infinity;
      return held(obstacle);
    }
    this.#at = to === "public" ? Infinity : clock.now() + CONFIRM_MS * 2 ** this.#times++;
    this.#sealing = true;
    this.#send().catch(fault).finally(() => this.#sealing = false);
  }

  /** It is known to have arrived. */
  confirmed(): void {
    this.#at = Infinity;
  }

  /** It did not get through. */
  refused(retryAt: number): void {
    this.#at = retryAt;
  }

  /** Nothing can go out now. */
  disconnected(): void {
    this.#at = Infinity;
  }

  /** It does not stand any more. */
  withdraw(): void {
    this.#over = true;
    this.#at = Infinity;
  }

  async #send(): Promise<void> {
    const { manifest, post, sent } = this.#parts;
    const { fileId, to } = manifest;
    const start = await post.start(manifest);
    if (this.#over || !post.connected) return;
    post.post(start, { fileId, to });
    sent();
  }

  #obstacle(): string | undefined {
    const { manifest: { to }, post, roster } = this.#parts;
    if (!post.connected) return "it goes out as soon as there is a connection";
    if (to !== "public" && roster.get(to)?.online !== true) {
      return `${nameOf(roster, to)} is not online`;
    }
    return post.obstacle(to);
  }
}
