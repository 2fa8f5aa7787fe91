/**
 * How long the server takes from its start to the line that says it listens, with a key and a database that
 * are there already, beside a program that does nothing.
 *
 * @module
 */

import { startServer, temporaryFolder } from "../tests/support/real_servers.ts";
import { startHelper } from "./load/helper.ts";
import { percentile } from "./load/loops.ts";
import type { Row } from "./table.ts";

const STARTS = 7;
/** What it should stay below, in ms. */
const AIM_MS = 300;

/** The median of a few starts. */
export async function startup(): Promise<Row[]> {
  await using folder = await temporaryFolder();
  // The first start makes the database.
  await ms(() => startServer({ data: folder.path, key: 2 }));
  const times: Record<"ours" | "empty", number[]> = { ours: [], empty: [] };
  for (let i = 0; i < STARTS; i++) {
    times.ours.push(await ms(() => startServer({ data: folder.path })));
    times.empty.push(await ms(() => startHelper("empty.ts")));
  }
  const median = (all: readonly number[]) => percentile(all.toSorted((a, b) => a - b), 0.5);
  const value = median(times.ours);
  return [{
    name: "start to the ready line, key there",
    value,
    unit: "ms",
    limit: median(times.empty),
    limitName: "an empty Deno program",
    target: { text: `< ${AIM_MS} ms`, met: value < AIM_MS },
  }];
}

/** How long until something is there; it is ended at once. */
async function ms(start: () => Promise<AsyncDisposable>): Promise<number> {
  const before = performance.now();
  const program = await start();
  const spent = performance.now() - before;
  await program[Symbol.asyncDispose]();
  return spent;
}
