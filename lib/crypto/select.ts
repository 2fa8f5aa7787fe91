/**
 * Which backend does the cryptography of a program.
 *
 * @module
 */

import type { Log } from "../base/log.ts";
import { Libcrypto } from "./libcrypto.ts";
import { libraryPaths } from "./library_paths.ts";
import { OpenSsl } from "./openssl.ts";
import type { CryptoPort } from "./port.ts";
import { selfTest } from "./self_test.ts";
import { WebCrypto } from "./webcrypto.ts";

/** What can be asked for. */
export const CRYPTO_CHOICES = ["auto", "webcrypto", "openssl"] as const;

/** `auto` takes OpenSSL where it can be had and passes its self-test. */
export type CryptoChoice = typeof CRYPTO_CHOICES[number];

/** OpenSSL was asked for and cannot be had. The message is one line that says what to do. */
export class OpenSslUnavailableError extends Error {
  /** As it shows in a log. */
  override readonly name = "OpenSslUnavailableError";
}

/** A backend that somebody closes. */
export interface OpenedCrypto {
  /** The backend. */
  readonly crypto: CryptoPort;
  /** Who does the work, for people: `Web Crypto`, `OpenSSL 3.0.19`. */
  readonly backend: string;
  /**
   * Waits for what is under way and frees all keys; nothing may be asked of the backend after that. A
   * process may also end without, while threads are at work: nothing is taken apart under their hands. A second
   * call waits as well.
   */
  close(): Promise<void>;
}

/** What the choice depends on, so that a test can choose among what is not there. */
export interface Surroundings {
  /** Where libcrypto may be. */
  readonly paths: readonly string[];
  /** Whether a path may be opened; it does not ask the person. */
  mayOpen(path: string): boolean;
  /**
   * Opens the backend of one library.
   *
   * @throws {Error} If it is not there, or no OpenSSL 3.
   */
  open(path: string): OpenedCrypto;
}

/** The machine as it is. */
const machine: Surroundings = {
  paths: libraryPaths(Deno.build),
  mayOpen: (path) => Deno.permissions.querySync({ name: "ffi", path }).state === "granted",
  open(path) {
    const library = new Libcrypto(path);
    const crypto = new OpenSsl(library);
    const close = async () => {
      await crypto.close();
      library.close();
    };
    let closing: Promise<void> | undefined;
    // Once: Deno takes it amiss if a library is closed a second time.
    return { crypto, backend: `OpenSSL ${library.version}`, close: () => closing ??= close() };
  },
};

/**
 * Makes the backend that is asked for.
 *
 * @param choice What is asked for.
 * @param log Is told which it is, and if `auto` ends with Web Crypto, what to do for speed.
 * @param surroundings What there is; by default this machine.
 * @returns The backend. Whoever asks closes it.
 * @throws {OpenSslUnavailableError} If `openssl` is asked for and cannot be had.
 */
export async function selectCrypto(
  choice: CryptoChoice,
  log: Log,
  surroundings: Surroundings = machine,
): Promise<OpenedCrypto> {
  if (choice === "webcrypto") return webCrypto();
  const found = await findOpenSsl(surroundings);
  if (!("why" in found)) {
    log("debug", `RSA is done by ${found.backend}`);
    return found;
  }
  if (choice === "openssl") {
    throw new OpenSslUnavailableError(`--crypto openssl: ${found.why}; ${found.remedy}`);
  }
  const line = `RSA is done by Web Crypto, several times slower than OpenSSL: ${found.why}; `;
  log(found.isAlarming ? "warn" : "info", line + found.remedy);
  return webCrypto();
}

function webCrypto(): OpenedCrypto {
  return { crypto: new WebCrypto(), backend: "Web Crypto", close: () => Promise.resolve() };
}

/** Why there is no OpenSSL. */
interface Absence {
  readonly why: string;
  /** What a person can do about it. */
  readonly remedy: string;
  /** Whether something is wrong, not just missing. */
  readonly isAlarming?: boolean;
}

/** The first library that is there, may be called and passes the self-test. */
async function findOpenSsl(
  { paths, mayOpen, open }: Surroundings,
): Promise<OpenedCrypto | Absence> {
  const [usual] = paths;
  if (usual === undefined) {
    const remedy = "say --crypto webcrypto to be told no more";
    return { why: "no place is known for it on this system", remedy };
  }
  const allowed = paths.filter(mayOpen);
  if (allowed.length === 0) {
    const remedy = `start with \`deno task\`, or with --allow-ffi=${paths.join(",")}`;
    return { why: "there is no permission to call it", remedy };
  }
  let failure: Absence | undefined;
  for (const path of allowed) {
    let candidate;
    try {
      candidate = open(path);
    } catch (error) {
      // Most of them are not there. What is there and no use is something else than a library to be installed.
      if (!isMissing(error)) {
        const remedy = "repair or update OpenSSL, or say --crypto webcrypto";
        failure ??= { why: `${path} cannot be used (${lineOf(error)})`, remedy, isAlarming: true };
      }
      continue;
    }
    const reason = await selfTest(candidate.crypto, new WebCrypto()).catch(String);
    if (reason === undefined) return candidate;
    await candidate.close();
    const remedy = "update OpenSSL, or say --crypto webcrypto";
    failure ??= { why: `${path} failed its self-test (${reason})`, remedy, isAlarming: true };
  }
  const remedy =
    `install OpenSSL 3 (apt install libssl3, dnf install openssl-libs, brew install openssl@3)`;
  return failure ?? { why: `there is no libcrypto of OpenSSL 3 at ${allowed.join(", ")}`, remedy };
}

/** Deno has no class of errors for it: these are the dynamic linker's words, on Linux and on macOS. */
function isMissing(error: unknown): boolean {
  return /no such file|not a directory/i.test(String(error));
}

function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1).join("");
}
