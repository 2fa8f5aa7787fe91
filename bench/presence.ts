/**
 * How many users can come in a second, and how soon everybody knows when many come at once.
 *
 * @module
 */

import { startServer, temporaryFolder, UNLIMITED } from "../tests/support/real_servers.ts";
import { bareDeliveries, CORES, inTurns, opensslSpeed } from "./limits.ts";
import { enter, helloOf, leave, type Member, newId } from "./load/crowd.ts";
import { FrameSocket } from "./load/frame_socket.ts";
import { RawSocket } from "./load/raw_socket.ts";
import type { Row } from "./table.ts";

/** Users that come in one round, as fast as they are let in. */
const COMERS = 150;
/** How many of them are on their way at once. */
const AT_ONCE = 10;
const ROUNDS = 2;
/** What a server signs for a hello: its answer, and the advertisement of the user. */
const SIGNATURES = 2;
/** How long an advertisement is with the key in it, in bytes, about. */
const ADVERT_BYTES = 1_800;

/** Who watches the storm. */
const WATCHERS = 200;
/** Who comes in the storm. */
const STORM = 1_000;
/** Within which time, in seconds. */
const STORM_SECONDS = 10;
/** How long to wait for everybody to know, in ms. */
const PATIENCE_MS = 60_000;

/** Hellos a second, until each has been answered. */
export async function hellos(): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  const texts = textsFor(0, COMERS) / COMERS;
  const { value, limit } = await inTurns(ROUNDS, () => rush(server.port), () => possible(texts));
  const limitName = costs(texts);
  return [{
    name: `hellos, until there are ${COMERS} users`,
    value,
    unit: "hellos/s",
    limit,
    limitName,
  }];
}

function costs(texts: number): string {
  return `${SIGNATURES} signatures by openssl speed and ${
    texts.toFixed(0)
  } bare deliveries for each`;
}

/** What a server sends because users come: to whoever is there, and to each of them of whoever is. */
function textsFor(before: number, comers: number): number {
  return 2 * (before * comers + comers * (comers - 1) / 2);
}

/**
 * How many hellos a second there could be: the signatures are made on all cores, the texts are sent by one
 * thread, and both share the cores.
 */
async function possible(texts: number): Promise<number> {
  const signing = SIGNATURES / (await opensslSpeed(CORES)).sign;
  const sending = texts / await bareDeliveries(ADVERT_BYTES);
  return 1 / Math.max(sending, signing + sending / CORES);
}

/** How many users a second are let in. */
async function rush(port: number): Promise<number> {
  const sockets: FrameSocket[] = [];
  const start = performance.now();
  let left = COMERS;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) {
      const socket = await FrameSocket.open(port);
      sockets.push(socket);
      const welcomed = socket.next("ACK");
      await socket.send(helloOf(newId()));
      await welcomed;
    }
  }));
  const rate = COMERS * 1000 / (performance.now() - start);
  for (const socket of sockets) socket.close();
  return rate;
}

/** Until all watchers know all who came in a storm. */
export async function storm(): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  const watchers = await enter([server.port], WATCHERS);
  const texts = textsFor(WATCHERS, STORM) / STORM;
  const before = await possible(texts);
  const known = watched(watchers);
  const start = performance.now();
  const comers = await come(server.port, start);
  const everybody = await known;
  const seconds = (everybody.at - start) / 1000;
  for (const socket of comers) socket.close();
  leave(watchers);
  const name = `${STORM} users come within ${STORM_SECONDS} s, ${WATCHERS} watch`;
  const perSecond = (before + await possible(texts)) / 2;
  const limit = Math.max(STORM_SECONDS, STORM / perSecond);
  const limitName = `${STORM_SECONDS} s, or ${costs(texts)}, whichever is longer`;
  const news = WATCHERS * STORM;
  return [
    { name: `${name}: the last news`, value: seconds, unit: "s", limit, limitName },
    {
      name: "    news that came to the watchers",
      value: everybody.count,
      unit: "news",
      limit: news,
      limitName: "each watcher hears of each user",
      target: { text: "all", met: everybody.count === news },
    },
  ];
}

/** Users come at a steady pace, whether those before have been let in or not. */
async function come(port: number, start: number): Promise<RawSocket[]> {
  return await Promise.all(Array.from({ length: STORM }, async (_, i) => {
    const wait = start + i * STORM_SECONDS * 1000 / STORM - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
    const socket = await RawSocket.open(port);
    await socket.send([helloOf(newId())]);
    return socket;
  }));
}

/** When the last watcher was told of the last user, and how often anybody was told of one. */
function watched(watchers: readonly Member[]): Promise<{ at: number; count: number }> {
  let at = 0;
  let count = 0;
  const { promise, resolve } = Promise.withResolvers<{ at: number; count: number }>();
  const timer = setTimeout(() => resolve({ at, count }), PATIENCE_MS);
  for (const { socket } of watchers) {
    socket.listener = (head) => {
      if (!head.startsWith('{"type":"USER_ADVERTISE"')) return;
      at = performance.now();
      if (++count < WATCHERS * STORM) return;
      clearTimeout(timer);
      resolve({ at, count });
    };
  }
  return promise;
}
