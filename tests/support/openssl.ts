/**
 * OpenSSL for tests: opened once, where it is and may be. Elsewhere the tests that need it report themselves
 * ignored.
 *
 * @module
 */

import { Libcrypto } from "../../lib/crypto/libcrypto.ts";
import { libraryPaths } from "../../lib/crypto/library_paths.ts";
import { OpenSsl, type OpenSslOptions } from "../../lib/crypto/openssl.ts";
import { missingPermissions } from "./permissions.ts";

const [opened] = libraryPaths(Deno.build).flatMap((path) => {
  if (missingPermissions([{ name: "ffi", path }]).length > 0) return [];
  try {
    return [{ path, library: new Libcrypto(path) }];
  } catch {
    return [];
  }
});

/** Where libcrypto is; undefined if it is not there or may not be called. */
export const LIBRARY_PATH: string | undefined = opened?.path;

/**
 * @returns libcrypto.
 * @throws {Error} If it is not there: tests that call this are registered with {@linkcode testWithOpenSsl}.
 */
export function libcrypto(): Libcrypto {
  if (opened === undefined) throw new Error("there is no libcrypto here");
  return opened.library;
}

/**
 * @param options How it is set up.
 * @returns A fresh backend. One that is not closed leaves its keys to the garbage collector.
 */
export function makeOpenSsl(options?: OpenSslOptions): OpenSsl {
  return new OpenSsl(libcrypto(), options);
}

/**
 * Registers a test, or registers it as ignored, saying why, if OpenSSL cannot be had.
 *
 * @param name What is true when the test passes, as a sentence.
 * @param fn The test.
 */
export function testWithOpenSsl(name: string, fn: () => void | Promise<void>): void {
  if (opened !== undefined) return Deno.test(name, fn);
  Deno.test.ignore(`${name} [ignored: needs OpenSSL 3 and --allow-ffi]`, fn);
}
