/**
 * From the task that builds an executable for this machine to the commands that build it for all.
 *
 * @module
 */

/** The machines that a release serves, in Rust's way of naming them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/**
 * The arguments for `deno`, once for each target.
 *
 * @param command The task's command: `deno compile … --output=<file> <module>`, without quotes.
 * @returns The arguments behind `deno`; each output is named after its target.
 * @throws {Error} If the command is another one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { releaseBuilds } from "./release_builds.ts";
 *
 * const [linux] = releaseBuilds("deno compile --allow-net --output=dist/server main.ts");
 * assertEquals(linux, [
 *   "compile",
 *   "--target=x86_64-unknown-linux-gnu",
 *   "--allow-net",
 *   "--output=dist/server-x86_64-unknown-linux-gnu",
 *   "main.ts",
 * ]);
 * ```
 */
export function releaseBuilds(command: string): string[][] {
  const [deno, compile, ...options] = command.split(" ");
  if (deno !== "deno" || compile !== "compile" || !options.some(isOutput)) {
    throw new Error(`this builds no executable: ${command}`);
  }
  return TARGETS.map((target) => [
    "compile",
    `--target=${target}`,
    ...options.map((option) => isOutput(option) ? `${option}-${target}` : option),
  ]);
}

function isOutput(option: string): boolean {
  return option.startsWith("--output=");
}
