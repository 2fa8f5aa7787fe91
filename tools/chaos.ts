/**
 * `deno task chaos`: a storm of `kill -9` over real servers while people write to each other, and then a
 * reckoning. A broken rule ends it with exit code 1; the seed that is printed first makes the same storm
 * again, as far as a machine ever does the same thing twice.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { type ChaosOptions, runChaos } from "../tests/support/chaos.ts";
import { MAX_SERVERS } from "../tests/support/chaos/fleet.ts";

/** What can be chosen: the usual value, the least and the most, and what it is. */
const FLAGS = {
  seed: [undefined, 0, 2 ** 32 - 1, "decides all that is left to chance"],
  seconds: [60, 1, 86_400, "how long the storm lasts"],
  servers: [5, 2, MAX_SERVERS, "how many servers"],
  users: [10, 2, 200, "how many users write, at least one a server"],
  travellers: [5, 0, 200, "how many users move from server to server"],
  "kill-every": [3, 0.5, 3_600, "mean seconds from one kill to the next"],
  down: [3, 0.2, 3_600, "longest seconds that a killed server stays down"],
  rate: [6, 0.1, 1_000, "messages a second, from all users together"],
} as const;

type Flag = keyof typeof FLAGS;

/** What need not be a whole number. */
const FRACTIONS: ReadonlySet<Flag> = new Set(["kill-every", "down", "rate"]);

const HELP = [
  "Kills real servers at random while people write to each other, then checks",
  "that no message was lost or doubled and that all servers agree again.",
  "Exit code 1 if a rule was broken.",
  "",
  "  deno task chaos [--seed <n>] [--seconds <n>] [--servers <n>] …",
  "",
  ...Object.entries(FLAGS).map(([name, [usual, , , help]]) =>
    `  ${`--${name} <n>`.padEnd(18)} ${help} (${usual ?? "random, printed first"})`
  ),
  `  ${"--logs".padEnd(18)} print what the servers have logged if a rule was broken`,
  `  ${"--help".padEnd(18)} print this, then exit`,
].join("\n");

/** A command line that makes no sense. */
class UsageError extends Error {}

/** Reads a number, or takes the usual one. */
function numberOf(flags: Record<string, unknown>, name: Flag): number {
  const [usual, least, most] = FLAGS[name];
  const text = flags[name];
  if (text === undefined) return usual ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const value = text === "" ? NaN : Number(text);
  const whole = FRACTIONS.has(name) || Number.isInteger(value);
  if (!(value >= least && value <= most) || !whole) {
    throw new UsageError(`--${name}: a number from ${least} to ${most}, not ${text}`);
  }
  return value;
}

/** Takes the command line apart. */
function optionsOf(args: string[]): { options: ChaosOptions; help: boolean; logs: boolean } {
  const flags = parseArgs(args, {
    string: [...Object.keys(FLAGS), "_"],
    boolean: ["help", "logs"],
    unknown: (arg) => {
      throw new UsageError(`no such option: ${arg}`);
    },
  });
  const options = {
    seed: numberOf(flags, "seed"),
    seconds: numberOf(flags, "seconds"),
    servers: numberOf(flags, "servers"),
    users: numberOf(flags, "users"),
    travellers: numberOf(flags, "travellers"),
    killEveryMs: numberOf(flags, "kill-every") * 1_000,
    downMs: numberOf(flags, "down") * 1_000,
    perSecond: numberOf(flags, "rate"),
  };
  if (options.users < options.servers) throw new UsageError("--users: at least one a server");
  return { options, help: flags["help"] === true, logs: flags["logs"] === true };
}

/** Runs a storm; the exit code. */
async function main(args: string[]): Promise<number> {
  try {
    const { options, help, logs } = optionsOf(args);
    if (help) {
      console.log(HELP);
      return 0;
    }
    const report = await runChaos(options, (line) => console.log(line));
    if (logs && report.broken.length > 0) {
      report.logs.forEach((log, index) => console.log(`\nserver ${index}:\n${log}`));
    }
    return report.broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
