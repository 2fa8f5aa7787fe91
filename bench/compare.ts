/**
 * Two servers against each other, such as one before a change and one after it: both relay direct messages in
 * turns, on one machine in one run. Not one of the measurements, since it needs a second checkout:
 * `git worktree add ../before REVISION && deno run -A bench/compare.ts ../before .`
 *
 * @module
 */

import { Program } from "../tests/support/processes.ts";
import { plantKey, temporaryFolder, UNLIMITED } from "../tests/support/real_servers.ts";
import { CORES, opensslSpeed } from "./limits.ts";
import { enter, leave, type Member, Scribe } from "./load/crowd.ts";
import { closedLoop, openLoop, percentile } from "./load/loops.ts";

const USERS = 100;
const MESSAGES = 400;
const ROUNDS = 5;
/** What each of the two servers signs for a message. */
const SIGNATURES = 2;
/** How many messages a second go in the open loop: the same for both, and little enough for either. */
const OPEN_PER_SECOND = 60;

/** One of the two. */
interface Side {
  readonly folder: string;
  readonly crowd: readonly Member[];
  /** Messages a second, round by round. */
  readonly rates: number[];
  /** How long messages took in the open loop, in ms. */
  readonly times: number[];
}

if (Deno.args.length !== 2) {
  console.error("usage: deno run -A bench/compare.ts FOLDER FOLDER");
  Deno.exit(2);
}
await using scribe = await Scribe.open();
await using stack = new AsyncDisposableStack();
const sides: Side[] = [];
for (const folder of Deno.args) {
  const data = stack.use(await temporaryFolder());
  await plantKey(`${data.path}/server-key.pem`, 2);
  const flags = ["--port", "0", "--data", data.path, "--bootstrap", "none", ...UNLIMITED];
  const program = ["run", "--no-check", "--allow-all", `${await Deno.realPath(folder)}/main.ts`];
  const server = stack.use(new Program([...program, ...flags]));
  const [, port] = await server.line(/^socp-server listening on ws:\/\/127\.0\.0\.1:(\d+)/);
  sides.push({ folder, crowd: await enter([Number(port)], USERS), rates: [], times: [] });
}
const signatures = [(await opensslSpeed(CORES)).sign];
for (let round = 0; round < ROUNDS; round++) {
  // Whoever goes first is not always the same.
  for (const { crowd, rates, times } of round % 2 === 0 ? sides : sides.toReversed()) {
    rates.push(await closedLoop(crowd, await scribe.letters(crowd, MESSAGES)));
    times.push(...await openLoop(crowd, await scribe.letters(crowd, MESSAGES), OPEN_PER_SECOND));
  }
  signatures.push((await opensslSpeed(CORES)).sign);
}
for (const { crowd } of sides) leave(crowd);

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const limit = mean(signatures) / SIGNATURES;
console.log(`openssl speed on ${CORES} cores, / ${SIGNATURES}: ${limit.toFixed(0)} messages/s`);
for (const { folder, rates, times } of sides) {
  times.sort((a, b) => a - b);
  const rate = mean(rates);
  const rounds = rates.map((each) => each.toFixed(0)).join(" ");
  console.log(
    `${folder}: ${rounds}: ${rate.toFixed(0)} messages/s, ${(rate / limit * 100).toFixed(0)} %; ` +
      `at ${OPEN_PER_SECOND}/s p50 ${percentile(times, 0.5).toFixed(1)} ms, ` +
      `p99 ${percentile(times, 0.99).toFixed(1)} ms`,
  );
}
const [one, other] = sides.map(({ rates }) => mean(rates));
console.log(`second : first = × ${((other ?? NaN) / (one ?? NaN)).toFixed(2)}`);
