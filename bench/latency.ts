/**
 * How long a direct message takes at half the load that its server bears; and how long it takes while
 * somebody else sends that server signatures that are none.
 *
 * @module
 */

import {
  type RealServer,
  startServer,
  temporaryFolder,
  UNLIMITED,
} from "../tests/support/real_servers.ts";
import { opensslSpeed } from "./limits.ts";
import { enter, leave, type Member, Scribe } from "./load/crowd.ts";
import { startHelper } from "./load/helper.ts";
import { closedLoop, openLoop, percentile } from "./load/loops.ts";
import { atMost, type Row } from "./table.ts";

const USERS = 100;
/** Messages that find out how many a second get through. */
const TO_FIND_RATE = 300;
/** Messages whose time is taken: of a thousand, one is slower than p99.9. */
const MESSAGES = 1_000;
/** The same for the hostile load, which is measured four times. */
const FEWER_MESSAGES = 300;
/** The share of that rate at which messages go. */
const LOAD = 0.5;
/** How many signature times the median should stay below: that of the delivery, and two more to wait. */
const AIM = 3;

/** What an honest user's p99 should stay below beside a flood (THREATS 17), in ms. */
const HOSTILE_AIM_MS = 250;

const SHARES = { "p50": 0.5, "p99": 0.99, "p99.9": 0.999 };

/** How long messages take, from when they should have gone to their delivery. */
export async function latency(): Promise<Row[]> {
  await using scribe = await Scribe.open();
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  const crowd = await enter([server.port], USERS);
  const letters = await scribe.letters(crowd, MESSAGES);
  const before = await signatureMs();
  const rate = LOAD * await closedLoop(crowd, await scribe.letters(crowd, TO_FIND_RATE));
  const times = await openLoop(crowd, letters, rate);
  const limit = (before + await signatureMs()) / 2;
  leave(crowd);
  return Object.entries(SHARES).map(([name, share]) => {
    const row = {
      name: `a direct message's way at ${rate.toFixed(0)}/s, ${name}`,
      value: percentile(times, share),
      unit: "ms",
      limit,
      limitName: "one signature of openssl speed on one core",
    };
    return share === SHARES.p50 ? atMost(row, AIM) : row;
  });
}

/** The slowest of honest users' messages, alone and while one user brings garbage. The usual limits hold. */
export async function hostile(): Promise<Row[]> {
  await using scribe = await Scribe.open();
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2 });
  const crowd = await enter([server.port], USERS);
  const rate = LOAD * await closedLoop(crowd, await scribe.letters(crowd, TO_FIND_RATE));
  const letters = () => slowest(scribe, crowd, rate);
  const before = await letters();
  const patient = await besieged(server, "patient", letters);
  const flood = await besieged(server, "flood", letters);
  const limit = (before + await letters()) / 2;
  leave(crowd);
  const row = (manner: string, value: number) => ({
    name: `p99 at ${rate.toFixed(0)}/s beside garbage signatures, ${manner}`,
    value,
    unit: "ms",
    limit,
    limitName: "without it, before and after",
    target: { text: `< ${HOSTILE_AIM_MS} ms`, met: value < HOSTILE_AIM_MS },
  });
  return [row("one link", patient), row("one that returns when thrown out", flood)];
}

async function slowest(scribe: Scribe, crowd: readonly Member[], rate: number): Promise<number> {
  const letters = await scribe.letters(crowd, FEWER_MESSAGES);
  return percentile(await openLoop(crowd, letters, rate), SHARES.p99);
}

async function besieged(
  { port }: RealServer,
  manner: "patient" | "flood",
  work: () => Promise<number>,
): Promise<number> {
  await using _garbage = await startHelper("garbage.ts", [String(port), manner]);
  return await work();
}

async function signatureMs(): Promise<number> {
  return 1_000 / (await opensslSpeed(1)).sign;
}
