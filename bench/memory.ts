/**
 * What a user who is online and says nothing costs a server in memory, beside a bare upgraded socket.
 *
 * @module
 */

import { startServer, temporaryFolder, UNLIMITED } from "../tests/support/real_servers.ts";
import { helloOf, newId, quiet } from "./load/crowd.ts";
import { startHelper } from "./load/helper.ts";
import { RawSocket } from "./load/raw_socket.ts";
import { atMost, type Row } from "./table.ts";

/** How many bare sockets' worth an idle user may cost. */
const AIM = 2;

/** Bytes by which it is told that something still comes: thousands of sockets are always being pinged. */
const PING_ROOM = 50_000;

/**
 * An idle user is weighed when the process has not become smaller for so long, in ms: V8 gives back what it
 * does not need any more some time after everybody has come, the more users the later.
 */
const REST_MS = 60_000;
/** How often that is looked at, in ms. */
const LOOK_MS = 2_000;
/** By how much it is smaller then, at the least. */
const SMALLER = 0.99;

/** 1,000 users. Everybody is told of everybody, so that five times as many take 25 times as long to come. */
export function memory(): Promise<Row[]> {
  return measure(1_000);
}

/** 5,000 users: minutes, and only if it is asked for. */
export function crowdMemory(): Promise<Row[]> {
  return measure(5_000);
}

async function measure(users: number): Promise<Row[]> {
  const [value, limit] = [await ours(users), await bare(users)];
  const unit = "KiB";
  return [
    atMost({
      name: `memory of an idle user among ${users}`,
      value: value.idle,
      unit,
      limit: limit.idle,
      limitName: "a bare upgraded socket; resident memory of the process, grown by",
    }, AIM),
    {
      name: "    when the last one has just come",
      value: value.come,
      unit,
      limit: limit.come,
      limitName: "the same, when the last socket has just been upgraded",
    },
  ];
}

async function ours(users: number): Promise<Growth> {
  await using folder = await temporaryFolder();
  await using server = await startServer({ data: folder.path, key: 2, args: UNLIMITED });
  const hello = () => helloOf(newId());
  return await growth(server.program.pid, () => open(server.port, users, hello), users);
}

async function bare(users: number): Promise<Growth> {
  await using helper = await startHelper("bare_upgrade.ts");
  return await growth(helper.pid, () => open(Number(helper.line), users, () => "hello"), users);
}

/** By how much a process has grown, in KiB for each user. */
interface Growth {
  /** When all have come and nothing moves any more. */
  readonly come: number;
  /** When they have been at rest for so long that the process becomes no smaller. */
  readonly idle: number;
}

async function growth(
  pid: number,
  come: () => Promise<RawSocket[]>,
  users: number,
): Promise<Growth> {
  const before = await residentKib(pid);
  const each = async () => (await residentKib(pid) - before) / users;
  const sockets = await come();
  await quiet(() =>
    Math.floor(sockets.reduce((sum, { received }) => sum + received, 0) / PING_ROOM)
  );
  const grown = await each();
  await atRest(pid);
  const result = { come: grown, idle: await each() };
  for (const socket of sockets) socket.close();
  return result;
}

/** Resolves when a process becomes no smaller any more. */
async function atRest(pid: number): Promise<void> {
  let least = await residentKib(pid);
  for (let quietMs = 0; quietMs < REST_MS; quietMs += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await residentKib(pid);
    if (now >= least * SMALLER) continue;
    [least, quietMs] = [now, 0];
  }
}

/** Opens sockets; each says something at once, since a server does not wait long for that. */
async function open(port: number, users: number, hello: () => string): Promise<RawSocket[]> {
  const sockets = [];
  for (let i = 0; i < users; i++) {
    const socket = await RawSocket.open(port);
    await socket.send([hello()]);
    sockets.push(socket);
  }
  return sockets;
}

/** Asked of `ps`, since Deno opens `/proc` only to who may do everything. */
async function residentKib(pid: number): Promise<number> {
  const args = ["-o", "rss=", "-p", String(pid)];
  const { stdout } = await new Deno.Command("ps", { args }).output();
  return Number(new TextDecoder().decode(stdout));
}
