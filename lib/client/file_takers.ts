/**
 * Those who take a file, and how far each of them is (D25). Who rides gets each chunk as it is sent; the
 * slowest of them sets the pace. Who came late, or lost something, waits for the next run.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

/** Chunks that may be on their way to the slowest who rides. */
export const WINDOW_CHUNKS = 16;

/** How long a taker may be silent who should not be, in ms. */
export const TAKER_SILENCE_MS = 60_000;

/** How long a taker may be away, in ms. */
export const AWAY_MS = 10 * 60_000;

/** After what time a taker who does not answer is asked again, in ms. */
export const AGAIN_MS = 15_000;

/** How many may take one file. */
const MAX_TAKERS = 1_000;

/** Somebody who takes a file. */
export interface Taker {
  /** Who. */
  readonly id: Id;
  /** The first chunk that is missing there. */
  have: number;
  /** Whether the present run is for them, the next one, none until they are back, or none any more. */
  place: "riding" | "waiting" | "away" | "complete";
  /** When they last said something new, or had nothing to say, Unix ms. */
  heardAt: number;
  /** Since when they are away, Unix ms. */
  awaySince: number;
  /** When to ask what they have: Unix ms, infinity while it cannot be asked. */
  askAt: number;
  /** Why they are away. */
  why: string;
}

/** The takers of one file. */
export class Takers {
  readonly #takers = new Map<Id, Taker>();

  /** All of them. */
  all(): Taker[] {
    return [...this.#takers.values()];
  }

  /** One of them. */
  get(id: Id): Taker | undefined {
    return this.#takers.get(id);
  }

  /** Those in one place. */
  in(place: Taker["place"]): Taker[] {
    return this.all().filter((taker) => taker.place === place);
  }

  /** How many there are, and how many have all of it. */
  get counts(): { accepted: number; complete: number } {
    return { accepted: this.#takers.size, complete: this.in("complete").length };
  }

  /** The first chunk that may not be sent yet. */
  get limit(): number {
    const riding = this.in("riding");
    return riding.length === 0 ? 0 : slowest(riding) + WINDOW_CHUNKS;
  }

  /** The chunk up to which all have everything, of those who have not all of it. */
  get have(): number | undefined {
    const open = this.all().filter(({ place }) => place !== "complete");
    return open.length === 0 ? undefined : slowest(open);
  }

  /**
   * Somebody wants it from a chunk on.
   *
   * @param id Who.
   * @param have The first chunk that is missing there.
   * @param now Unix ms.
   * @param next The next chunk of the present run, if there is one.
   * @returns Whether there is room for them.
   */
  accepted(id: Id, have: number, now: number, next: number | undefined): boolean {
    const before = this.#takers.get(id);
    if (before === undefined && this.#takers.size >= MAX_TAKERS) return false;
    // Who rode and asks has lost something; who comes in time for the next chunk just gets on.
    const inTime = before?.place !== "riding" && next !== undefined && have >= next &&
      this.in("riding").length > 0;
    const place = inTime ? "riding" : "waiting";
    const fresh = { heardAt: now, awaySince: Infinity, askAt: Infinity, why: "" };
    this.#takers.set(id, { id, have, place, ...fresh });
    return true;
  }

  /**
   * Somebody has written more. Saying the same again is no sign of life: whoever could ride on without
   * taking anything would hold up all others for ever.
   *
   * @param taker Who.
   * @param have The first chunk that is missing there now.
   * @param now Unix ms.
   */
  heard(taker: Taker, have: number, now: number): void {
    this.excuse(now);
    if (have > taker.have) Object.assign(taker, { have, heardAt: now });
  }

  /**
   * Who is so far ahead of the slowest that nothing new could be sent has nothing to say.
   *
   * @param now Unix ms.
   */
  excuse(now: number): void {
    const { limit } = this;
    for (const rider of this.in("riding")) if (rider.have >= limit) rider.heardAt = now;
  }

  /** They are out of reach, or say nothing. */
  away(taker: Taker, now: number, why: string, askAt: number = Infinity): void {
    if (taker.place === "complete") return;
    if (taker.place !== "away") taker.awaySince = now;
    Object.assign(taker, { place: "away", why, askAt });
  }

  /** They have left for good. */
  drop(id: Id): void {
    this.#takers.delete(id);
  }

  /**
   * Whoever waits gets on, if nobody rides.
   *
   * @param now Unix ms.
   * @returns Where the next run must begin; undefined if there is none to begin.
   */
  board(now: number): number | undefined {
    const waiting = this.in("waiting");
    if (waiting.length === 0 || this.in("riding").length > 0) return undefined;
    for (const taker of waiting) Object.assign(taker, { place: "riding", heardAt: now });
    return slowest(waiting);
  }

  /**
   * What is due for a taker: to ask what they have, or to give up waiting, because they ride and are
   * silent or are away for too long.
   *
   * @param taker Who.
   * @param now Unix ms. Who is to be asked now is to be asked again later.
   */
  due(taker: Taker, now: number): "ask" | "silent" | "gone" | undefined {
    const { place, heardAt, awaySince, askAt } = taker;
    if (place === "riding") return now >= heardAt + TAKER_SILENCE_MS ? "silent" : undefined;
    if (place !== "away") return undefined;
    if (now >= awaySince + AWAY_MS) return "gone";
    if (now < askAt) return undefined;
    taker.askAt = now + AGAIN_MS;
    return "ask";
  }

  /** When something is due for one of them: Unix ms, infinity for never. */
  get deadline(): number {
    return Math.min(...this.all().map(dueAt), Infinity);
  }
}

function dueAt({ place, heardAt, awaySince, askAt }: Taker): number {
  if (place === "riding") return heardAt + TAKER_SILENCE_MS;
  return place === "away" ? Math.min(askAt, awaySince + AWAY_MS) : Infinity;
}

function slowest(takers: readonly Taker[]): number {
  return Math.min(...takers.map(({ have }) => have));
}
