/**
 * The server: `deno task server`, or the compiled `socp-server`. Puts the parts together and nothing
 * else.
 *
 * @module
 */

import project from "./deno.json" with { type: "json" };
import { systemClock } from "./lib/base/clock.ts";
import { lanesFor } from "./lib/base/lanes.ts";
import type { Log } from "./lib/base/log.ts";
import { loadBootstrap } from "./lib/config/bootstrap_file.ts";
import { ConfigError } from "./lib/config/config_error.ts";
import { loadServerConfig, type ServerConfig } from "./lib/config/server_config.ts";
import { systemEntropy } from "./lib/crypto/entropy.ts";
import { fingerprint } from "./lib/crypto/fingerprint.ts";
import type { CryptoPort } from "./lib/crypto/port.ts";
import { parsePublicKey } from "./lib/crypto/public_key.ts";
import { type OpenedCrypto, OpenSslUnavailableError, selectCrypto } from "./lib/crypto/select.ts";
import { dialWebSocket } from "./lib/link/websocket.ts";
import { type Address, addressText } from "./lib/mesh/address.ts";
import { type Admission, isAdmitted } from "./lib/mesh/admission.ts";
import type { Introducer } from "./lib/mesh/introducer.ts";
import { type Door, openDoor } from "./lib/server/http.ts";
import { ServerNode } from "./lib/server/node.ts";
import { ServerRuntime } from "./lib/server/runtime.ts";
import { loadOrCreateKey } from "./lib/store/identity_file.ts";
import { type Snapshot, type Store, StoreError } from "./lib/store/port.ts";
import { openSqliteStore } from "./lib/store/sqlite.ts";
import { logger } from "./lib/terminal/log_format.ts";
import { printStatusOnSignal } from "./lib/terminal/status_on_signal.ts";

const print = (line: string) => console.log(line);

