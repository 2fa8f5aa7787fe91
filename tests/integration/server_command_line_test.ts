import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { run } from "../support/processes.ts";
import { REAL, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

testNeeding(REAL, "the server says what it is and how it would run", async (t) => {
  await t.step("--help names every flag with its variable", async () => {
    const { code, stdout, stderr } = await run("server", ["--help"]);
    assertEquals([code, stderr], [0, ""]);
    for (const name of ["host", "port", "data", "bootstrap", "advertise"]) {
      assertStringIncludes(stdout, `--${name} <`);
      assertStringIncludes(stdout, `SOCP_${name.toUpperCase()}`);
    }
  });

  await t.step("--version", async () => {
    const { code, stdout } = await run("server", ["--version"]);
    assertEquals([code, stdout], [0, `socp-server ${project.version}\n`]);
  });

  await t.step("--print-config shows each value and where it came from", async () => {
    const env = { SOCP_PORT: "9001", SOCP_LOG_FORMAT: "json" };
    const { code, stdout } = await run("server", ["--print-config", "--log-format", "text"], {
      env,
    });
    assertEquals(code, 0);
    assertMatch(stdout, /^port +9001 +\(environment SOCP_PORT\)$/m);
    assertMatch(stdout, /^data +\.socp\/server-9001 +\(default\)$/m);
    assertMatch(stdout, /^log-format +text +\(flag\)$/m);
  });
});

testNeeding(
  REAL,
  "a mistake on the server's command line is one line and exit code 2",
  async (t) => {
    await using folder = await temporaryFolder();
    const data = `${folder.path}/never`;
    const badFile = `${folder.path}/bootstrap.yaml`;
    await Deno.writeTextFile(badFile, "bootstrap_servers:\n  - host: a\n    port: 99999\n");
    const mistakes: [string, string[], Record<string, string>, string[]][] = [
      ["an unknown flag", ["--prot", "8766"], {}, ["--prot", "--port"]],
      ["a bad value", ["--port", "http"], {}, ["--port", "0–65535", '"http"']],
      ["a missing value", ["--data"], {}, ["--data", "a path", "nothing"]],
      ["a bad variable", [], { SOCP_LOG_LEVEL: "loud" }, ["SOCP_LOG_LEVEL", "debug", '"loud"']],
      ["a word too many", ["8766"], {}, ['"8766"', "flags only"]],
      ["a bad bootstrap file", ["--bootstrap", badFile], {}, [
        `${badFile}:3`,
        "bootstrap_servers[0].port",
        "1–65535",
        "99999",
      ]],
      ["no bootstrap file", ["--bootstrap", `${data}.yaml`], {}, [`${data}.yaml`, "there is none"]],
    ];
    await Promise.all(mistakes.map(([what, args, env, said]) =>
      t.step({
        name: what,
        sanitizeOps: false, // the steps run beside each other
        sanitizeResources: false,
        sanitizeExit: false,
        fn: async () => {
          const all = args.includes("--data") ? args : [...args, "--data", data, "--port=0"];
          const given = args.includes("--port") ? all.filter((arg) => arg !== "--port=0") : all;
          const { code, stdout, stderr } = await run("server", given, { env });
          assertEquals([code, stdout], [2, ""], stderr);
          assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
          for (const part of said) assertStringIncludes(stderr, part);
        },
      })
    ));
    const left = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
    assert(!left.includes("never"), "no data folder is left behind");
  },
);
