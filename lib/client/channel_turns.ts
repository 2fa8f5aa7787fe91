/**
 * Who needs the channel's key, and whose turn it is to share it (D23): the holder with the smallest id
 * answers at once, each next one half a second later, unless somebody did. Where there are many, the later ones
 * come closer together: whoever waits has made a key of its own after 3 s.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Id } from "../protocol/ids.ts";

/** How much later the next holder answers if the one before it does not (D23), in ms. */
export const TURN_MS = 500;

/** So many holders have a turn each. */
const SINGLE_TURNS = 4;

/** Everybody has had a turn by then, in ms; what they share must arrive within the 3 s of D23. */
export const LAST_TURN_MS = 2_700;

/** How soon a member who got the key is given it again, in ms: a server may ask in its name at will. */
export const AGAIN_MS = 5_000;

/** Those who need the key, as one holder sees them. */
export class ChannelTurns {
  readonly #clock: Clock;
  readonly #due: (ids: readonly Id[]) => void;
  /** When it is this holder's turn, Unix ms. */
  readonly #needing = new Map<Id, number>();
  /** When this holder answered, Unix ms. */
  readonly #answered = new Map<Id, number>();
  #cancel: () => void = () => {};

  /**
   * Nobody needs anything.
   *
   * @param clock The turns.
   * @param due Called with those who still need the key when it is this holder's turn.
   */
  constructor(clock: Clock, due: (ids: readonly Id[]) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /**
   * Somebody needs the key.
   *
   * @param id Who.
   * @param rank How many holders come before this one.
   */
  need(id: Id, rank: number): void {
    const now = this.#clock.now();
    if (now < (this.#answered.get(id) ?? -Infinity) + AGAIN_MS) return;
    const turn = now + pauseBefore(rank);
    this.#needing.set(id, Math.min(turn, this.#needing.get(id) ?? Infinity));
    this.#watch();
  }

  /** Somebody has got it. */
  settled(id: Id): void {
    this.#needing.delete(id);
  }

  /** Nobody can be answered any more. */
  clear(): void {
    this.#needing.clear();
    this.#watch();
  }

  #watch(): void {
    this.#cancel();
    this.#cancel = () => {};
    const turn = Math.min(...this.#needing.values());
    if (turn !== Infinity) this.#cancel = this.#clock.at(turn, () => this.#answer());
  }

  #answer(): void {
    const now = this.#clock.now();
    const due = [...this.#needing].filter(([, turn]) => turn <= now).map(([id]) => id);
    for (const [id, at] of this.#answered) if (at + AGAIN_MS <= now) this.#answered.delete(id);
    for (const id of due) {
      this.#needing.delete(id);
      this.#answered.set(id, now);
    }
    this.#watch();
    if (due.length > 0) this.#due(due);
  }
}

function pauseBefore(rank: number): number {
  if (rank < SINGLE_TURNS) return rank * TURN_MS;
  const first = SINGLE_TURNS * TURN_MS;
  return Math.floor(first + (LAST_TURN_MS - first) * (1 - SINGLE_TURNS / rank));
}
