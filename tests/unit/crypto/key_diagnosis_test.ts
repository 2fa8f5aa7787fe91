import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { diagnoseDer } from "../../../lib/crypto/key_diagnosis.ts";

Deno.test("bytes that are not even DER are said to be no key", () => {
  assertEquals(
    diagnoseDer(new TextEncoder().encode("dummy")),
    "not a key: expected DER SubjectPublicKeyInfo (D1)",
  );
});

Deno.test("what is left over is counted", () => {
  assertEquals(diagnoseDer(new Uint8Array([0x30, 0, 1, 2])), "2 trailing byte(s) after the key");
});

Deno.test("an element that is longer than what came is cut short", () => {
  assertEquals(diagnoseDer(new Uint8Array([0x30, 0x83, 0xff, 0xff, 0xff])), "the key is cut short");
});

Deno.test("any bytes get one printable sentence", () => {
  const der = fc.array(fc.constantFrom(0x30, 0x02, 0x03, 0, 1, 2, 5, 0x80, 0x81, 0x83), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(der, (bytes) => {
      assert(/^[ -~]{5,200}$/.test(diagnoseDer(new Uint8Array(bytes))));
    }),
    { numRuns: 1000 },
  );
});
