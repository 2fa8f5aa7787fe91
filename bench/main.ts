/**
 * Runs what measures, or those parts that are named, and prints one table: each number beside what could be
 * had at best on the same machine in the same run. `--json` prints it for programs.
 *
 * @module
 */

import { silentLog } from "../lib/base/log.ts";
import { selectCrypto } from "../lib/crypto/select.ts";
import { hostile, latency } from "./latency.ts";
import { fanOut } from "./channel.ts";
import { files } from "./files.ts";
import { mesh } from "./mesh.ts";
import { CORES } from "./limits.ts";
import { crowdMemory, memory } from "./memory.ts";
import { hellos, storm } from "./presence.ts";
import { relay } from "./relay.ts";
import { startup } from "./startup.ts";
import { jsonOf, lineOf, type Machine, type Row, tableOf } from "./table.ts";

/** What can be measured. */
const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  relay,
  latency,
  hostile,
  fanOut,
  hellos,
  storm,
  memory,
  startup,
  files,
  mesh,
};

/** What takes so long that it is only measured if it is named. */
const LONG_PARTS: typeof PARTS = { "crowd-memory": crowdMemory };

async function machine(): Promise<Machine> {
  const { backend, close } = await selectCrypto("auto", silentLog);
  await close();
  const { os, arch } = Deno.build;
  return { platform: `${os} ${arch}`, cores: CORES, deno: Deno.version.deno, crypto: backend };
}

if (Deno.args.includes("--help")) {
  console.log(`usage: deno task bench [--json] [part …]
parts: ${Object.keys(PARTS).join(", ")}
only if they are named, since they take long: ${Object.keys(LONG_PARTS).join(", ")}`);
  Deno.exit(0);
}
const wanted = Deno.args.filter((arg) => arg !== "--json");
const unknown = wanted.filter((name) => (PARTS[name] ?? LONG_PARTS[name]) === undefined);
if (unknown.length > 0) {
  console.error(
    `no such part: ${unknown.join()}; there are ${
      Object.keys({ ...PARTS, ...LONG_PARTS }).join(", ")
    }`,
  );
  Deno.exit(2);
}
const rows: Row[] = [];
let failures = 0;
const parts = wanted.length === 0 ? PARTS : { ...PARTS, ...LONG_PARTS };
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  console.error(`${name} …`);
  try {
    const measured = await measure();
    rows.push(...measured);
    for (const row of measured) console.error(lineOf(row));
  } catch (error) {
    // The others are worth their while without this one.
    console.error(`${name} failed:`, error);
    failures += 1;
  }
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
const print = Deno.args.includes("--json") ? jsonOf : tableOf;
console.log(print(rows, await machine()));
// Backends that nobody has closed keep their threads.
Deno.exit(failures > 0 ? 1 : 0);
