/**
 * What became of every message of a simulation.
 *
 * @module
 */

import type { Clock } from "../../../lib/base/clock.ts";
import type { SimUser } from "./sim_user.ts";

/** How long a sender may wait for the outcome, in ms: 10 s for a way, 10 s for the answer, and some. */
const OUTCOME_MS = 25_000;

interface Letter {
  readonly from: SimUser;
  readonly to: SimUser;
  readonly at: number;
  /** Which life of which servers brought it: one of them never brings it twice. */
  readonly broughtBy: string[];
  outcome: string | undefined;
  settledAt: number;
}

/** The accounts of all messages. */
export class Letters {
  readonly #clock: Clock;
  readonly #slowness: number;
  readonly #open = new Map<string, Letter>();
  readonly #broken: string[] = [];
  readonly #outcomes = new Map<string, number>();
  /** Whether nothing happens that makes second copies possible: no restart, and nobody replays. */
  strict = true;

  /**
   * @param clock What time it is.
   * @param slowness The longest time that a frame takes, in ms.
   */
  constructor(clock: Clock, slowness: number) {
    this.#clock = clock;
    this.#slowness = slowness;
  }

  /** How many letters ended how. */
  get outcomes(): Record<string, number> {
    return Object.fromEntries(this.#outcomes);
  }

  /** A letter was sent. */
  wrote(messageRef: string, from: SimUser, to: SimUser): void {
    const at = this.#clock.now();
    const letter = { from, to, at, broughtBy: [], outcome: undefined, settledAt: Infinity };
    this.#open.set(messageRef, letter);
  }

  /** A letter reached somebody. */
  arrived(messageRef: string, reader: SimUser): void {
    const letter = this.#open.get(messageRef);
    if (letter === undefined) return;
    if (letter.to !== reader) {
      this.#broken.push(`a letter for ${letter.to.name} was given to ${reader.name}`);
    }
    const by = `${reader.home?.name} in its life ${reader.home?.lives}`;
    if (letter.broughtBy.includes(by) || (this.strict && letter.broughtBy.length > 0)) {
      this.#broken.push(`${reader.name} got a letter of ${letter.from.name} twice, now by ${by}`);
    }
    letter.broughtBy.push(by);
  }

  /** The sender was told what came of a letter. */
  settled(messageRef: string, outcome: string): void {
    const letter = this.#open.get(messageRef);
    if (letter === undefined || letter.outcome !== undefined) return;
    letter.outcome = outcome;
    letter.settledAt = this.#clock.now();
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** What went wrong since this was last asked; closes the accounts of old letters. */
  complaints(): string[] {
    const now = this.#clock.now();
    const broken = this.#broken.splice(0);
    for (const [messageRef, letter] of this.#open) {
      if (now - letter.at < 2 * OUTCOME_MS) {
        if (now - letter.at < OUTCOME_MS || letter.outcome !== undefined) continue;
        if (this.#ended(letter.from, letter.at, now)) continue;
        broken.push(`${letter.from.name} was never told what became of a letter`);
      }
      this.#open.delete(messageRef);
      const { from, to, at, outcome, settledAt, broughtBy } = letter;
      const lost = outcome === "taken" && broughtBy.length === 0;
      if (lost && !this.#ended(to, at, settledAt + this.#slowness)) {
        broken.push(`a letter of ${from.name} to ${to.name} was taken and is lost`);
      }
    }
    return broken;
  }

  /** Whether the connection of a user ended in some time: what is on its way then is nobody's. */
  #ended(user: SimUser, since: number, until: number): boolean {
    return user.gone.some((gone) => gone >= since - this.#slowness && gone <= until);
  }
}
