import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { splitCiphertext, splitPlaintext, splitText } from "../../../lib/e2ee/segments.ts";
import { utf8 } from "../../support/binary.ts";

const sizes = (parts: readonly Uint8Array[] | undefined) => parts?.map((part) => part.length);
const byteLength = (text: string) => utf8(text).length;

Deno.test("an empty plaintext is one empty segment", () => {
  assertEquals(sizes(splitPlaintext(new Uint8Array())), [0]);
});

Deno.test("446 bytes are one segment, 447 are two", () => {
  assertEquals(sizes(splitPlaintext(new Uint8Array(446))), [446]);
  assertEquals(sizes(splitPlaintext(new Uint8Array(447))), [446, 1]);
});

Deno.test("64 full segments are the most (D4)", () => {
  assertEquals(splitPlaintext(new Uint8Array(28_544)).length, 64);
  assertThrows(() => splitPlaintext(new Uint8Array(28_545)), RangeError, "28544");
});

Deno.test("segments joined are the plaintext again", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
    const segments = splitPlaintext(new Uint8Array(bytes));
    assertEquals(segments.flatMap((segment) => [...segment]), [...bytes]);
    assert(segments.slice(0, -1).every((segment) => segment.length === 446));
  }));
});

Deno.test("a ciphertext consists of 1 to 64 blocks of 512 bytes", () => {
  const whole = new Uint8Array(512 * 64).map((_, i) => i >> 9);
  for (const count of [1, 2, 63, 64]) {
    const blocks = splitCiphertext(whole.subarray(0, 512 * count)) ?? [];
    assertEquals(sizes(blocks), Array(count).fill(512));
    blocks.forEach((block, i) => assert(block.every((byte) => byte === i)));
  }
});

Deno.test("anything else is no ciphertext", () => {
  for (const length of [0, 1, 511, 513, 1023, 512 * 64 + 1, 512 * 65]) {
    assertEquals(splitCiphertext(new Uint8Array(length)), undefined);
  }
});

Deno.test("a short text is one piece, an empty one too", () => {
  assertEquals(splitText(""), [""]);
  assertEquals(splitText("x".repeat(446)), ["x".repeat(446)]);
});

Deno.test("a text without white space is cut where it is full", () => {
  assertEquals(splitText("x".repeat(1000)).map(byteLength), [446, 446, 108]);
});

Deno.test("a cut lies after white space if there is any in the last quarter", () => {
  assertEquals(splitText("aaaaaaaa bbb cc", 12), ["aaaaaaaa ", "bbb cc"]);
  assertEquals(splitText("aa bbbbbbbbbbbb", 12), ["aa bbbbbbbbb", "bbb"]);
  assertEquals(splitText("aaaaaaaa\nbbb cc", 12), ["aaaaaaaa\n", "bbb cc"]);
});

Deno.test("white space that just fits stays with the piece before it", () => {
  assertEquals(splitText("aaaaaaaaaaa bb", 12), ["aaaaaaaaaaa ", "bb"]);
});

Deno.test("a no-break space is no place to cut", () => {
  assertEquals(splitText("aaaaaaa\u00a0bbbb", 12), ["aaaaaaa\u00a0bbb", "b"]);
});

Deno.test("no character as people see it is cut while it fits", () => {
  const seen = ["👩‍👩‍👧‍👦", "🇩🇪", "e\u0301", "👍🏽", "한", "\r\n", "नि"];
  for (const one of seen) {
    for (let room = byteLength(one); room < 2 * byteLength(one) + 3; room++) {
      if (room < 4) continue;
      const pieces = splitText(`x${one.repeat(9)}`, room);
      for (const piece of pieces) {
        assertEquals(piece.replace(/^x/, "").replaceAll(one, ""), "", JSON.stringify(pieces));
      }
    }
  }
});

Deno.test("one that is too long alone is cut between its code points", () => {
  const flood = `o${"\u0301".repeat(1000)}`;
  const pieces = splitText(flood);
  assertEquals(pieces.join(""), flood);
  assertEquals(pieces.length, 5);
});

Deno.test("pieces joined are the text again, each fits, and none is empty or torn", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(" ", "\n", "\t", "\u00a0", "a", "ß", "€", "\u0301", "\u200d"),
      fc.constantFrom("😀", "👩‍🚀", "🇩🇪", "👍🏽", "\r\n"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 60 }), (text, maxBytes) => {
      const pieces = splitText(text, maxBytes);
      assertEquals(pieces.join(""), text);
      for (const piece of pieces) {
        assert(byteLength(piece) <= maxBytes);
        assert(piece.isWellFormed());
        assert(piece !== "");
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("pieces that cannot hold every character are the caller's mistake", () => {
  assertEquals(splitText("😀😀", 4), ["😀", "😀"]);
  assertThrows(() => splitText("😀", 3), RangeError);
});
