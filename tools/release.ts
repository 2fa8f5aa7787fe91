/**
 * Builds both executables for every machine that a release serves, into `dist/`: the tasks `compile:server`
 * and `compile:client` of `deno.json`, once for each target, so that a release gets exactly their permissions.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { releaseBuilds } from "./release_builds.ts";

if (import.meta.main) {
  const builds = releaseBuilds(config.tasks["compile:server"].command)
    .concat(releaseBuilds(config.tasks["compile:client"].command));
  for (const args of builds) {
    console.log(`deno ${args.join(" ")}`);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args,
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) {
      console.error("this build failed");
      Deno.exit(1);
    }
  }
}
