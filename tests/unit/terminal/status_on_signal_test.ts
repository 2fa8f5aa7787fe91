import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { LogFields, LogLevel } from "../../../lib/base/log.ts";
import { printStatusOnSignal, type StatusParts } from "../../../lib/terminal/status_on_signal.ts";
import { statusTable } from "../../../lib/terminal/status_table.ts";
import { Program } from "../../support/processes.ts";
import { testNeeding } from "../../support/permissions.ts";
import { BUSY } from "./status_examples.ts";

/** A server that is asked by hand. */
function asked(changes: Partial<StatusParts> = {}) {
  const written: string[] = [];
  const logged: [LogLevel, string, LogFields | undefined][] = [];
  const signals = new Map<string, () => void>();
  printStatusOnSignal({
    status: () => BUSY,
    write: (text) => written.push(text),
    log: (...event) => logged.push([event[0], event[1], event[2]]),
    ...changes,
  }, (signal, heard) => signals.set(signal, heard));
  return { written, logged, send: (signal: string) => signals.get(signal)?.() };
}

Deno.test("each SIGUSR2 is answered with the table", () => {
  const { written, logged, send } = asked();
  send("SIGUSR2");
  send("SIGUSR2");
  assertEquals(written, [statusTable(BUSY), statusTable(BUSY)]);
  assertEquals(logged, []);
});

Deno.test("SIGUSR1 is answered too, with a warning of the debugger that it opens", () => {
  const { written, logged, send } = asked();
  send("SIGUSR1");
  assertEquals(written, [statusTable(BUSY)]);
  const [[level, message] = []] = logged;
  assertEquals([level, logged.length], ["warn", 1]);
  assertStringIncludes(message ?? "", "127.0.0.1:9229");
});

for (const signal of ["SIGUSR1", "SIGUSR2"]) {
  Deno.test(`an answer to ${signal} that fails is logged with its stack and throws nothing`, () => {
    for (const broken of ["status", "write"] as const) {
      const { logged, send } = asked({
        [broken]: () => {
          throw new RangeError("ours");
        },
      });
      send(signal);
      const [[level, message, fields] = []] = logged;
      assertEquals([level, message], ["error", "internal error: please report this"]);
      assert(/^RangeError: ours\n.* at /s.test(String(fields?.["stack"])));
    }
  });

  Deno.test(`an answer to ${signal} throws nothing even if the log fails with it`, () => {
    const fails = () => {
      throw new RangeError("ours");
    };
    asked({ status: fails, log: fails }).send(signal);
    asked({ log: fails }).send(signal);
  });
}

if (Deno.build.os !== "windows") {
  testNeeding(["read", "run"], "a process that is asked answers, errs and lives on", async () => {
    const path = new URL("status_program.ts", import.meta.url).href;
    await using program = new Program(["run", "--no-prompt", path]);
    await program.line(/^ready$/);
    program.kill("SIGUSR2");
    await program.line(/^server 81b637d8-.* at chat\.example\.org:8765/, "stderr");
    program.kill("SIGUSR2");
    await program.line(/^error: internal error: please report this: Error: ours/, "stderr");
    const before = program.output.entries.length;
    program.kill("SIGUSR2");
    await program.line(/^links: 2, of which proven: 1$/, "stderr", before);
  });
}
