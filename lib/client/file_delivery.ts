/**
 * Takes a file to those who have accepted it, in as many runs as it needs (D25).
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { CHUNK_BYTES, chunkCount } from "../e2ee/file_chunk.ts";
import type { Id } from "../protocol/ids.ts";
import type { Manifest } from "./file_manifest.ts";
import type { FilePost } from "./file_post.ts";
import { FilePump, type FilePumpParts } from "./file_pump.ts";
import { type Taker, Takers } from "./file_takers.ts";
import { nameOf, type Roster } from "./roster.ts";
import type { TransferState } from "./transfer.ts";
import type { TransferView } from "./transfer_view.ts";

/** After what time somebody is tried again who could not be reached though online, in ms. */
export const RETRY_MS = 10_000;

/**
 * Time between the beginnings of two runs, in ms: each sends a whole window at once, and whoever takes a file may ask for
 * as many as they like.
 */
const RUN_MS = 1_000;

/** What a delivery needs. */
export interface FileDeliveryParts {
  /** What is shown of it. */
  readonly view: TransferView;
  /** What is promised. */
  readonly manifest: Manifest;
  /** Unix ms. */
  readonly clock: Pick<Clock, "now">;
  /** The way out. */
  readonly post: FilePost;
  /** Who is online. */
  readonly roster: Roster;
  /** What the pump needs. */
  readonly pump: Omit<FilePumpParts, "chunkBytes" | "limit" | "ended">;
  /** How it stands now; `moved` if more has arrived or more people take it. */
  show(state: TransferState, why: string | undefined, moved: boolean): void;
  /** The only one who wanted it is out of reach for good. */
  gone(why: string): void;
}

/** A file on its way to those who take it. */
export class FileDelivery {
  readonly #parts: FileDeliveryParts;
  readonly #takers = new Takers();
  readonly #pump: FilePump;
  readonly #count: number;
  #pass = -1;
  #nextRunAt = -Infinity;

