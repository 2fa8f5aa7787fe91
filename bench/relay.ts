/**
 * Direct messages through one server and through two, as many as go through, beside the signatures that
 * this machine makes.
 *
 * @module
 */

import type { CryptoChoice } from "../lib/crypto/select.ts";
import {
  startJoined,
  startServer,
  temporaryFolder,
  UNLIMITED,
} from "../tests/support/real_servers.ts";
import { bareSignatures, CORES, inTurns, opensslSpeed } from "./limits.ts";
import { enter, leave, type Member, Scribe } from "./load/crowd.ts";
import { closedLoop } from "./load/loops.ts";
import { atLeast, type Row } from "./table.ts";

const USERS = 100;
/** Messages of a round. */
const MESSAGES = 600;
/** Messages of a round that is slower: with Web Crypto, or with twice as many signatures. */
const FEWER_MESSAGES = 300;
const ROUNDS = 3;
/** Messages that do not count: a server's own code becomes faster for as long, and servers run for months. */
const WARM_UP = 1_200;
/** What of its limit a relay should reach. */
const AIM = 0.85;

/** What a server signs for a message on its way through it alone: `USER_DELIVER`, and the sender's `ACK`. */
const SIGNATURES_OF_ONE = 2;
/**
 * What two servers sign for a message, on the same machine here: the first `SERVER_DELIVER` and the sender's
 * `ACK`, the second `USER_DELIVER` and the first one's `ACK`.
 */
const SIGNATURES_OF_TWO = 4;

/** Messages a second between the users of one server, and of two. */
export async function relay(): Promise<Row[]> {
  await using scribe = await Scribe.open();
  return [
    ...await throughOne(scribe, "openssl"),
    ...await throughOne(scribe, "webcrypto"),
    ...await throughTwo(scribe),
  ];
}

async function throughOne(scribe: Scribe, choice: CryptoChoice): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using server = await startServer({
    data: folder.path,
    key: 2,
    args: [...UNLIMITED, "--crypto", choice],
  });
  const crowd = await enter([server.port], USERS);
  const isOpenSsl = choice === "openssl";
  if (isOpenSsl) await round(scribe, crowd, WARM_UP);
  const { value, limit } = await inTurns(
    ROUNDS,
    () => round(scribe, crowd, isOpenSsl ? MESSAGES : FEWER_MESSAGES),
    isOpenSsl ? async () => (await opensslSpeed(CORES)).sign : () => bareSignatures(choice),
  );
  leave(crowd);
  const name = `direct messages, one server, ${isOpenSsl ? "OpenSSL" : "Web Crypto"}`;
  const signs = isOpenSsl ? `openssl speed -multi ${CORES}` : "Web Crypto alone";
  return rowsOf(name, { value, limit, signatures: SIGNATURES_OF_ONE, signs });
}

async function throughTwo(scribe: Scribe): Promise<Row[]> {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await using london = await startServer({ data: `${path}/london`, key: 2, args: UNLIMITED });
  await using paris = await startJoined(london, { data: `${path}/paris`, key: 3, args: UNLIMITED });
  // Each user sends to the next one, who is on the other server.
  const crowd = await enter([london.port, paris.port], USERS);
  await round(scribe, crowd, WARM_UP);
  const { value, limit } = await inTurns(
    ROUNDS,
    () => round(scribe, crowd, FEWER_MESSAGES),
    async () => (await opensslSpeed(CORES)).sign,
  );
  leave(crowd);
  const name = "direct messages, two servers, OpenSSL";
  return rowsOf(name, {
    value,
    limit,
    signatures: SIGNATURES_OF_TWO,
    signs: `openssl speed -multi ${CORES}`,
  });
}

async function round(scribe: Scribe, crowd: readonly Member[], count: number): Promise<number> {
  return await closedLoop(crowd, await scribe.letters(crowd, count));
}

/** What was reached. */
interface Reached {
  /** Messages a second. */
  readonly value: number;
  /** Signatures a second that the machine makes. */
  readonly limit: number;
  /** Signatures that a message costs. */
  readonly signatures: number;
  /** What made the signatures of the limit. */
  readonly signs: string;
}

/** The messages, and the signatures made for them. */
function rowsOf(name: string, { value, limit, signatures, signs }: Reached): Row[] {
  const limitName = `${signs}, / ${signatures}: signatures of a message`;
  return [
    atLeast({ name, value, unit: "messages/s", limit: limit / signatures, limitName }, AIM),
    {
      name: "    signatures for them",
      value: value * signatures,
      unit: "signatures/s",
      limit,
      limitName: signs,
    },
  ];
}
