/**
 * What a simulation is about: chosen by hand, or all of it by a seed.
 *
 * @module
 */

import { Seeded } from "../seeded.ts";
import { TOPOLOGIES, type Topology } from "./topology.ts";

/** What a simulation is about. */
export interface SimulationChoices {
  /** What decides everything that is not said here. */
  readonly seed: number;
  /** How many servers. */
  readonly servers: number;
  /** How many users. */
  readonly users: number;
  /** Which servers can reach which. */
  readonly topology: Topology;
  /** For how long there is trouble, in ms. */
  readonly troubleMs: number;
  /** How often there is trouble, and peace after it. */
  readonly rounds: number;
  /** How long it takes from one thing that happens to the next, in ms. */
  readonly turnMs: number;
  /** Whether one more server takes part that keeps to no rules. */
  readonly byzantine: boolean;
  /** The part of the frames between servers that are lost on the way, 0 to 1. */
  readonly lost: number;
  /** The part of them that arrive twice, 0 to 1. */
  readonly doubled: number;
  /** The longest time that a frame takes, in ms. */
  readonly slowness: number;
  /** By how much the clocks of servers differ from the true time at the most, in ms. */
  readonly skewMs: number;
  /** Whether servers ask each other for the proof of their keys (D12). */
  readonly requireProof: boolean;
}

/**
 * A small simulation.
 *
 * @param seed What decides how it is.
 */
export function smallChoices(seed: number): SimulationChoices {
  const fate = new Seeded(seed);
  const byzantine = fate.below(5) === 0;
  return {
    seed,
    servers: 3 + fate.below(3),
    users: 3 + fate.below(4),
    topology: fate.pick(TOPOLOGIES),
    troubleMs: byzantine ? 100_000 : 50_000 + fate.below(30_000),
    rounds: 1,
    turnMs: 2_000,
    byzantine,
    lost: fate.pick([0, 0, 0.02, 0.1]),
    doubled: fate.pick([0, 0, 0.02, 0.1]),
    slowness: fate.pick([20, 100, 400]),
    skewMs: fate.pick([0, 0, 5_000, 50_000]),
    requireProof: fate.below(4) === 0,
  };
}
