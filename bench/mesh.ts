/**
 * How fast a new user is known to all servers of a full mesh, and how many frames that takes, beside the
 * least possible: one link's delay, and one frame for each other server. In virtual time over links that
 * take 50 ms, with the real core, so that nothing but the protocol is measured.
 *
 * @module
 */

import type { ServerActor } from "../tests/support/server_actor.ts";
import type { Row } from "./table.ts";
import { World } from "../tests/support/world.ts";

/** How long a frame takes from one server to another, in ms. */
const LINK_MS = 50;

/** How many servers. */
const SERVERS = 10;

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

/** One event's rows. */
function rowsOf(event: string, { ms, frames }: Cost): Row[] {
  const name = `${event} in a mesh of ${SERVERS}, virtual time`;
  return [
    { name, value: ms, unit: "ms", limit: LINK_MS, limitName: "one link's delay" },
    {
      name: "    frames between servers",
      value: frames,
      unit: "frames",
      limit: SERVERS - 1,
      limitName: "one for each other server",
    },
  ];
}

/** A user comes and leaves; and what goes around while nothing happens. */
export async function mesh(): Promise<Row[]> {
  const world = await meshOf(SERVERS);
  const [home] = world.servers;
  if (home === undefined) throw new Error("no server");
  const alice = await world.stranger("alice");
  const comes = await costOf(
    world,
    () => alice.enters(home),
    ({ presence }) => presence.length === 1,
    alice.id,
  );
  const leaves = await costOf(
    world,
    () => alice.leaves(),
    ({ presence }) => presence.length === 0,
    alice.id,
  );
  const since = world.network.sent.length;
  await world.advance(60_000);
  return [
    ...rowsOf("a user comes", comes),
    ...rowsOf("a user leaves", leaves),
    {
      name: "    frames at rest, in 15 s",
      value: (world.network.sent.length - since) / 4,
      unit: "frames",
      limit: SERVERS * (SERVERS - 1),
      limitName: "heartbeats (§8.4)",
    },
  ];
}
