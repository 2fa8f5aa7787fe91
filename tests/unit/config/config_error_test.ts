import { assertEquals } from "@std/assert";
import { ConfigError } from "../../../lib/config/config_error.ts";

Deno.test("a mistake in a file names file, line, key and what was expected", () => {
  const error = new ConfigError(
    "bootstrap.yaml:7",
    "bootstrap_servers[1].port",
    "expected 1–65535",
  );
  assertEquals(error.message, "bootstrap.yaml:7: bootstrap_servers[1].port: expected 1–65535");
});

Deno.test("a mistake in a flag has no key", () => {
  assertEquals(
    new ConfigError("--prot", undefined, "unknown flag").message,
    "--prot: unknown flag",
  );
});
