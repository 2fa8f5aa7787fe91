/**
 * How fast a file gets from one user to another across two servers, beside the most that RSA allows: 446 bytes
 * for each block that this machine decrypts, on all its cores. Four real processes, a file of 2 MB.
 *
 * @module
 */

import { silentLog } from "../lib/base/log.ts";
import { selectCrypto } from "../lib/crypto/select.ts";
import { SEGMENT_PLAINTEXT_BYTES } from "../lib/protocol/limits.ts";
import { inTurns } from "./limits.ts";
import type { Row } from "./table.ts";
import { bytesOf } from "../tests/support/binary.ts";
import { type Program, start } from "../tests/support/processes.ts";
import {
  plantKey,
  startJoined,
  startServer,
  temporaryFolder,
  testKey,
  UNLIMITED,
} from "../tests/support/real_servers.ts";

const FILE_BYTES = 2_000_000;
/** How often the limit is measured: before, between and after, since others use the machine too. */
const ROUNDS = 2;
/** For how long, in ms. */
const LIMIT_MS = 2_000;
/** Blocks that are decrypted at once: more than there are cores, so that none rests. */
const AT_ONCE = 8;

/** Bytes per second that RSA alone would allow, with the backend that the programs take too. */
async function limit(): Promise<number> {
  const { crypto, close } = await selectCrypto("auto", silentLog);
  const { privateKey, publicKey } = await crypto.importPrivateKey(bytesOf(testKey(0).privateKey));
  const block = await crypto.encrypt(publicKey, new Uint8Array(SEGMENT_PLAINTEXT_BYTES));
  const started = performance.now();
  let blocks = 0;
  const worker = async () => {
    while (performance.now() - started < LIMIT_MS) {
      await crypto.decrypt(privateKey, block);
      blocks += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - started) / 1000;
  await close();
  return blocks * SEGMENT_PLAINTEXT_BYTES / seconds;
}

/** What `client listen --json` tells of the file. */
interface FileLine {
  readonly type: string;
  readonly state?: string;
  readonly ts: number;
}

/** When the file came to be in a state at its receiver, Unix ms. */
async function reached(listener: Program, state: string): Promise<number> {
  const [text] = await listener.line(new RegExp(`^.*"type":"file".*"state":"${state}".*$`));
  const line: FileLine = JSON.parse(text);
  return line.ts;
}

/** Bytes per second of one file, from its acceptance to its last byte. */
async function transfer(): Promise<number> {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await using london = await startServer({ data: `${path}/london`, key: 0, args: UNLIMITED });
  await using paris = await startJoined(london, { data: `${path}/paris`, key: 1, args: UNLIMITED });
  const flags = (name: string, url: string) =>
    ["--name", name, "--profile", name, "--data", path].concat("--server", url);
  await plantKey(`${path}/client/alice/key.pem`, 2);
  await plantKey(`${path}/client/bob/key.pem`, 3);
  const file = `${path}/film`;
  await Deno.writeFile(file, new Uint8Array(FILE_BYTES).fill(7));
  await using bob = start("client", [
    ...["listen", "--json", "--accept-files", `${path}/landed`],
    ...flags("bob", paris.url),
  ]);
  await bob.line(/"type":"connected"/);
  await using alice = start("client", [
    "send",
    "--file",
    file,
    "bob",
    ...flags("alice", london.url),
  ]);
  const since = await reached(bob, "running");
  const { code, stderr } = await alice.ending;
  if (code !== 0) throw new Error(`the file was not sent: ${stderr}`);
  const until = await reached(bob, "done");
  return FILE_BYTES / ((until - since) / 1000);
}

/** Kilobytes a second of a file, beside what its receiver decrypts. */
export async function files(): Promise<Row[]> {
  const rates = await inTurns(ROUNDS, transfer, limit);
  return [{
    name: `a file of ${FILE_BYTES / 1e6} MB across two servers`,
    value: rates.value / 1000,
    unit: "kB/s",
    limit: rates.limit / 1000,
    limitName: "446 bytes for each block that this machine decrypts",
  }];
}
