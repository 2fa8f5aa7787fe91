/**
 * The house rules that the linter checks, one rule a file under `lint/`: who may import whom, what the
 * synchronous core may not do, what must run in a browser, and how long a file may be.
 *
 * @module
 */
import { browserSafe } from "./lint/browser_safe.ts";
import { fileLength } from "./lint/file_length.ts";
import { rooms } from "./lint/rooms.ts";
import { synchronousCore } from "./lint/synchronous_core.ts";

/** The plugin, as `lint.plugins` in `deno.json` expects it. */
const plugin: Deno.lint.Plugin = {
  name: "socp",
  rules: {
    "rooms": rooms,
    "synchronous-core": synchronousCore,
    "browser-safe": browserSafe,
    "file-length": fileLength,
  },
};

export default plugin;
