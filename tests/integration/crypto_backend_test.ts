import { assert, assertEquals, assertMatch } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { libraryPaths } from "../../lib/crypto/library_paths.ts";
import { LIBRARY_PATH } from "../support/openssl.ts";
import { testNeeding } from "../support/permissions.ts";
import { Program, type ProgramTask } from "../support/processes.ts";
import { plantKey, REAL, startServer, temporaryFolder } from "../support/real_servers.ts";

/** What a task gives to Deno, but for the permission to call libcrypto. */
function argumentsWithoutFfi(task: ProgramTask): string[] {
  const [, ...args] = project.tasks[task].command.split(" ");
  return args.filter((arg) => !arg.startsWith("--allow-ffi"));
}

function withoutFfi(task: ProgramTask, args: readonly string[]): Program {
  return new Program([...argumentsWithoutFfi(task), ...args]);
}

testNeeding(
  REAL,
  "a server without the permission works and says once what to do for speed",
  async () => {
    await using folder = await temporaryFolder();
    await plantKey(`${folder.path}/server-key.pem`, 0);
    const args = ["--port", "0", "--data", folder.path, "--bootstrap", "none"];
    await using server = withoutFfi("server", args);
    const [, url = ""] = await server.line(/listening on (\S+)/);
    // It signs and verifies: a user and a server say hello to it.
    await using client = withoutFfi("client", ["demo", "--server", url]);
    assertEquals((await client.end()).code, 0);
    server.kill("SIGTERM");
    const { code, stderr } = await server.end();
    assertEquals(code, 0);
    const lines = stderr.split("\n").filter((line) => line.includes("OpenSSL"));
    assertEquals(lines.length, 1);
    assertMatch(lines[0] ?? "", /info .*Web Crypto.*--allow-ffi=\/.*libcrypto/);
  },
);

testNeeding(
  REAL,
  "OpenSSL that is demanded and may not be called is one line and exit code 2",
  async () => {
    for (const task of ["server", "client"] as const) {
      await using program = withoutFfi(task, ["--crypto", "openssl"]);
      const { code, stdout, stderr } = await program.end();
      assertEquals([code, stdout], [2, ""]);
      assertMatch(stderr, /^--crypto openssl: .*--allow-ffi=.*\n$/);
    }
  },
);

testNeeding(
  REAL,
  "OpenSSL that is demanded and not there is one line and exit code 2",
  async () => {
    const missing = libraryPaths(Deno.build).findLast((path) => path !== LIBRARY_PATH);
    const allowed = `--allow-ffi=${missing ?? "/nowhere/libcrypto.so.3"}`;
    for (const task of ["server", "client"] as const) {
      const [run = "run", ...args] = argumentsWithoutFfi(task);
      await using program = new Program([run, allowed, ...args, "--crypto", "openssl"]);
      const { code, stderr } = await program.end();
      assertEquals(code, 2, stderr);
      assertMatch(stderr, /^--crypto openssl: .*\n$/);
    }
  },
);

const WITH_OPENSSL = [...REAL, { name: "ffi", path: LIBRARY_PATH ?? "libcrypto" }] as const;

testNeeding(
  WITH_OPENSSL,
  "a server that is told to take OpenSSL takes it, and stops as ever",
  async () => {
    await using folder = await temporaryFolder();
    const args = ["--crypto", "openssl", "--log-level", "debug"];
    await using server = await startServer({ data: folder.path, key: 0, args });
    await server.program.line(/RSA is done by OpenSSL 3/, "stderr");
    server.program.kill("SIGINT");
    assertEquals((await server.program.end()).code, 0);
  },
);

for (
  const [way, printed] of [
    ["exit", "under way\n"],
    ["close", "50\n"],
    ["collect", "50\n"],
    ["forget", "true false\n"],
    ["end", "50\n"],
  ] as const
) {
  testNeeding(
    WITH_OPENSSL,
    `a program survives its ${way} with 50 signatures in flight, five times`,
    async () => {
      assert(LIBRARY_PATH !== undefined);
      for (let time = 0; time < 5; time++) {
        await using program = new Program([
          "run",
          "--no-check",
          "--no-prompt",
          "--v8-flags=--expose-gc",
          `--allow-ffi=${LIBRARY_PATH}`,
          "tests/support/ends_while_signing.ts",
          LIBRARY_PATH,
          way,
        ]);
        const { code, signal, stdout, stderr } = await program.end();
        assertEquals([code, signal, stdout], [0, null, printed], stderr);
      }
    },
  );
}
