/**
 * How many messages to everybody one server delivers to 200 members, beside a bare `Deno.upgradeWebSocket`
 * that sends the same bytes to the same sockets without looking at them. Both servers are processes of their
 * own, take turns on the same machine, and are heard by sockets that only count.
 *
 * @module
 */

import { WebCrypto } from "../lib/crypto/webcrypto.ts";
import { sealPublic } from "../lib/client/public_message.ts";
import { frameText } from "../lib/protocol/envelope.ts";
import { toId } from "../lib/protocol/ids.ts";
import { bytesOf } from "../tests/support/binary.ts";
import { startServer, temporaryFolder, testKey } from "../tests/support/real_servers.ts";
import { frameBytes, RawSocket } from "./load/raw_socket.ts";

const MEMBERS = 200;
/** Members who speak; each one's frames are checked one after the other. */
const SPEAKERS = 8;
const MESSAGES = 400;
const ROUNDS = 3;
/** How long nothing may come for everybody to count as having come, in ms. */
const QUIET_MS = 500;

/** A text of usual length. */
const TEXT = "Is anybody coming to the lake on Sunday? The water is warm, and there is cake.";

/** What is said, and by whom. */
interface Speech {
  readonly speaker: number;
  readonly text: string;
}

const crypto = new WebCrypto();
const keys = await crypto.importPrivateKey(bytesOf(testKey(0).privateKey));
const { publicKey } = await crypto.importPrivateKey(bytesOf(testKey(1).privateKey));
const ids = Array.from({ length: MEMBERS }, () => toId(globalThis.crypto.randomUUID()));

/** Signed beforehand: no signature is made while it is measured. */
async function speeches(): Promise<Speech[]> {
  return await Promise.all(Array.from({ length: MESSAGES }, async (_, number) => {
    const speaker = number % SPEAKERS;
    const from = ids[speaker];
    if (from === undefined) throw new RangeError("there are fewer members than speakers");
    const channel = { epoch: 1, publicKey };
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

/** Deliveries per second from the first message to the last member's last byte. */
async function deliveries(sockets: readonly RawSocket[], said: readonly Speech[]): Promise<number> {
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
  return said.length * (MEMBERS - 1) / ((performance.now() - start) / 1000);
}

async function ofOurs(): Promise<number> {
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2 });
  const sockets = [];
  for (const id of ids) {
    const socket = await RawSocket.open(server.port);
    const payload = { client: "bench", pubkey: keys.publicKey };
    await socket.send([
      frameText({ type: "USER_HELLO", from: id, to: "*", ts: Date.now(), payload }),
    ]);
    sockets.push(socket);
  }
  await quiet(sockets);
  const rate = await deliveries(sockets, await speeches());
  for (const socket of sockets) socket.close();
  return rate;
}

async function ofBare(): Promise<number> {
  const program = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-net=127.0.0.1", "bench/load/bare_fan_out.ts"],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  try {
    const [port] = (await program.stdout.pipeThrough(new TextDecoderStream()).values().next()).value
      ?.split("\n") ?? [];
    const sockets = [];
    for (const _ of ids) sockets.push(await RawSocket.open(Number(port)));
    await quiet(sockets);
    const rate = await deliveries(sockets, await speeches());
    for (const socket of sockets) socket.close();
    return rate;
  } finally {
    program.kill("SIGKILL");
    await program.status;
  }
}

const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  rounds.push({ ours: await ofOurs(), bare: await ofBare() });
}

const shown = (rate: number) => `${Math.round(rate)}`.padStart(10);
console.log(`${MESSAGES} messages to ${MEMBERS} members, deliveries per second:`);
console.log("      ours  bare fan-out  ours / bare");
for (const { ours, bare } of rounds) {
  console.log(`${shown(ours)}  ${shown(bare)}    ${(ours / bare * 100).toFixed(0)} %`);
}
