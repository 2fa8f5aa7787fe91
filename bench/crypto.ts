/**
 * How many RSA-4096 operations a second each Crypto backend does on this machine, one after the other and on
 * all its cores, beside what `openssl speed` says in the same run. The paddings cost next to nothing beside
 * RSA, so that `openssl speed`, which leaves PSS and OAEP out, says what can be reached.
 *
 * @module
 */

import { silentLog } from "../lib/base/log.ts";
import type { CryptoPort } from "../lib/crypto/port.ts";
import { selectCrypto } from "../lib/crypto/select.ts";
import { bytesOf, utf8 } from "../tests/support/binary.ts";
import { CORES, opensslSpeed } from "./limits.ts";
import keys from "../tests/support/keys.json" with { type: "json" };

/** For how long each is measured at a time, in seconds. */
const SECONDS = 1;
/** How often. Others use the machine too: the best counts, and they take turns so that all have the same luck. */
const ROUNDS = 3;

const OPERATIONS = ["sign", "verify", "encrypt", "decrypt"] as const;

/** Operations a second. */
type Rates = Partial<Record<string, number>>;

/** How often a second something can be done by so many at once. */
async function rate(work: () => Promise<unknown>, atOnce: number): Promise<number> {
  const started = performance.now();
  let count = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (performance.now() - started < SECONDS * 1000) {
      await work();
      count += 1;
    }
  }));
  return count * 1000 / (performance.now() - started);
}

/** What there is to do with a backend. */
async function workOf(crypto: CryptoPort): Promise<Record<string, () => Promise<unknown>>> {
  const [key] = keys.keys;
  const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(key?.privateKey ?? ""));
  const text = utf8("x".repeat(300));
  const signature = await crypto.sign(privateKey, text);
  const block = await crypto.encrypt(publicKey, text);
  return {
    sign: () => crypto.sign(privateKey, text),
    verify: () => crypto.verify(publicKey, signature, text),
    encrypt: () => crypto.encrypt(publicKey, text),
    decrypt: () => crypto.decrypt(privateKey, block),
  };
}

function row(name: string, rates: Rates): string {
  const cells = OPERATIONS.map((operation) =>
    Number.isNaN(rates[operation] ?? NaN) ? "" : rates[operation]?.toFixed(0) ?? ""
  );
  return name.padEnd(24) + cells.map((cell) => cell.padStart(10)).join("");
}

function ratio(name: string, one: Rates, other: Rates): string {
  const cells = OPERATIONS.map((operation) => {
    const quotient = (one[operation] ?? NaN) / (other[operation] ?? NaN);
    return Number.isNaN(quotient) ? "" : `× ${quotient.toFixed(2)}`;
  });
  return name.padEnd(24) + cells.map((cell) => cell.padStart(10)).join("");
}

/** The better of two measurements, for each operation. */
function best(one: Rates, other: Rates): Rates {
  const pairs = OPERATIONS.map((name) => [name, Math.max(one[name] ?? NaN, other[name] ?? NaN)]);
  return Object.fromEntries(pairs);
}

const web = await selectCrypto("webcrypto", silentLog);
const open = await selectCrypto("openssl", silentLog);
const works = [await workOf(web.crypto), await workOf(open.crypto)];

/** Web Crypto, OpenSSL, and `openssl speed`, so many at once. */
async function round(atOnce: number, processes: number): Promise<Rates[]> {
  const rates: Record<string, number>[] = works.map(() => ({}));
  for (const operation of OPERATIONS) {
    for (const [i, work] of works.entries()) {
      const count = await rate(work[operation] ?? (() => Promise.resolve()), atOnce);
      Object.assign(rates[i] ?? {}, { [operation]: count });
    }
  }
  return [...rates, await opensslSpeed(processes, SECONDS)];
}

console.log(`RSA-4096, operations a second (${Deno.build.os} ${Deno.build.arch}, ${CORES} cores)`);
// Twice as many as there are cores, so that no core waits for the next one to be handed over.
for (
  const [title, atOnce, processes] of [
    ["one after the other", 1, 1],
    [`on ${CORES} cores`, CORES * 2, CORES],
  ] as const
) {
  let results = await round(atOnce, processes);
  for (let i = 1; i < ROUNDS; i++) {
    const again = await round(atOnce, processes);
    results = results.map((rates, which) => best(rates, again[which] ?? {}));
  }
  const [webRates = {}, openRates = {}, reached = {}] = results;
  console.log(`\n${title.padEnd(24)}${OPERATIONS.map((name) => name.padStart(10)).join("")}`);
  console.log(row(web.backend, webRates));
  console.log(row(open.backend, openRates));
  console.log(row("openssl speed", reached));
  console.log(ratio("OpenSSL : Web Crypto", openRates, webRates));
  console.log(ratio("OpenSSL : openssl speed", openRates, reached));
}
await open.close();
