import { assertEquals, assertThrows } from "@std/assert";
import config from "../../../deno.json" with { type: "json" };
import { releaseBuilds, TARGETS } from "../../../tools/release_builds.ts";

Deno.test("each executable is built once for each of the five targets", () => {
  for (const name of ["compile:server", "compile:client"] as const) {
    const builds = releaseBuilds(config.tasks[name].command);
    assertEquals(builds.map(([, target]) => target), TARGETS.map((target) => `--target=${target}`));
    const outputs = builds.flatMap((args) => args.filter((arg) => arg.startsWith("--output=")));
    assertEquals(new Set(outputs).size, 5);
  }
});

Deno.test("a release gets exactly the permissions of the task", () => {
  const command = config.tasks["compile:server"].command;
  const permissions = (args: string[]) => args.filter((arg) => arg.startsWith("--allow-"));
  for (const args of releaseBuilds(command)) {
    assertEquals(permissions(args), permissions(command.split(" ")));
  }
});

Deno.test("a command that builds no executable is refused", () => {
  for (const command of ["deno run main.ts", "deno compile main.ts", "rm --output=x"]) {
    assertThrows(() => releaseBuilds(command), Error, "builds no executable");
  }
});
