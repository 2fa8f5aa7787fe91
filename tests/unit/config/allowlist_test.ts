import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readAllowlist } from "../../../lib/config/allowlist.ts";
import { isAdmitted } from "../../../lib/mesh/admission.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { toId } from "../../../lib/protocol/ids.ts";

const fingerprint = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((hash) => `SHA256:${encodeBase64url(hash)}`);
const id = fc.uuid({ version: 4 });

Deno.test("whoever is listed is admitted, and nobody else", () => {
  const entries = fc.uniqueArray(fc.oneof(id, fingerprint), { minLength: 1 });
  fc.assert(fc.property(entries, id, fingerprint, (entries, stranger, key) => {
    fc.pre(!entries.includes(stranger) && !entries.includes(key));
    const admission = readAllowlist(entries);
    assert("kind" in admission);
    for (const entry of entries) {
      const isKey = entry.startsWith("SHA256:");
      const server = isKey
        ? { id: toId(stranger), fingerprint: entry }
        : { id: toId(entry), fingerprint: key };
      assert(isAdmitted(admission, server), entry);
    }
    assert(!isAdmitted(admission, { id: toId(stranger), fingerprint: key }));
  }));
});

const HASH = "M4OQdELltoa9_-zYxHJaQRJdHTsrRFpmYGf8JpNEpAA";
const NEITHER = [
  "",
  "paris.example.org",
  "81b637d8-fcd2-16da-a359-e6963113a117", // version 1
  HASH,
  `sha256:${HASH}`,
  `SHA256:${HASH} `,
  `SHA256:${HASH}=`,
  `SHA256:${HASH.slice(1)}`,
  `SHA256:${HASH.slice(0, -1)}B`, // bits that no hash has
  `SHA256:${HASH.replace("_", "/")}`,
  `fingerprint=SHA256:${HASH}`,
  "\u001b[2J",
];
for (const entry of NEITHER) {
  Deno.test(`${JSON.stringify(entry)} is neither a server id nor a fingerprint`, () => {
    assertEquals(readAllowlist([`SHA256:${HASH}`, entry]), {
      index: 1,
      detail: "expected a server id (UUID v4) or a key's fingerprint (SHA256:…), got " +
        JSON.stringify(entry),
    });
  });
}

Deno.test("a long wrong entry is cut in the message", () => {
  const mistake = readAllowlist(["x".repeat(5000)]);
  assert("detail" in mistake && mistake.detail.length < 200);
});

Deno.test("an empty allowlist is a mistake of the whole list", () => {
  assertEquals(readAllowlist([]), {
    index: undefined,
    detail: "expected at least one server, or admission: open",
  });
});
