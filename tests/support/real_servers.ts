/**
 * Servers as real processes on free ports, with keys made beforehand so that nobody waits for one.
 *
 * @module
 */

import { bytesOf } from "./binary.ts";
import keys from "./keys.json" with { type: "json" };
import { Program, start, type Surroundings } from "./processes.ts";

/** What the permissions are called that a test with real processes needs. */
export const REAL: Deno.PermissionName[] = ["net", "read", "write", "run"];

/** A folder that is gone when the test leaves it. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a folder for one test. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "socp-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/**
 * One of the test keys.
 *
 * @param index 0–7.
 * @returns Both halves as base64url DER.
 */
export function testKey(index: number): { publicKey: string; privateKey: string } {
  const pair = keys.keys[index];
  if (pair === undefined) throw new RangeError(`no test key ${index}`);
  return pair;
}

/**
 * Puts a test key where a program looks for its own.
 *
 * @param path The key's file; its folder is made if it is missing.
 * @param index Which key, 0–7.
 */
export async function plantKey(path: string, index: number): Promise<void> {
  const base64 = bytesOf(testKey(index).privateKey).toBase64();
  const lines = base64.match(/.{1,64}/g) ?? [];
  const pem = ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""];
  await Deno.mkdir(new URL(".", `file://${path}`).pathname, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(path, pem.join("\n"), { mode: 0o600 });
}

/** A server that listens. */
export interface RealServer extends AsyncDisposable {
  readonly program: Program;
  /** `ws://127.0.0.1:…` */
  readonly url: string;
  readonly port: number;
  readonly serverId: string;
  readonly fingerprint: string;
}

/** How a server is started. */
export interface ServerWishes extends Surroundings {
  /** The data folder. */
  readonly data: string;
  /** Which test key it gets if it has none yet; undefined lets it make one. */
  readonly key?: number;
  /** The port; by default a free one. */
  readonly port?: number;
  /** The bootstrap file; by default none. */
  readonly bootstrap?: string;
  /** Further arguments. */
  readonly args?: readonly string[];
}

/** The arguments of a server that takes whatever it is sent, for measuring what it can. */
export const UNLIMITED = ["user-rate", "user-bytes", "file-bytes", "server-rate"]
  .map((name) => `--${name}=none`);

const READY =
  /^socp-server listening on (ws:\/\/127\.0\.0\.1:(\d+)) server_id=([0-9a-f-]{36}) fingerprint=(SHA256:[\w-]{43})$/;

/**
 * Starts a server and waits until it listens.
 *
 * @param wishes How.
 * @returns The server.
 */
export async function startServer(wishes: ServerWishes): Promise<RealServer> {
  const { data, key, port = 0, bootstrap = "none", args = [] } = wishes;
  if (key !== undefined) await plantKey(`${data}/server-key.pem`, key);
  const program = start(
    "server",
    ["--port", String(port), "--data", data, "--bootstrap", bootstrap, ...args],
    wishes,
  );
  try {
    const ended = program.ending.then(({ code, stderr }) => {
      throw new Error(`the server ended with exit code ${code}:\n${stderr}`);
    });
    ended.catch(() => {}); // it ends some day, and by then nobody waits here
    const [, url = "", boundPort, serverId = "", fingerprint = ""] = await Promise.race([
      program.line(READY),
      ended,
    ]);
    return {
      program,
      url,
      port: Number(boundPort),
      serverId,
      fingerprint,
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Starts a server that joins another one, and waits until it has.
 *
 * @param other The other one.
 * @param wishes How it is started; its bootstrap file is written beside its data folder.
 * @returns The server.
 */
export async function startJoined(
  other: RealServer,
  wishes: Omit<ServerWishes, "bootstrap">,
): Promise<RealServer> {
  const bootstrap = `${wishes.data}.bootstrap.yaml`;
  await Deno.writeTextFile(
    bootstrap,
    `bootstrap_servers:\n  - host: 127.0.0.1\n    port: ${other.port}\n`,
  );
  const server = await startServer({ ...wishes, bootstrap });
  try {
    await server.program.line(/joined through/, "stderr");
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
