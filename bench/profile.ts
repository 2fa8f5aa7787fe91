/**
 * Where a server's time goes while it relays direct messages: what its main thread does, function by
 * function, and how much processor time the whole process takes. Not one of the measurements, since a
 * profiled server is slower; `deno run -A bench/profile.ts`.
 *
 * @module
 */

import { Program } from "../tests/support/processes.ts";
import { plantKey, temporaryFolder, UNLIMITED } from "../tests/support/real_servers.ts";
import { CORES } from "./limits.ts";
import { enter, Scribe } from "./load/crowd.ts";
import { closedLoop } from "./load/loops.ts";

const USERS = 100;
const MESSAGES = 500;
/** How many functions are printed. */
const LINES = 20;
/** Kernel ticks a second, in `/proc`. */
const TICKS = 100;

/** V8's sampling profile, as far as it is read here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** How long each sample stands for, in µs. */
  readonly timeDeltas: readonly number[];
}

/** V8's inspector, for one question after the other. */
class Inspector {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
    return new Inspector(socket);
  }

  /** Asks, and waits for the answer. */
  async ask<T>(method: string): Promise<T> {
    const answer = Promise.withResolvers<T>();
    this.#socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(data);
      if (id === 1) answer.resolve(result);
    };
    this.#socket.send(JSON.stringify({ id: 1, method }));
    return await answer.promise;
  }

  close(): void {
    this.#socket.close();
  }
}

/** The processor time that a process has taken on all cores, in seconds. */
async function processorSeconds(pid: number): Promise<number> {
  const [user, system] = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(" ").slice(13, 15);
  return (Number(user) + Number(system)) / TICKS;
}

/** The time that the machine's cores have had nothing to do, in seconds: what others take is not ours to have. */
async function idleSeconds(): Promise<number> {
  const [, ticks] = /^cpu +\d+ \d+ \d+ (\d+)/.exec(await Deno.readTextFile("/proc/stat")) ?? [];
  return Number(ticks) / TICKS;
}

/** Seconds of the main thread, by function. */
function byFunction({ nodes, samples, timeDeltas }: Profile): [string, number][] {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url } }) => {
    const file = url.replace(/^.*\/(lib|node_modules|npm)\//, "$1/").replace(/^file:.*\//, "");
    return [id, `${functionName || "(anonymous)"} ${file}`.trim()];
  }));
  const seconds = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    seconds.set(name, (seconds.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1e6);
  }
  return [...seconds].toSorted(([, a], [, b]) => b - a);
}

await using scribe = await Scribe.open();
await using folder = await temporaryFolder();
await plantKey(`${folder.path}/server-key.pem`, 2);
const flags = ["--port", "0", "--data", folder.path, "--bootstrap", "none", ...UNLIMITED];
await using server = new Program([
  ...["run", "--no-check", "--allow-all", "--inspect=127.0.0.1:0", "main.ts"],
  ...flags,
]);
const [, inspectorUrl = ""] = await server.line(/(ws:\/\/\S+)/, "stderr");
const [, port] = await server.line(/^socp-server listening on ws:\/\/127\.0\.0\.1:(\d+)/);
const crowd = await enter([Number(port)], USERS);
const letters = await scribe.letters(crowd, MESSAGES);
const inspector = await Inspector.open(inspectorUrl);
await inspector.ask("Profiler.enable");
await inspector.ask("Profiler.start");
const before = await processorSeconds(server.pid);
const idleBefore = await idleSeconds();
const rate = await closedLoop(crowd, letters);
const spent = await processorSeconds(server.pid) - before;
const unused = await idleSeconds() - idleBefore;
const { profile } = await inspector.ask<{ profile: Profile }>("Profiler.stop");
inspector.close();
for (const { socket } of crowd) socket.close();

const wall = MESSAGES / rate;
const functions = byFunction(profile);
const idle = functions.find(([name]) => name === "(idle)")?.[1] ?? 0;
const whole = functions.reduce((sum, [, seconds]) => sum + seconds, 0);
const share = (seconds: number, of: number) => `${(seconds / of * 100).toFixed(1)} %`.padStart(8);
console.log(`${MESSAGES} messages in ${wall.toFixed(1)} s: ${rate.toFixed(0)} a second`);
console.log(
  `${share(spent, wall * CORES)} of ${CORES} cores taken by the server, all its threads together`,
);
console.log(
  `${share(unused, wall * CORES)} of them idle; the rest is the load's and the machine's others'`,
);
console.log(`${share(whole - idle, whole)} of the time its main thread is busy; of the time:`);
for (const [name, seconds] of functions.slice(0, LINES)) {
  console.log(`${share(seconds, whole)}  ${name}`);
}
