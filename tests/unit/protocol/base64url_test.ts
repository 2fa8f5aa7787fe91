import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeBase64url, encodeBase64url } from "../../../lib/protocol/base64url.ts";

Deno.test("bytes come back as they were, and their spelling has no padding", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    const text = encodeBase64url(bytes);
    assertEquals(text.length, Math.ceil(bytes.length * 4 / 3));
    assertEquals(decodeBase64url(text), new Uint8Array(bytes));
  }));
});

Deno.test("whatever is accepted is the only spelling of its value (D3)", () => {
  const nearly = fc.string({
    unit: fc.constantFrom(..."AQRgZaz09-_+/= \n\t\r.é"),
    maxLength: 9,
  });
  fc.assert(
    fc.property(nearly, (text) => {
      const bytes = decodeBase64url(text);
      if (bytes !== undefined) assertEquals(encodeBase64url(bytes), text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the test vectors of RFC 4648 hold, without padding", () => {
  const vectors = { "": "", f: "Zg", fo: "Zm8", foo: "Zm9v", foob: "Zm9vYg", fooba: "Zm9vYmE" };
  for (const [plain, spelled] of Object.entries(vectors)) {
    const bytes = new TextEncoder().encode(plain);
    assertEquals(encodeBase64url(bytes), spelled);
    assertEquals(decodeBase64url(spelled), bytes);
  }
});

for (
  const [why, text] of [
    ["padded", "QQ=="],
    ["padded by half", "QQ="],
    ["only padding", "="],
    ["with trailing bits of two characters", "QR"],
    ["with trailing bits of three characters", "QUJ"],
    ["after a space", " QQ"],
    ["before a line break", "QQ\n"],
    ["with white space inside", "Q Q"],
    ["with a form feed", "QQ\f"],
    ["in the standard alphabet: +", "+_8A"],
    ["in the standard alphabet: /", "-/8A"],
    ["one character long", "Q"],
    ["five characters long", "QUJDR"],
    ["with a letter from elsewhere", "QÜ"],
    ["with a NUL", "QQ\0"],
  ] as const
) {
  Deno.test(`a value is refused ${why}`, () => {
    assertEquals(decodeBase64url(text), undefined);
  });
}

Deno.test("a whole megabyte is read", () => {
  const bytes = new Uint8Array(1024 * 1024).fill(0xa5);
  assertEquals(decodeBase64url(encodeBase64url(bytes))?.length, bytes.length);
});
