import { assertEquals } from "@std/assert";
import { testNeeding } from "../support/permissions.ts";
import { Program } from "../support/processes.ts";
import { REAL, temporaryFolder } from "../support/real_servers.ts";

/** `deno task demo`, without the shell that finds out where Deno is. */
const DEMO = ["run", "--no-prompt", "--allow-net=127.0.0.1,localhost", "--allow-read"]
  .concat("--allow-write", "--allow-env=NO_COLOR,TERM", `--allow-run=${Deno.execPath()}`)
  .concat("tools/demo.ts");

const MOMENTS = [
  { signal: "SIGTERM", moment: "while keys are made", line: /── two RSA-4096 keys/ },
  { signal: "SIGINT", moment: "while servers run", line: /paris +socp-server listening/ },
] as const;

for (const { signal, moment, line } of MOMENTS) {
  testNeeding(REAL, `a demo that ${signal} ends ${moment} leaves nothing behind`, async () => {
    await using folder = await temporaryFolder();
    await using demo = new Program(DEMO, { env: { TMPDIR: folder.path } });
    await demo.line(line);
    demo.kill(signal);
    const { code, stderr } = await demo.end();
    assertEquals([code, stderr], [130, ""]);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name), []);
  });
}
