/**
 * A storm over real servers: `kill -9` of a random one every few seconds while people write to each other
 * and move about, then a reckoning. Every message must have one outcome at its sender, and if that says
 * acknowledged, exactly one delivery; and all tables must be equal within two heartbeats.
 *
 * @module
 */

import { HEARTBEAT_MS } from "../../lib/protocol/limits.ts";
import { Crowd } from "./chaos/crowd.ts";
import { Fleet } from "./chaos/fleet.ts";
import { Ledger } from "./chaos/ledger.ts";
import { becomes, pause } from "./chaos/pause.ts";
import { type ChaosReport, summaryOf } from "./chaos/report.ts";
import { Stalls } from "./chaos/stalls.ts";
import { streamOf } from "./chaos/streams.ts";
import { differences, type Table, tableOf } from "./chaos/tables.ts";
import { Travellers } from "./chaos/travellers.ts";
import { temporaryFolder } from "./real_servers.ts";

/** How a storm is to be. */
export interface ChaosOptions {
  /** Decides who is killed when and for how long, who writes what to whom, and who moves where. */
  readonly seed: number;
  /** How many servers, 2–7. */
  readonly servers: number;
  /** How many users write; at least one a server, who asks it for its table in the end. */
  readonly users: number;
  /** How long the storm lasts. */
  readonly seconds: number;
  /** The mean time from kill to kill. */
  readonly killEveryMs: number;
  /** The longest that a killed server stays down, in ms; it then needs a moment to start. */
  readonly downMs: number;
  /** How many messages a second are typed, by all users together. */
  readonly perSecond: number;
  /** How many users move from server to server; every second one of them leaves for good in the end. */
  readonly travellers: number;
}

/** The least time that a killed server stays down, in ms. */
const LEAST_DOWN_MS = 200;

/** How long all users may take to be back when all servers are: the pauses of their clients have grown. */
const RETURN_MS = 60_000;

/**
 * How long the last message may wait for its outcome: a client asks again after 20 s, a server answers
 * within 10 s.
 */
const OUTCOME_MS = 60_000;

/** Two heartbeats (§8.4) and what a slow machine needs beside. */
const AGREEMENT_MS = 2 * HEARTBEAT_MS + 5_000;

/** How long the last acknowledged message may take over the last socket, in ms. */
const LAST_DELIVERY_MS = 5_000;

/**
 * Runs a storm.
 *
 * @param options How it is to be.
 * @param say Hears of its progress, a line at a time; the seed first.
 * @returns What came of it.
 */
export async function runChaos(
  options: ChaosOptions,
  say: (line: string) => void,
): Promise<ChaosReport> {
  const { seed, servers, users, seconds, killEveryMs, perSecond } = options;
  say(
    `seed ${seed}: ${servers} servers, ${users} users who write and ${options.travellers} who travel, ` +
      `${seconds} s, a kill every ${killEveryMs / 1000} s, ${perSecond} messages a second`,
  );
  const started = performance.now();
  const now = () => performance.now() - started;
  const tell = (line: string) => say(`${(now() / 1000).toFixed(1).padStart(6)} s  ${line}`);

  using stalls = new Stalls();
  await using folder = await temporaryFolder();
  await using fleet = await Fleet.start(folder.path, servers, now);
  const ledger = new Ledger();
  await using crowd = await Crowd.enter({ fleet, ledger, seed, users, now });
  await using travellers = new Travellers({ fleet, seed, count: options.travellers });
  tell("all servers are up, all users see each other");

  const ms = seconds * 1_000;
  await allOf([
    blow(fleet, options, (line) => tell(`${line} · ${ledger}`)),
    crowd.write(ms, perSecond),
    travellers.travel(ms),
  ]);
  await fleet.allBack();
  tell(`the storm is over, all servers are up · ${ledger}`);

  const broken: string[] = [];
  const back = await becomes(() => crowd.everybodyThere, RETURN_MS) &&
    await travellers.arrived(RETURN_MS);
  if (!back) broken.push(`not every user is connected again ${RETURN_MS / 1000} s later`);
  const healedAt = now();
  tell("all users are connected again");

  const truth = new Map([...crowd.homes(), ...travellers.homes()]
    .map(([user, server]) => [user, fleet.id(server)]));
  const differing = await agreement(crowd, fleet, truth);
  const agreedAfterMs = now() - healedAt;
  if (differing.length > 0) {
    const seconds = AGREEMENT_MS / 1000;
    broken.push(...differing.map((line) => `${seconds} s after the healing ${line}`));
  } else tell(`all tables are equal, ${truth.size} users in each`);

  if (!await becomes(() => ledger.open === 0, OUTCOME_MS)) tell(`still open · ${ledger}`);
  await becomes(() => ledger.missing === 0, LAST_DELIVERY_MS);
  tell(`all messages have their outcome · ${ledger}`);
  const verdict = ledger.judge(fleet.kills);
  broken.push(...verdict.broken, ...crowd.faults, ...travellers.faults);

  await crowd[Symbol.asyncDispose]();
  await travellers[Symbol.asyncDispose]();
  await fleet.stop();
  broken.push(...fleet.faults);
  const report: ChaosReport = {
    seed,
    broken,
    lost: verdict.lost,
    figures: verdict.figures,
    kills: fleet.kills.length,
    disconnects: crowd.disconnects,
    moves: travellers.moves,
    secondCopies: crowd.secondCopies,
    agreedAfterMs,
    longestStallMs: stalls.longest,
    logs: fleet.ports.map((_, server) => fleet.log(server)),
  };
  for (const line of summaryOf(report)) say(line);
  return report;
}

/** Kills a random server every so often; whoever is down already is passed over. */
async function blow(
  fleet: Fleet,
  { seed, seconds, killEveryMs, downMs }: ChaosOptions,
  tell: (line: string) => void,
): Promise<void> {
  const chance = streamOf(seed, "kills");
  const all = fleet.ports.map((_, index) => index);
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    // The same draws whoever is up, so that the seed decides as much as it can.
    const wait = killEveryMs * (0.5 + chance.unit());
    const order = chance.shuffled(all);
    const down = LEAST_DOWN_MS + chance.unit() * (downMs - LEAST_DOWN_MS);
    await pause(Math.min(wait, Math.max(0, deadline - performance.now())));
    if (performance.now() >= deadline) return;
    const victim = order.find((index) => fleet.isUp(index));
    if (victim === undefined) continue;
    tell(`kill -9 of server ${victim}, down for ${(down / 1000).toFixed(1)} s`);
    await fleet.kill(victim, down);
  }
}

/** Waits for all of them even if one fails: none goes on when the run is over. */
async function allOf(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) {
    if (result.status === "rejected") throw result.reason;
  }
}

/** Asks every server again and again, until all say how it is. */
async function agreement(crowd: Crowd, fleet: Fleet, truth: Table): Promise<string[]> {
  let differing: string[] = [];
  await becomes(async () => {
    const tables = await Promise.all(fleet.ports.map((_, index) => tableOf(crowd.atHome(index))));
    differing = tables.flatMap((table, index) =>
      differences(table, truth).map((line) => `server ${index} (${fleet.id(index)}) ${line}`)
    );
    return differing.length === 0;
  }, AGREEMENT_MS);
  return differing;
}
