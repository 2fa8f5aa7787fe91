import { assert } from "@std/assert";
import { smallChoices } from "../support/simulation/choices.ts";
import { Simulation } from "../support/simulation/simulation.ts";

/** Simulations of the suite; `deno task sim` runs longer ones. */
const SEEDS = 200;

/** Simulations of one test, so that a failure tells where to look. */
const TOGETHER = 25;

for (let first = 1; first <= SEEDS; first += TOGETHER) {
  const last = first + TOGETHER - 1;
  const name =
    `THREATS 23: in trouble of every kind nothing is lost or doubled, and after it all agree ` +
    `(seeds ${first} to ${last})`;
  Deno.test(name, async () => {
    let taken = 0;
    for (let seed = first; seed <= last; seed++) {
      const { letters } = await new Simulation(smallChoices(seed)).run();
      taken += letters["taken"] ?? 0;
    }
    assert(taken > 5 * TOGETHER, `only ${taken} letters arrived`);
  });
}
