/**
 * `deno task sim`: a network of real servers in trouble of every kind, in virtual time. One seed decides
 * everything; what must be true is looked at after every step, and the seed that breaks it is printed.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { type SimulationChoices, smallChoices } from "../tests/support/simulation/choices.ts";
import { HEALING_MS, Simulation } from "../tests/support/simulation/simulation.ts";
import { TOPOLOGIES, type Topology } from "../tests/support/simulation/topology.ts";

const HELP = `Simulates a network of servers in trouble: lost, late and doubled frames,
cuts, partitions, crashes, clocks that differ, a server that keeps to no rules.
All servers must agree 30 s after each trouble.

Usage: deno task sim [options]

  --seed N        what decides everything (default: by the time)
  --servers N     how many servers (default: the seed decides)
  --users N       how many users (default: the seed decides)
  --hours N       how long, in simulated hours
                  (default: one trouble of a minute or two)
  --topology T    ${TOPOLOGIES.join(", ")}
                  (default: the seed decides)
  --byzantine     one more server that forges, replays, claims and floods
  --help          this text

Prints the seed first; the exit code is 1 if something was not true, and 2 for
a wrong option.`;

/** How long there is trouble before all must agree, in a simulation of hours, in ms. */
const TROUBLE_MS = 10 * 60_000;

/** Asks for what cannot be. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

function choicesOf(args: readonly string[]): SimulationChoices | undefined {
  const flags = parseArgs([...args], {
    boolean: ["help", "byzantine"],
    string: ["seed", "servers", "users", "hours", "topology"],
    unknown: (flag) => {
      throw new UsageError(`${flag} is no option`);
    },
  });
  if (flags["help"] === true) return undefined;
  const number = (name: string): number | undefined => {
    if (flags[name] === undefined) return undefined;
    const value = Number(flags[name]);
    if (flags[name] !== "" && Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`--${name} must be a number above 0`);
  };
  const seed = number("seed") ?? Date.now() % 2 ** 31;
  const drawn = smallChoices(seed);
  const hours = number("hours");
  const troubleMs = hours === undefined ? drawn.troubleMs : Math.min(TROUBLE_MS, hours * 3_600_000);
  return {
    ...drawn,
    servers: Math.max(2, Math.round(number("servers") ?? drawn.servers)),
    users: Math.max(2, Math.round(number("users") ?? drawn.users)),
    topology: topologyOf(flags["topology"]) ?? drawn.topology,
    byzantine: flags["byzantine"] === true || drawn.byzantine,
    troubleMs,
    rounds: hours === undefined
      ? 1
      : Math.max(1, Math.round(hours * 3_600_000 / (troubleMs + HEALING_MS))),
  };
}

function topologyOf(text: unknown): Topology | undefined {
  if (text === undefined) return undefined;
  const topology = TOPOLOGIES.find((one) => one === text);
  if (topology === undefined) throw new UsageError(`--topology is one of ${TOPOLOGIES.join(", ")}`);
  return topology;
}

/** Runs one simulation and says how it went. */
async function simulate(choices: SimulationChoices): Promise<void> {
  console.log(`seed ${choices.seed}: ${JSON.stringify(choices)}`);
  const began = Date.now();
  const { frames, letters, happened } = await new Simulation(choices).run((ms) => {
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`after ${(ms / 3_600_000).toFixed(2)} h: all agree (${seconds} s of real time)`);
  });
  console.log(`frames between servers: ${frames}`);
  console.log(`messages: ${JSON.stringify(letters)}`);
  console.log(`trouble: ${JSON.stringify(happened)}`);
}

if (import.meta.main) {
  try {
    const choices = choicesOf(Deno.args);
    if (choices === undefined) console.log(HELP);
    else await simulate(choices);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `sim: ${error.message}: see --help` : error.message);
    Deno.exit(isUsage ? 2 : 1);
  }
}
