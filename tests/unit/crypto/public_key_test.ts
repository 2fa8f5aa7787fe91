import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  isPublicKey,
  parsePublicKey,
  publicKeyDer,
  publicKeyFromDer,
  publicKeyFromModulus,
} from "../../../lib/crypto/public_key.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import keys from "../../support/keys.json" with { type: "json" };
import weak from "../../vectors/weak_keys.json" with { type: "json" };

const [{ publicKey: good } = { publicKey: "" }] = keys.keys;

function refusal(text: string): string {
  const error = assertThrows(() => parsePublicKey(text), ProtocolError);
  assertEquals(error.code, "BAD_KEY");
  return error.detail;
}

function asPem(der: Uint8Array, lineEnd: string, width = 64): string {
  const lines = der.toBase64().match(new RegExp(`.{1,${width}}`, "g")) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join(lineEnd);
}

Deno.test("a key as base64url of its DER is its own canonical spelling (D1)", () => {
  for (const { publicKey } of keys.keys) {
    assertEquals(parsePublicKey(publicKey).valueOf(), publicKey);
    assert(isPublicKey(publicKey));
    assertEquals(publicKey.length, 734);
    assertEquals(publicKeyDer(parsePublicKey(publicKey)), bytesOf(publicKey));
  }
});

Deno.test("a key as base64url of PEM is the same key (D1)", () => {
  const der = bytesOf(good);
  const pems = [
    asPem(der, "\n"),
    asPem(der, "\r\n"),
    asPem(der, "\n").trimEnd(),
    asPem(der, "\n", 76),
    asPem(der, "\n", 1000),
  ];
  for (const pem of pems) {
    const text = encodeBase64url(utf8(pem));
    assertEquals(parsePublicKey(text).valueOf(), good);
    assertFalse(isPublicKey(text));
  }
});

for (const { why, key, detail } of weak.public_keys) {
  Deno.test(`a public key is refused: ${why}`, () => {
    const said = refusal(key);
    assert(said.includes(detail), said);
    assertFalse(isPublicKey(key));
  });
}

Deno.test("a key with one byte of its frame changed is refused, wherever that is", () => {
  const der = bytesOf(good);
  const frame = [...Array(33).keys(), ...Array.from({ length: 5 }, (_, i) => 545 + i)];
  for (const at of frame) {
    for (const bit of [1, 2, 0x10, 0x80]) {
      const changed = der.slice();
      changed[at] = (changed[at] ?? 0) ^ bit;
      refusal(encodeBase64url(changed));
    }
  }
});

Deno.test("a key cut or extended at any place is refused with a sentence", () => {
  const der = bytesOf(good);
  for (let length = 0; length < der.length; length += 7) {
    assert(refusal(encodeBase64url(der.subarray(0, length))).length > 5);
  }
});

Deno.test("random bytes in the shape of DER are refused with BAD_KEY and nothing else", () => {
  const start = bytesOf(good).subarray(0, 40);
  fc.assert(
    fc.property(
      fc.nat({ max: 40 }),
      fc.uint8Array({ maxLength: 60 }),
      (kept, junk) => {
        const bytes = new Uint8Array([...start.subarray(0, kept), ...junk]);
        assert(/^[ -~≠]{5,200}$/.test(refusal(encodeBase64url(bytes))));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("what a refusal says never repeats controls of what was sent", () => {
  for (const label of ["EVIL\x1b[2J", "X\nY", "\u202e"]) {
    const said = refusal(encodeBase64url(utf8(`-----BEGIN ${label}-----\n`)));
    assert(/^[ -~]+$/.test(said), said);
  }
});

Deno.test("a modulus of 4096 bits makes a key, any other is refused", () => {
  const modulus = bytesOf(good).subarray(33, 545);
  assertEquals(publicKeyFromModulus(modulus).valueOf(), good);
  assertThrows(() => publicKeyFromModulus(modulus.subarray(1)), ProtocolError, "4096");
  const even = modulus.slice();
  even[511] = 2;
  assertThrows(() => publicKeyFromModulus(even), ProtocolError, "even");
  const short = modulus.slice();
  short[0] = 0x7f;
  assertThrows(() => publicKeyFromModulus(short), ProtocolError, "4095");
});

Deno.test("a key in binary form is checked as well", () => {
  assertEquals(publicKeyFromDer(bytesOf(good)).valueOf(), good);
  assertThrows(() => publicKeyFromDer(bytesOf(good).subarray(1)), ProtocolError);
});
