/**
 * The operator's mistakes.
 *
 * @module
 */

/**
 * A setting cannot be used. Programs print the message as one line, without a stack, and exit with 2.
 *
 * @example
 * ```ts
 * import { ConfigError } from "./config_error.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new ConfigError("--port", undefined, 'expected a port, got "abc"');
 * assertEquals(error.message, '--port: expected a port, got "abc"');
 * const inFile = new ConfigError("bootstrap.yaml:7", "bootstrap_servers[1].port", "expected a port");
 * assertEquals(inFile.message, "bootstrap.yaml:7: bootstrap_servers[1].port: expected a port");
 * ```
 */
export class ConfigError extends Error {
  /** The class, for logs. */
  override readonly name = "ConfigError";

  /**
   * Says what is wrong where.
   *
   * @param source Where the mistake stands: a flag, a variable of the environment, or a file and line.
   * @param key The key inside a file; undefined where the source says it all.
   * @param expected What was expected and what stands there instead.
   */
  constructor(
    readonly source: string,
    readonly key: string | undefined,
    readonly expected: string,
  ) {
    super([source, key, expected].filter((part) => part !== undefined).join(": "));
  }
}
