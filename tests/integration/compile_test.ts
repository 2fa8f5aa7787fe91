import { assert, assertEquals, assertMatch } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { Program } from "../support/processes.ts";
import { REAL, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/**
 * `deno compile` appends the program to a runtime that it would fetch from the network. Deno's own
 * executable stands in for that runtime: what is made does not run, but everything up to it is done.
 */
testNeeding(REAL, "both executables are built by their tasks' own flags", async (t) => {
  await using folder = await temporaryFolder();
  for (const name of ["server", "client"] as const) {
    await t.step(name, async () => {
      const output = `${folder.path}/${name}`;
      const [, ...args] = project.tasks[`compile:${name}`].command
        .replace(/--output=\S+/, `--output=${output}`)
        .split(" ");
      await using compiler = new Program(args, { env: { DENORT_BIN: Deno.execPath() } });
      const { code, stderr } = await compiler.end();
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /Embedded Files/);
      assert((await Deno.stat(output)).size > 0);
      await Deno.remove(output);
    });
  }
});
