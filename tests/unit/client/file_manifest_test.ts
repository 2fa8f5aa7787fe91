import { assertEquals } from "@std/assert";
import { readManifest, sameManifest } from "../../../lib/client/file_manifest.ts";
import type { VerifiedOf } from "../../../lib/link/verified.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { sha256, someBytes } from "../../support/memory_files.ts";

const BOB = "81b637d8-fcd2-46da-a359-e6963113a117";
const digest = sha256(someBytes(10));
const spelled = encodeBase64url(digest);

function read(payload: Record<string, unknown> = {}, to = BOB) {
  const start = { file_id: "f", name: "n", size: 10, sha256: spelled, mode: "dm", ...payload };
  return readManifest({ to, payload: start } as VerifiedOf<"FILE_START">);
}

Deno.test("an offer is read, the receiver's id in the spelling by which ids are compared", () => {
  assertEquals(read({}, BOB.toUpperCase()), {
    fileId: "f",
    to: BOB,
    name: "n",
    size: 10,
    sha256: digest,
  } as ReturnType<typeof read>);
});

Deno.test("a digest in hex, as most teams print it, means the same", () => {
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assertEquals(read({ sha256: hex }), read());
  assertEquals(read({ sha256: hex.toUpperCase() }), read());
});

for (const wrong of ["", "abc", spelled + "A", spelled.slice(1), "zz".repeat(32), `${spelled}=`]) {
  Deno.test(`no digest: ${JSON.stringify(wrong)}`, () => {
    assertEquals(typeof read({ sha256: wrong }), "string");
  });
}

Deno.test("an offer whose mode is another than its receiver is refused", () => {
  assertEquals(typeof read({ mode: "public" }), "string");
  assertEquals(typeof read({}, "public"), "string");
  assertEquals(typeof read({ mode: "public" }, "public"), "object");
});

Deno.test("two offers are the same if they promise the same", () => {
  const one = read();
  if (typeof one === "string") throw new Error(one);
  assertEquals(sameManifest(one, { ...one, sha256: digest.slice() }), true);
  for (
    const other of [{ name: "m" }, { size: 11 }, { to: "public" as const }, {
      sha256: sha256(digest),
    }]
  ) {
    assertEquals(sameManifest(one, { ...one, ...other }), false);
  }
});
