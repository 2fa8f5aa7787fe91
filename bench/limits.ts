/**
 * What the machine can do at best, measured in the same run as what is compared with it: signatures, and
 * texts that are sent to many sockets.
 *
 * @module
 */

import { silentLog } from "../lib/base/log.ts";
import { type CryptoChoice, selectCrypto } from "../lib/crypto/select.ts";
import { bytesOf } from "../tests/support/binary.ts";
import { testKey } from "../tests/support/real_servers.ts";
import { startHelper } from "./load/helper.ts";
import { RawSocket } from "./load/raw_socket.ts";
import { frameBytes } from "./load/upgrade.ts";

/** How many cores there are. */
export const CORES: number = navigator.hardwareConcurrency;

/** For how long a limit is measured at a time, in seconds. */
const SECONDS = 2;

/**
 * What the program `openssl` reaches with RSA-4096, in time that passes: without `-elapsed` it divides by the
 * processor time that it got, which tells nothing of what a machine can do that others use too.
 *
 * @param processes How many at once.
 * @param seconds For how long each operation is measured.
 * @returns Operations a second.
 * @throws {Error} If there is no such program, or it prints what nobody here can read.
 */
export async function opensslSpeed(
  processes: number,
  seconds = SECONDS,
): Promise<{ sign: number; verify: number }> {
  const many = processes > 1 ? ["-multi", String(processes)] : [];
  const { stdout } = await new Deno.Command("openssl", {
    args: ["speed", "-elapsed", "-seconds", String(seconds), ...many, "rsa4096"],
    stdout: "piped",
    stderr: "null",
  }).output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("install the program openssl: its speed is the limit", { cause: error });
  });
  return speedOf(new TextDecoder().decode(stdout));
}

/**
 * Reads what `openssl speed rsa4096` prints.
 *
 * @param text All of it.
 * @returns Operations a second.
 * @throws {Error} If they are not in it.
 */
export function speedOf(text: string): { sign: number; verify: number } {
  const [, sign, verify] = /^rsa +4096 bits +\S+s +\S+s +([\d.]+) +([\d.]+)/m.exec(text) ?? [];
  if (sign === undefined) throw new Error(`openssl speed has printed something else: ${text}`);
  return { sign: Number(sign), verify: Number(verify) };
}

/**
 * How many signatures a second a backend makes when nothing else is to be done.
 *
 * @param choice The backend.
 */
export async function bareSignatures(choice: CryptoChoice): Promise<number> {
  const { crypto, close } = await selectCrypto(choice, silentLog);
  const { privateKey } = await crypto.importPrivateKey(bytesOf(testKey(0).privateKey));
  const text = new Uint8Array(1_000);
  const start = performance.now();
  let count = 0;
  // Twice as many as there are cores, so that no core waits for the next one to be handed over.
  await Promise.all(Array.from({ length: 2 * CORES }, async () => {
    while (performance.now() - start < SECONDS * 1000) {
      await crypto.sign(privateKey, text);
      count += 1;
    }
  }));
  const rate = count * 1000 / (performance.now() - start);
  await close();
  return rate;
}

/** Sockets of the bare fan-out. */
const LISTENERS = 200;
/** What each of them is sent. */
const TEXTS = 100;

/**
 * How many texts a second one thread hands to open sockets that does nothing else.
 *
 * @param bytes How long each is.
 */
export async function bareDeliveries(bytes: number): Promise<number> {
  await using helper = await startHelper("bare_fan_out.ts");
  const open = () => RawSocket.open(Number(helper.line));
  const [speaker, ...listeners] = await Promise.all(
    Array.from({ length: LISTENERS + 1 }, open),
  );
  if (speaker === undefined) throw new RangeError("nobody speaks");
  const text = "x".repeat(bytes);
  const burst = async () => {
    const heard = listeners.map((socket) =>
      socket.until(socket.received + TEXTS * frameBytes(text))
    );
    const start = performance.now();
    await speaker.send(Array.from({ length: TEXTS }, () => text));
    await Promise.all(heard);
    return LISTENERS * TEXTS * 1000 / (performance.now() - start);
  };
  // The first burst is for the compilers.
  await burst();
  const rate = await burst();
  for (const socket of [speaker, ...listeners]) socket.close();
  return rate;
}

/**
 * Measures something in turns with its limit, since a machine that others use too is not equally fast for
 * long: the limit before, between and after. What is measured first is not counted: it is for the compilers.
 *
 * @param rounds How often.
 * @param measure What is measured, a rate.
 * @param limit Its limit.
 * @returns The means.
 */
export async function inTurns(
  rounds: number,
  measure: () => Promise<number>,
  limit: () => Promise<number>,
): Promise<{ value: number; limit: number }> {
  await measure();
  const limits = [await limit()];
  const values = [];
  for (let round = 0; round < rounds; round++) {
    values.push(await measure());
    limits.push(await limit());
  }
  return { value: mean(values), limit: mean(limits) };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
