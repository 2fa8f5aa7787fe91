/**
 * How many messages to everybody one server delivers to 200 members, beside a bare `Deno.upgradeWebSocket`
 * that sends the same bytes to the same sockets without looking at them. Both servers are processes of their
 * own, take turns on the same machine, and are heard by sockets that only count.
 *
 * @module
 */

import type { Id } from "../lib/protocol/ids.ts";
import { startServer, temporaryFolder, UNLIMITED } from "../tests/support/real_servers.ts";
import { helloOf, newId, quiet, Scribe } from "./load/crowd.ts";
import { startHelper } from "./load/helper.ts";
import { RawSocket } from "./load/raw_socket.ts";
import { frameBytes } from "./load/upgrade.ts";
import type { Row } from "./table.ts";

const MEMBERS = 200;
/** Members who speak; each one's frames are checked one after the other. */
const SPEAKERS = 8;
/** Messages of one burst. */
const MESSAGES = 80;
/** Bursts: in turns, since a machine that others use too is not equally fast for long. */
const BURSTS = 6;
/** What is said, and by whom. */
interface Speech {
  readonly speaker: number;
  readonly text: string;
}

/** Signed beforehand: no signature is made while it is measured. */
async function speeches(scribe: Scribe, ids: readonly Id[]): Promise<Speech[]> {
  return await Promise.all(Array.from({ length: MESSAGES }, async (_, number) => {
    const speaker = number % SPEAKERS;
    const from = ids[speaker];
    if (from === undefined) throw new RangeError("there are fewer members than speakers");
    return { speaker, text: await scribe.toEverybody(from, Date.now() + number) };
  }));
}

/** How long it takes from the first message to the last member's last byte. */
async function seconds(sockets: readonly RawSocket[], said: readonly Speech[]): Promise<number> {
  const owed = sockets.map((socket, member) =>
    said.filter(({ speaker }) => speaker !== member)
      .reduce((sum, { text }) => sum + frameBytes(text), socket.received)
  );
  const all = Promise.all(sockets.map((socket, member) => socket.until(owed[member] ?? 0)));
  const start = performance.now();
  for (const [speaker, socket] of sockets.slice(0, SPEAKERS).entries()) {
    void socket.send(said.filter((speech) => speech.speaker === speaker).map(({ text }) => text));
  }
  await all;
  return (performance.now() - start) / 1000;
}

/** Opens the members' sockets; each says something at once, since a server does not wait long for that. */
async function members(port: number, ids: readonly Id[]): Promise<RawSocket[]> {
  const sockets = [];
  for (const id of ids) {
    const socket = await RawSocket.open(port);
    await socket.send([helloOf(id)]);
    sockets.push(socket);
  }
  return sockets;
}

/** Deliveries a second to everybody. */
export async function fanOut(): Promise<Row[]> {
  await using scribe = await Scribe.open();
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  await using helper = await startHelper("bare_fan_out.ts");
  const ids = Array.from({ length: MEMBERS }, newId);
  const sides = {
    ours: await members(server.port, ids),
    bare: await members(Number(helper.line), ids),
  };
  const all = [...sides.ours, ...sides.bare];
  // Members are told of each other first.
  await quiet(() => all.reduce((sum, { received }) => sum + received, 0));
  // The first burst is for the compilers.
  for (const sockets of Object.values(sides)) await seconds(sockets, await speeches(scribe, ids));
  const spent = { ours: 0, bare: 0 };
  for (let burst = 0; burst < BURSTS; burst++) {
    spent.ours += await seconds(sides.ours, await speeches(scribe, ids));
    spent.bare += await seconds(sides.bare, await speeches(scribe, ids));
  }
  for (const socket of all) socket.close();
  const deliveries = BURSTS * MESSAGES * (MEMBERS - 1);
  return [{
    name: `messages to everybody, ${MEMBERS} members`,
    value: deliveries / spent.ours,
    unit: "deliveries/s",
    limit: deliveries / spent.bare,
    limitName: "a bare fan-out of the same bytes",
  }];
}
