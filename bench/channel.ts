/**
 * How many messages to everybody one server delivers to 200 members, beside a bare `Deno.upgradeWebSocket`
 * that sends the same bytes to the same sockets without looking at them. Both servers are processes of their
 * own, take turns on the same machine, and are heard by sockets that only count.
 *
 * @module
 */

import { silentLog } from "../lib/base/log.ts";
import { selectCrypto } from "../lib/crypto/select.ts";
import { sealPublic } from "../lib/client/public_message.ts";
import { frameText } from "../lib/protocol/envelope.ts";
import { toId } from "../lib/protocol/ids.ts";
import { bytesOf } from "../tests/support/binary.ts";
import { startServer, temporaryFolder, testKey, UNLIMITED } from "../tests/support/real_servers.ts";
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
/** How long nothing may come for everybody to count as having come, in ms. */
const QUIET_MS = 500;

/** A text of usual length. */
const TEXT = "Is anybody coming to the lake on Sunday? The water is warm, and there is cake.";

/** What is said, and by whom. */
interface Speech {
  readonly speaker: number;
  readonly text: string;
}

const { crypto } = await selectCrypto("auto", silentLog);
const keys = await crypto.importPrivateKey(bytesOf(testKey(0).privateKey));
const { publicKey } = await crypto.importPrivateKey(bytesOf(testKey(1).privateKey));
const ids = Array.from({ length: MEMBERS }, () => toId(globalThis.crypto.randomUUID()));

/** Signed beforehand: no signature is made while it is measured. */
async function speeches(): Promise<Speech[]> {
  return await Promise.all(Array.from({ length: MESSAGES }, async (_, number) => {
    const speaker = number % SPEAKERS;
    const from = ids[speaker];
    if (from === undefined) throw new RangeError("there are fewer members than speakers");
    const channel = { epoch: 1, channelPub: "A".repeat(43), publicKey };
    const ts = Date.now() + number;
    const { text } = await sealPublic(crypto, { from, keys, channel, text: TEXT, ts });
    return { speaker, text };
  }));
}

/** Waits until nothing comes any more: members are told of each other first. */
async function quiet(sockets: readonly RawSocket[]): Promise<void> {
  const received = () => sockets.reduce((sum, socket) => sum + socket.received, 0);
  for (let before = -1; before !== received();) {
    before = received();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
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
async function members(port: number, hello: (id: string) => string): Promise<RawSocket[]> {
  const sockets = [];
  for (const id of ids) {
    const socket = await RawSocket.open(port);
    await socket.send([hello(id)]);
    sockets.push(socket);
  }
  return sockets;
}

function hello(from: string): string {
  const payload = { client: "bench", pubkey: keys.publicKey };
  return frameText({ type: "USER_HELLO", from, to: "*", ts: Date.now(), payload });
}

/** Deliveries a second to everybody. */
export async function fanOut(): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  await using helper = await startHelper("bare_fan_out.ts");
  const sides = {
    ours: await members(server.port, hello),
    bare: await members(Number(helper.line), hello),
  };
  await quiet([...sides.ours, ...sides.bare]);
  // The first burst is for the compilers.
  for (const sockets of Object.values(sides)) await seconds(sockets, await speeches());
  const spent = { ours: 0, bare: 0 };
  for (let burst = 0; burst < BURSTS; burst++) {
    spent.ours += await seconds(sides.ours, await speeches());
    spent.bare += await seconds(sides.bare, await speeches());
  }
  for (const socket of [...sides.ours, ...sides.bare]) socket.close();
  const deliveries = BURSTS * MESSAGES * (MEMBERS - 1);
  return [{
    name: `messages to everybody, ${MEMBERS} members`,
    value: deliveries / spent.ours,
    unit: "deliveries/s",
    limit: deliveries / spent.bare,
    limitName: "a bare fan-out of the same bytes",
  }];
}
