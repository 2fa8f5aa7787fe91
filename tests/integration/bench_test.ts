import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program } from "../support/processes.ts";
import { REAL } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** The benchmarks without the permission to run anything: the part that is run here is in virtual time. */
function bench(...args: string[]): Program {
  return new Program([
    "run",
    "--no-prompt",
    "--no-check",
    "--allow-read",
    "bench/main.ts",
    ...args,
  ]);
}

testNeeding(REAL, "a part of the benchmarks that is named is measured alone", async () => {
  await using program = bench("mesh", "--json");
  const { stdout, stderr } = await program.end();
  const { rows, machine } = JSON.parse(stdout);
  assertEquals(typeof machine.cores, "number");
  assert(rows.length > 0, "nothing was measured");
  assertEquals(rows.filter(({ value }: { value: unknown }) => !Number.isFinite(value)), []);
  assertMatch(stderr, /^mesh: \d+ s$/m);
});

testNeeding(
  REAL,
  "a part that there is not is refused with the names of those there are",
  async () => {
    await using program = bench("messages");
    const { code, stderr } = await program.end();
    assertEquals(code, 2);
    assertMatch(stderr, /no such part: messages; there are relay, .*crowd-memory/);
  },
);
