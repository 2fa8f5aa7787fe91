import { assertEquals, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../support/permissions.ts";
import { REAL, startServer, temporaryFolder } from "../support/real_servers.ts";

for (const signal of ["SIGUSR2", "SIGUSR1"] as const) {
  testNeeding(REAL, `at ${signal} a server prints its links, and goes on`, async () => {
    if (Deno.build.os === "windows") return;
    await using folder = await temporaryFolder();
    const args = ["--require-proof"];
    await using london = await startServer({ data: `${folder.path}/london`, key: 0, args });
    const bootstrap = `${folder.path}/bootstrap.yaml`;
    await Deno.writeTextFile(
      bootstrap,
      `bootstrap_servers:\n  - host: 127.0.0.1\n    port: ${london.port}\n`,
    );
    await using paris = await startServer({ data: `${folder.path}/paris`, key: 1, bootstrap });
    await paris.program.line(/linked to a server/, "stderr");
    await london.program.line(/linked to a server/, "stderr");
    london.program.kill(signal);
    const [head] = await london.program.line(/^server [0-9a-f-]{36} at .*/, "stderr");
    assertStringIncludes(head, `server ${london.serverId} at 127.0.0.1:${london.port}`);
    const [row] = await london.program.line(new RegExp(`^.*127.0.0.1:${paris.port}.*$`), "stderr");
    const [, address, way, proven] = row.trim().split(/ {2,}/);
    assertEquals([address, way, proven], [`127.0.0.1:${paris.port}`, "in", "yes"]);
    // It lives: it says goodbye as ever.
    london.program.kill("SIGTERM");
    assertEquals((await london.program.ending).code, 0);
  });
}
