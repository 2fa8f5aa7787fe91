import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIBRARY_PATHS, libraryPaths } from "../../../lib/crypto/library_paths.ts";

Deno.test("a library is looked for on Linux and macOS, on both processors", () => {
  for (const os of ["linux", "darwin"]) {
    for (const arch of ["x86_64", "aarch64"]) {
      const paths = libraryPaths({ os, arch });
      assert(paths.length > 0, `${os} ${arch}`);
      for (const path of paths) assert(LIBRARY_PATHS.includes(path));
    }
  }
  assertEquals(libraryPaths({ os: "plan9", arch: "x86_64" }), []);
});

Deno.test("each path is whole and of OpenSSL 3, as the permission wants it", () => {
  for (const path of LIBRARY_PATHS) assertMatch(path, /^\/[^ ,"]+\/libcrypto(\.so\.3|\.3\.dylib)$/);
  assertEquals(new Set(LIBRARY_PATHS).size, LIBRARY_PATHS.length);
});
