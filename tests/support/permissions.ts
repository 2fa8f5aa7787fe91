/**
 * Tests that need more than a plain `deno test` grants. Without the permission they report themselves
 * ignored, with the reason in their name; `deno task test` grants everything and ignores none.
 *
 * @module
 */

/** Something a test needs: a whole permission by its name, or a part of it by its descriptor. */
export type Need = Deno.PermissionName | Deno.PermissionDescriptor;

/** Answers whether a permission is granted. */
export type Granted = (descriptor: Deno.PermissionDescriptor) => boolean;

/**
 * What a bare name stands for: no more than `deno task test` grants. `net` is the loopback interface,
 * `run` is Deno itself and `env` is what our programs read, because no test has any business elsewhere.
 */
const MEANINGS: Partial<Record<Deno.PermissionName, readonly Deno.PermissionDescriptor[]>> = {
  net: [{ name: "net", host: "127.0.0.1" }, { name: "net", host: "localhost" }],
  run: [{ name: "run", command: Deno.execPath() }],
  env: ["SOCP_DATA", "NO_COLOR", "TERM"].map((variable) => ({ name: "env", variable })),
};

const grantedHere: Granted = (descriptor) =>
  Deno.permissions.querySync(descriptor).state === "granted";

/**
 * Finds what is missing for a test.
 *
 * @param needs What the test needs. The bare name `net` means the loopback interface, `run` Deno's own
 * executable, `env` the variables that our programs read; any other bare name means the whole permission.
 * @param granted Answers whether a permission is granted; by default asks Deno.
 * @returns The flags that are missing, in the order of `needs`, each once; empty if nothing is missing.
 */
export function missingPermissions(
  needs: readonly Need[],
  granted: Granted = grantedHere,
): string[] {
  const missing = needs
    .flatMap((need) => typeof need === "string" ? MEANINGS[need] ?? [{ name: need }] : [need])
    .filter((descriptor) => !granted(descriptor))
    .map((descriptor) => `--allow-${descriptor.name}`);
  return [...new Set(missing)];
}

/**
 * Registers a test, or registers it as ignored, saying why, if a permission that it needs is not granted.
 *
 * @param needs What the test needs, as in {@linkcode missingPermissions}.
 * @param name What is true when the test passes, as a sentence.
 * @param fn The test.
 *
 * @example
 * ```ts ignore
 * testNeeding(["net"], "a second server joins the first", async () => {
 *   // …
 * });
 * ```
 */
export function testNeeding(
  needs: readonly Need[],
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = missingPermissions(needs);
  if (missing.length === 0) {
    Deno.test(name, fn);
  } else {
    Deno.test.ignore(`${name} [ignored: needs ${missing.join(" ")}]`, fn);
  }
}
