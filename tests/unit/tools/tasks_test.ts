import { assert, assertEquals, assertMatch } from "@std/assert";
import { CLIENT_ENVIRONMENT } from "../../../lib/config/client_config.ts";
import { environmentOf } from "../../../lib/config/options.ts";
import { SERVER_OPTIONS } from "../../../lib/config/server_config.ts";
import { LIBRARY_PATHS } from "../../../lib/crypto/library_paths.ts";
import config from "../../../deno.json" with { type: "json" };

const tasks = Object.entries(config.tasks);

/** The permissions that a command grants. */
function permissions(command: string): string[] {
  return command.match(/--allow-[^ ]+/g) ?? [];
}

Deno.test("each task says in a sentence what it is for", () => {
  for (const [name, { description }] of tasks) assertMatch(description, /^[A-Z].{10,}/, name);
});

Deno.test("no task grants more than it names", () => {
  for (const [name, { command }] of tasks) {
    assertEquals(
      /(^| )(-A|--allow-all|--allow-(run|env|ffi|sys)(?=[ "]))/.exec(command),
      null,
      name,
    );
  }
});

Deno.test("each program may read the variables it has options for, and no others", () => {
  const variables = (task: "server" | "client") =>
    /--allow-env=(\S+)/.exec(config.tasks[task].command)?.[1]?.split(",");
  assertEquals(variables("server"), [...environmentOf(SERVER_OPTIONS), "NO_COLOR"]);
  assertEquals(variables("client"), CLIENT_ENVIRONMENT);
});

Deno.test("each program may call OpenSSL at its usual places, and the tests may too", () => {
  for (const task of ["server", "client", "test", "coverage"] as const) {
    const granted = /--allow-ffi=(\S+)/.exec(config.tasks[task].command)?.[1]?.split(",");
    assertEquals(granted, LIBRARY_PATHS, task);
  }
});

Deno.test("an executable may do what its task may do, no more and no less", () => {
  for (const name of ["server", "client"] as const) {
    const compile = config.tasks[`compile:${name}`].command;
    assertEquals(permissions(compile), permissions(config.tasks[name].command));
    assert(permissions(compile).length > 0);
  }
});
