/**
 * How fast a new user is known to all servers of a full mesh, and how many frames that takes, beside the
 * least possible: one link's delay, and one frame for each other server. In virtual time over links that
 * take 50 ms, with the real core, so that nothing but the protocol is measured.
 *
 * @module
 */

import type { ServerActor } from "../tests/support/server_actor.ts";
import { World } from "../tests/support/world.ts";

/** How long a frame takes from one server to another, in ms. */
const LINK_MS = 50;

/** What happened because of one event. */
interface Cost {
  /** Until every server knew, in ms. */
  readonly ms: number;
  /** Frames between servers that speak of it. */
  readonly frames: number;
}

/** A full mesh at rest. */
async function meshOf(count: number): Promise<World> {
  const world = new World({ seed: count, delayMs: LINK_MS });
  const names = Array.from({ length: count }, (_, number) => `server${number}`);
  for (const name of names) {
    await world.server(name, { introducers: name === "server0" ? [] : ["server0"], quiet: true });
    await world.advance(2_000);
  }
  await world.advance(60_000);
  const links = world.servers.reduce((sum, { linked }) => sum + linked.length, 0);
  if (links !== count * (count - 1)) throw new Error(`${links} ends of links are no full mesh`);
  return world;
}

/** Lets something happen and waits until all servers agree that it has. */
async function costOf(
  world: World,
  event: () => Promise<unknown>,
  isKnownTo: (server: ServerActor) => boolean,
  about: string,
): Promise<Cost> {
  const since = world.network.sent.length;
  const done = event();
  // The clock starts when the user's own server knows: before, nobody could.
  while (!world.servers.some(isKnownTo)) await world.advance(1);
  const start = world.clock.now();
  while (!world.servers.every(isKnownTo)) await world.advance(1);
  const ms = world.clock.now() - start;
  await world.advance(2_000);
  await done;
  const frames =
    world.network.sent.slice(since).filter(({ from, to, text }) =>
      isServer(from) && isServer(to) && text.includes(about) && !text.includes("SERVER_ANNOUNCE")
    ).length;
  return { ms, frames };
}

function isServer(name: string): boolean {
  return name.startsWith("server");
}

function row(event: string, count: number, { ms, frames }: Cost): string {
  const least = count - 1;
  const [time, times] = [ms / LINK_MS, frames / least];
  return [
    event.padEnd(12),
    `${count}`.padStart(7),
    `${ms}`.padStart(8),
    `${LINK_MS}`.padStart(8),
    `${time.toFixed(1)}x`.padStart(8),
    `${frames}`.padStart(8),
    `${least}`.padStart(8),
    `${times.toFixed(1)}x`.padStart(8),
  ].join("");
}

console.log(
  `a full mesh, each link takes ${LINK_MS} ms\n` +
    "event       servers      ms   least   ratio  frames   least   ratio",
);
for (const count of [2, 5, 10, 25]) {
  const world = await meshOf(count);
  const [home] = world.servers;
  if (home === undefined) throw new Error("no server");
  const alice = await world.stranger("alice");
  const enters = await costOf(
    world,
    () => alice.enters(home),
    ({ presence }) => presence.length === 1,
    alice.id,
  );
  console.log(row("user comes", count, enters));
  const leaves = await costOf(
    world,
    () => alice.leaves(),
    ({ presence }) => presence.length === 0,
    alice.id,
  );
  console.log(row("user leaves", count, leaves));
  const since = world.network.sent.length;
  await world.advance(60_000);
  const rest = world.network.sent.length - since;
  const perRound = rest / 4;
  const beats = count * (count - 1);
  console.log(
    `at rest     ${
      `${count}`.padStart(7)
    }: ${perRound} frames in 15 s, ${beats} of them heartbeats ` +
      `(§8.4): ${(perRound / beats).toFixed(1)}x`,
  );
}
