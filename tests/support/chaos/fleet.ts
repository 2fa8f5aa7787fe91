/**
 * The servers of a storm: real processes that are killed without warning and started again where they were.
 *
 * @module
 */

import { type RealServer, startServer, testKey } from "../real_servers.ts";
import type { Kill } from "./ledger.ts";
import { pause } from "./pause.ts";

/** The most servers there can be: each has a test key of its own, and one key is left for the users. */
export const MAX_SERVERS = 7;

/** How many introducers a bootstrap file lists, at least (§8.1). */
const INTRODUCERS = 3;

/** How often a start is tried: the port may have become the near end of somebody's dial meanwhile. */
const STARTS = 5;

/** Exit code of a server that was asked to stop. */
const STOPPED = 0;

/** Some servers that know each other through one bootstrap file. All are ended when the run leaves them. */
export class Fleet implements AsyncDisposable {
  /** Every kill so far. */
  readonly kills: Kill[] = [];
  /** What a server did that no server may do, in a line each. */
  readonly faults: string[] = [];
  readonly ports: readonly number[];
  readonly #folder: string;
  readonly #now: () => number;
  /** The process on each port; undefined while it is down. */
  readonly #running: (RealServer | undefined)[];
  readonly #ids: string[] = [];
  /** What each server has logged, all its processes one after the other. */
  readonly #logs: string[];
  /** Who is on the way back. */
  readonly #returning = new Set<Promise<void>>();

  private constructor(folder: string, ports: readonly number[], now: () => number) {
    this.#folder = folder;
    this.ports = ports;
    this.#now = now;
    this.#running = ports.map(() => undefined);
    this.#logs = ports.map(() => "");
  }

  /**
   * Starts them all.
   *
   * @param folder Where each gets a data folder that outlives its processes.
   * @param count How many, at most {@linkcode MAX_SERVERS}.
   * @param now The time of the kills, in ms.
   */
  static async start(folder: string, count: number, now: () => number): Promise<Fleet> {
    const fleet = new Fleet(folder, freePorts(count), now);
    const introducers = fleet.ports.slice(0, INTRODUCERS).map((port, index) =>
      `  - host: 127.0.0.1\n    port: ${port}\n    pubkey: "${testKey(index).publicKey}"\n`
    );
    const list = `bootstrap_servers:\n${introducers.join("")}`;
    await Deno.writeTextFile(`${folder}/bootstrap.yaml`, list);
    try {
      await Promise.all(fleet.ports.map((_, index) => fleet.#start(index, index)));
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
    return fleet;
  }

  /** Where a server listens, whether it is up or down. */
  url(index: number): string {
    return `ws://127.0.0.1:${this.ports[index]}`;
  }

  /** The id that a server had at its first start, and keeps (§5). */
  id(index: number): string {
    return this.#ids[index] ?? "";
  }

  /** Whether a server listens. */
  isUp(index: number): boolean {
    return this.#running[index] !== undefined;
  }

  /**
   * Kills a server as `kill -9` does, and starts it again a while later, on the same port and data.
   *
   * @param index Which.
   * @param downMs How long it stays down.
   * @returns Resolves when it is dead; for its return see {@linkcode allBack}.
   */
  async kill(index: number, downMs: number): Promise<void> {
    const server = this.#take(index);
    if (server === undefined) return; // it ended by itself, which is noted as a fault
    this.kills.push({ server: index, at: this.#now() });
    server.program.kill("SIGKILL");
    await server.program.end();
    this.#examine(index, server);
    const back = pause(downMs).then(() => this.#start(index))
      .catch((error) => this.faults.push(`server ${index} did not come back: ${error}`))
      .then(() => void this.#returning.delete(back));
    this.#returning.add(back);
  }

  /** Waits until every server that was killed is up again, or is known not to come back. */
  async allBack(): Promise<void> {
    await Promise.all(this.#returning);
  }

  /** Asks every server to stop, as an operator would; who does not do so properly is at fault. */
  async stop(): Promise<void> {
    await this.allBack();
    await Promise.all(this.ports.map(async (_, index) => {
      const server = this.#take(index);
      if (server === undefined) return;
      server.program.kill("SIGTERM");
      const { code } = await server.program.end();
      if (code !== STOPPED) this.faults.push(`server ${index} stopped with exit code ${code}`);
      this.#examine(index, server);
    }));
  }

  /** What the processes of a server have logged that have ended, for whoever wants to know why. */
  log(index: number): string {
    return this.#logs[index] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.allBack();
    await Promise.all(this.#running.map((server) => server?.[Symbol.asyncDispose]()));
  }

  async #start(index: number, key?: number): Promise<void> {
    const wishes = {
      data: `${this.#folder}/server-${index}`,
      port: this.ports[index] ?? 0,
      bootstrap: `${this.#folder}/bootstrap.yaml`,
      ...(key === undefined ? {} : { key }),
    };
    for (let attempt = 1;; attempt++) {
      try {
        const server = await startServer(wishes);
        return this.#greet(index, server);
      } catch (error) {
        if (attempt === STARTS) throw error;
        await pause(attempt * 200);
      }
    }
  }

  /** A server comes back as who it was, and stays until it is killed. */
  #greet(index: number, server: RealServer): void {
    this.#running[index] = server;
    const before = this.#ids[index] ??= server.serverId;
    if (before !== server.serverId) this.faults.push(`server ${index} came back with another id`);
    void server.program.ending.then(({ code }) => {
      if (this.#running[index] !== server) return;
      this.#running[index] = undefined;
      this.faults.push(`server ${index} ended by itself, with exit code ${code}`);
      this.#examine(index, server);
    });
  }

  /** From here on the end of a server is wanted. */
  #take(index: number): RealServer | undefined {
    const server = this.#running[index];
    this.#running[index] = undefined;
    return server;
  }

  /** A mistake of ours is in the log with its stack. */
  #examine(index: number, { program }: RealServer): void {
    this.#logs[index] += `${program.output}\n`;
    const found = program.output.entries.find(({ text }) => text.includes("internal error"));
    if (found !== undefined) this.faults.push(`server ${index} logged: ${found.text}`);
  }
}

/** Ports that are free a moment ago: each server is told of the others before any is started. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}