/** Nobody may be there to read the log any more, and the server goes on. */
function writeError(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Runs one server until it is told to stop. */
async function serve(config: ServerConfig): Promise<void> {
  const log = logger({
    level: config.logLevel,
    format: config.logFormat,
    now: systemClock.now,
    color: Deno.stderr.isTerminal() && (Deno.env.get("NO_COLOR") ?? "") === "",
    write: writeError,
  });
  const { introducers, admission, warnings } = loadBootstrap(config);
  for (const warning of warnings) log("warn", warning);

  const opened = await selectCrypto(config.crypto, log);
  const { crypto } = opened;
  const door = bind(config, log);
  const store = openSqliteStore(`${config.dataDir}/server.db`, systemClock);
  const keyFile = `${config.dataDir}/server-key.pem`;
  const { publicKey, privateKey } = await loadOrCreateKey(keyFile, crypto, () => {
    log("info", "making this server's RSA-4096 key, once: this takes some seconds");
  });
  const remembered = await admitted(store.load(), admission, introducers, crypto);
  const serverId = remembered.serverId ?? systemEntropy.id();
  store.apply([{ kind: "identity", serverId }]);

  const address = config.advertise ?? reachable(door.address, log);
  const node = new ServerNode({
    serverId,
    key: publicKey,
    address,
    bound: door.address,
    introducers,
    admission,
    requireProof: config.requireProof,
    dialDeny: config.dialDeny,
    remembered,
    entropy: systemEntropy,
    log,
  });
  const runtime = new ServerRuntime({
    node,
    crypto,
    privateKey,
    store,
    dial: dialWebSocket,
    clock: systemClock,
    log,
    limits: config.limits,
    lanes: lanesFor(navigator.hardwareConcurrency),
  });
  door.admit(runtime);
  // Before it is said to be ready: whoever reads that may stop it at once.
  stopOnSignal(runtime, door, store, opened);
  printStatusOnSignal({ status: () => runtime.status(), write: writeError, log });
  announce(config, door, serverId, await fingerprint(crypto, publicKey));
  runtime.start();
}

/** Whoever is not on the operator's list any more is a stranger again, and is not dialled (D13). */
async function admitted(
  remembered: Snapshot,
  admission: Admission,
  introducers: readonly Introducer[],
  crypto: CryptoPort,
): Promise<Snapshot> {
  const servers = [];
  for (const server of remembered.servers) {
    const key = parsePublicKey(server.pubkey);
    const applicant = { id: server.serverId, fingerprint: await fingerprint(crypto, key) };
    const isIntroducer = introducers.some(({ pubkey }) => pubkey === key);
    if (isIntroducer || isAdmitted(admission, applicant)) servers.push(server);
  }
  return { ...remembered, servers };
}

/** Opens the door first of all: a taken port shall not leave a data folder behind. */
function bind(config: ServerConfig, log: Log): Door {
  try {
    return openDoor(config, log);
  } catch (error) {
    if (error instanceof TypeError || !(error instanceof Error)) throw error;
    const where = addressText(config);
    console.error(
      error instanceof Deno.errors.AddrInUse
        ? `socp-server: ${where} is taken: stop what uses it or choose another --port`
        : `socp-server: cannot listen on ${where}: ${error.message}`,
    );
    Deno.exit(1);
  }
}

/** What other servers are told to dial if the operator does not say. */
function reachable({ host, port }: Address, log: Log): Address {
  if (host !== "0.0.0.0" && host !== "::") return { host, port };
  log("warn", `other servers are told to dial 127.0.0.1:${port}: say --advertise host:${port}`);
  return { host: "127.0.0.1", port };
}

/** The one line on stdout, for people and scripts alike. */
function announce(config: ServerConfig, { address }: Door, serverId: string, key: string): void {
  const line = `socp-server listening on ws://${addressText(address)} ` +
    `server_id=${serverId} fingerprint=${key}`;
  const event = { event: "listening", ...address, server_id: serverId, fingerprint: key };
  print(config.logFormat === "json" ? JSON.stringify(event) : line);
}

/** Within this a second signal is the same one: a terminal and `deno task` both pass Ctrl-C on. In ms. */
const SAME_SIGNAL_MS = 1_000;

/** How long signatures that nobody will get any more may hold the end up, in ms. Keys are wiped after them. */
const LAST_SIGNATURES_MS = 1_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void systemClock.at(systemClock.now() + ms, resolve));
}

/** SIGINT and SIGTERM: goodbye to everybody, database closed, exit 0. A later second one does not wait. */
function stopOnSignal(
  runtime: ServerRuntime,
  door: Door,
  store: Store,
  crypto: OpenedCrypto,
): void {
  let stoppingSince: number | undefined;
  const stop = async () => {
    const now = systemClock.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > SAME_SIGNAL_MS) Deno.exit(130);
      return;
    }
    stoppingSince = now;
    await runtime.stop();
    store.close();
    // The links are closed; what is left of the door would only wait for slow readers.
    void door.close();
    await Promise.race([crypto.close(), pause(LAST_SIGNATURES_MS)]);
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

/** Mistakes of the operator get one line; ours get their stack. */
function explain(error: unknown): never {
  if (error instanceof ConfigError || error instanceof OpenSslUnavailableError) {
    console.error(error.message);
    Deno.exit(2);
  }
  if (error instanceof StoreError || error instanceof Deno.errors.PermissionDenied) {
    console.error(`socp-server: ${error.message}`);
    Deno.exit(1);
  }
  throw error;
}

/** @param args The command line. */
async function main(args: readonly string[]): Promise<void> {
  const invocation = loadServerConfig(args, (name) => Deno.env.get(name));
  switch (invocation.kind) {
    case "help":
    case "print-config":
      return print(invocation.text);
    case "version":
      return print(`socp-server ${project.version}`);
    case "run":
      return await serve(invocation.config);
  }
}

if (import.meta.main) await main(Deno.args).catch(explain);
