/**
 * Where OpenSSL 3 has its libcrypto. Only whole paths, since `--allow-ffi` is granted for exactly these; what
 * is not there is passed over.
 *
 * @module
 */

/** The usual places by operating system and processor, as `Deno.build` names them; the likeliest first. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "linux x86_64": [
    "/usr/lib/x86_64-linux-gnu/libcrypto.so.3", // Debian, Ubuntu
    "/usr/lib64/libcrypto.so.3", // Fedora, Red Hat, SUSE
    "/usr/lib/libcrypto.so.3", // Arch, Alpine
    "/home/linuxbrew/.linuxbrew/opt/openssl@3/lib/libcrypto.so.3",
  ],
  "linux aarch64": [
    "/usr/lib/aarch64-linux-gnu/libcrypto.so.3",
    "/usr/lib64/libcrypto.so.3",
    "/usr/lib/libcrypto.so.3",
    "/home/linuxbrew/.linuxbrew/opt/openssl@3/lib/libcrypto.so.3",
  ],
  "darwin aarch64": ["/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib"],
  "darwin x86_64": ["/usr/local/opt/openssl@3/lib/libcrypto.3.dylib"],
};

/** Every path that may be opened on any machine: what the tasks of `deno.json` grant. */
export const LIBRARY_PATHS: readonly string[] = [...new Set(Object.values(PLACES).flat())];

/**
 * The paths to look at on one kind of machine.
 *
 * @example
 * ```ts
 * import { libraryPaths } from "./library_paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [homebrew] = libraryPaths({ os: "darwin", arch: "aarch64" });
 * assertEquals(homebrew, "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib");
 * assertEquals(libraryPaths({ os: "windows", arch: "x86_64" }), []);
 * ```
 *
 * @param machine Its operating system and processor, as in `Deno.build`.
 * @returns Absolute paths, the likeliest first; none where no place is usual.
 */
export function libraryPaths(
  machine: { readonly os: string; readonly arch: string },
): readonly string[] {
  return PLACES[`${machine.os} ${machine.arch}`] ?? [];
}