  /**
   * A delivery to nobody yet.
   *
   * @param parts What it needs.
   */
  constructor(parts: FileDeliveryParts) {
    this.#parts = parts;
    this.#count = chunkCount(parts.manifest.size);
    this.#pump = new FilePump({
      ...parts.pump,
      chunkBytes: CHUNK_BYTES,
      limit: () => this.#takers.limit,
      ended: () => {},
    });
  }

  /** Whether anybody has accepted. */
  get wanted(): boolean {
    return this.#takers.counts.accepted > 0;
  }

  /** Those who do not have all of it yet. */
  get waiting(): Id[] {
    return this.#takers.all().filter(({ place }) => place !== "complete").map(({ id }) => id);
  }

  /** When something is due: Unix ms, infinity for never. */
  get deadline(): number {
    const isHeldBack = this.#takers.in("waiting").length > 0 &&
      this.#takers.in("riding").length === 0;
    return Math.min(this.#takers.deadline, isHeldBack ? this.#nextRunAt : Infinity);
  }

  /** Time has passed. */
  tick(now: number): void {
    this.#takers.excuse(now);
    for (const taker of this.#takers.all()) this.#look(taker, now);
    this.#goOn();
  }

  /** Somebody wants it from a chunk on, or says where to go on. */
  accepted(from: Id, have: number): void {
    const { clock, manifest: { fileId }, post } = this.#parts;
    const known = have <= this.#count &&
      this.#takers.accepted(from, have, clock.now(), this.#pump.next);
    if (known) this.#goOn();
    else post.say(from, { file_id: fileId, say: "cancel", why: "unknown" });
  }

  /** Somebody has written everything before a chunk. */
  has(from: Id, have: number): void {
    const taker = this.#takers.get(from);
    if (taker === undefined) return;
    this.#takers.heard(taker, Math.min(have, this.#count), this.#parts.clock.now());
    this.#goOn();
  }

  /**
   * Somebody has all of it.
   *
   * @param from Who says so.
   * @returns Whether it is somebody who takes it.
   */
  completed(from: Id): boolean {
    const { manifest: { fileId, to }, post } = this.#parts;
    const taker = this.#takers.get(from);
    if (taker === undefined) return false;
    Object.assign(taker, { place: "complete", have: this.#count });
    if (this.#takers.in("riding").length === 0) post.end({ fileId, to });
    this.#goOn();
    return true;
  }

  /** Somebody does not want it any more. */
  leaves(id: Id): void {
    this.#takers.drop(id);
    this.#goOn();
  }

  /** There is a connection: who was cut off is asked. */
  connected(): void {
    for (const { id } of this.#takers.in("away")) this.returned(id);
  }

  /** Nobody can be reached. */
  disconnected(why: string): void {
    for (const taker of this.#takers.all()) this.#takers.away(taker, this.#parts.clock.now(), why);
    this.#goOn();
  }

  /** Somebody is there again, perhaps. */
  returned(id: Id): void {
    const taker = this.#takers.get(id);
    const online = this.#parts.roster.get(id)?.online === true;
    if (online && taker?.place === "away") taker.askAt = this.#parts.clock.now();
  }

  /** Somebody cannot be reached, and is tried again at a time if they are online. */
  unreachable(id: Id, why: string, retryMs = Infinity): void {
    const { clock } = this.#parts;
    const taker = this.#takers.get(id);
    if (taker === undefined) return;
    this.#takers.away(taker, clock.now(), why, clock.now() + retryMs);
    this.#goOn();
  }

  /** Sends nothing more, and lets go of the file. */
  close(): void {
    this.#pump.close();
  }

  /** Whether something is due for a taker. */
  #look(taker: Taker, now: number): void {
    const { gone, manifest: { fileId: file_id, to }, post, roster } = this.#parts;
    const { id } = taker;
    const what = this.#takers.due(taker, now);
    if (what === undefined) return;
    if (what === "ask") return post.say(id, { file_id, say: "again" });
    if (what === "silent" && to !== "public") {
      return this.#takers.away(taker, now, `nothing is heard from ${nameOf(roster, id)}`, now);
    }
    post.say(id, { file_id, say: "cancel", why: what === "gone" ? "timeout" : "slow" });
    this.#takers.drop(id);
    if (to !== "public") gone(`${nameOf(roster, id)} was away for too long`);
  }

  /** Whoever can get on gets on, and what may be sent is sent. */
  #goOn(): void {
    const now = this.#parts.clock.now();
    const from = now < this.#nextRunAt ? undefined : this.#takers.board(now);
    if (from !== undefined) {
      this.#nextRunAt = now + RUN_MS;
      this.#parts.view.startedAt ??= now;
      this.#pump.start(++this.#pass, from);
    } else if (this.#takers.in("riding").length === 0) this.#pump.stop();
    else this.#pump.wake();
    this.#show();
  }

  #show(): void {
    const { show, view } = this.#parts;
    const { have, counts } = this.#takers;
    const { accepted, complete } = counts;
    const all = have === undefined;
    const done = accepted === 0 ? 0 : all ? view.size : Math.min(view.size, have * CHUNK_BYTES);
    const moved = accepted !== view.takers.accepted || complete !== view.takers.complete ||
      done !== view.done;
    const hasEmptied = accepted === 0 && view.takers.accepted > 0;
    Object.assign(view, { done, takers: counts });
    // Whoever it was held up for has gone: it stands there as it was offered.
    if (hasEmptied) return show("offered", undefined, moved);
    if (accepted === 0) {
      return show(view.state === "paused" ? "paused" : "offered", view.why, moved);
    }
    const [away] = this.#takers.in("away");
    if (all) show("done", undefined, moved);
    else if (away === undefined || accepted - complete > this.#takers.in("away").length) {
      show("running", undefined, moved);
    } else show("paused", away.why, moved);
  }
}
