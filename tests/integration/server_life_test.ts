import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { run, start } from "../support/processes.ts";
import {
  type Folder,
  plantKey,
  REAL,
  type RealServer,
  startServer,
  temporaryFolder,
} from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";
import { Identity } from "../support/wire.ts";

/** Permission bits of a file, as an operator writes them. */
async function mode(path: string): Promise<string> {
  return ((await Deno.stat(path)).mode ?? 0).toString(8).slice(-3);
}

async function filesOf(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** Two servers, the second joined through the first. */
async function startPair(folder: Folder): Promise<[RealServer, RealServer]> {
  const first = await startServer({ data: `${folder.path}/first`, key: 0 });
  const bootstrap = `${folder.path}/bootstrap.yaml`;
  await Deno.writeTextFile(
    bootstrap,
    `bootstrap_servers:\n  - host: 127.0.0.1\n    port: ${first.port}\n`,
  );
  const second = await startServer({ data: `${folder.path}/second`, key: 1, bootstrap });
  await second.program.line(/joined through/, "stderr");
  return [first, second];
}

testNeeding(REAL, "a server lives: it listens, keeps its place, and goes", async (t) => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/server`;
  await using server = await startServer({ data, key: 0 });
  const http = server.url.replace("ws:", "http:");

  await t.step("a person with a browser is told what this is", async () => {
    const about = await fetch(http);
    assertEquals(about.status, 200);
    assertMatch(about.headers.get("content-type") ?? "", /^text\/plain/);
    assertStringIncludes(await about.text(), "SOCP");
    const elsewhere = await fetch(`${http}/admin`);
    assertEquals(elsewhere.status, 404);
    await elsewhere.body?.cancel();
    const posted = await fetch(http, { method: "POST", body: "x" });
    assertEquals(posted.status, 405);
    await posted.body?.cancel();
  });

  await t.step("the data folder is its owner's only", async () => {
    assertEquals(await mode(data), "700");
    for (const name of ["server-key.pem", "server.db", "server.db-wal", "lock"]) {
      assertEquals([name, await mode(`${data}/${name}`)], [name, "600"]);
    }
  });

  await t.step("the port is taken: it says so, exits with 1 and leaves no folder", async () => {
    const other = `${folder.path}/other`;
    const port = String(server.port);
    const args = ["--port", port, "--data", other, "--bootstrap", "none"];
    const { code, stdout, stderr } = await run("server", args);
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr,
      `socp-server: 127.0.0.1:${port} is taken: stop what uses it or choose another --port\n`,
    );
    assertEquals((await filesOf(folder.path)).includes("other"), false);
  });

  await t.step("the data folder is in use: it says so and exits with 1", async () => {
    const args = ["--port", "0", "--data", data, "--bootstrap", "none"];
    const { code, stdout, stderr } = await run("server", args);
    assertEquals([code, stdout], [1, ""]);
    assertEquals(stderr, `socp-server: data folder ${data} is in use by another server\n`);
  });

  await t.step("an address that is not of this machine is one line too", async () => {
    const args = ["--host", "192.0.2.1", "--data", `${data}-2`, "--bootstrap", "none"];
    const { code, stderr } = await run("server", args);
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /^socp-server: .*192\.0\.2\.1.*\n$/);
  });

  await t.step("stdout has the one line for scripts, everything else goes to stderr", async () => {
    server.program.kill("SIGTERM");
    const { code, stdout } = await server.program.end();
    assertEquals(code, 0);
    assertEquals(stdout.trimEnd().split("\n").length, 1, stdout);
  });

  await t.step("the database was closed: nothing is left in a log beside it", async () => {
    assertEquals(await filesOf(data), ["lock", "server-key.pem", "server-key.pub", "server.db"]);
    using db = new DatabaseSync(`${data}/server.db`, { readOnly: true });
    assertEquals({ ...db.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" });
  });
});

testNeeding(
  REAL,
  "for machines the ready line is one JSON object, and so is each log line",
  async () => {
    await using folder = await temporaryFolder();
    const data = `${folder.path}/server`;
    await plantKey(`${data}/server-key.pem`, 0);
    const args = ["--port", "0", "--data", data, "--bootstrap", "none", "--log-format", "json"];
    await using program = start("server", args);
    const [line] = await program.line(/^.*"event":"listening".*$/);
    const { event, host, port, server_id, fingerprint } = JSON.parse(line);
    assertEquals([event, host], ["listening", "127.0.0.1"]);
    assertMatch(server_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assertMatch(fingerprint, /^SHA256:[\w-]{43}$/);
    await using _user = await new Identity(2).enter(`ws://127.0.0.1:${port}`, "Ann");
    const [logged] = await program.line(/^.*a user has come.*$/, "stderr");
    assertEquals(JSON.parse(logged).level, "info");
  },
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  testNeeding(REAL, `on ${signal} everybody is told before the server goes`, async () => {
    await using folder = await temporaryFolder();
    const [here, there] = await startPair(folder);
    await using _here = here;
    await using _there = there;
    const leaver = new Identity(2);
    const watcher = new Identity(3);
    await using own = await leaver.enter(there.url, "leaver");
    await using other = await watcher.enter(here.url, "watcher");
    await other.frame("USER_ADVERTISE", { user_id: leaver.id });

    there.program.kill(signal);

    await other.frame("USER_REMOVE", { user_id: leaver.id, server_id: there.serverId });
    await own.frame("CTRL_CLOSE");
    assertEquals((await own.closed()).code, 1001);
    const { code, stderr } = await there.program.end();
    assertEquals(code, 0, stderr);
    assertEquals((await filesOf(`${folder.path}/second`)).includes("server.db-wal"), false);
  });
}

testNeeding(
  REAL,
  "one Ctrl-C that arrives twice, as under a task runner, is one goodbye",
  async () => {
    await using folder = await temporaryFolder();
    const [here, there] = await startPair(folder);
    await using _here = here;
    await using _there = there;
    await using own = await new Identity(2).enter(there.url, "leaver");

    there.program.kill("SIGINT");
    there.program.kill("SIGINT");

    await own.frame("CTRL_CLOSE");
    const { code, stderr } = await there.program.end();
    assertEquals(code, 0, stderr);
  },
);
