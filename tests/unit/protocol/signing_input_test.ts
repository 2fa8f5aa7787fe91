import { assertEquals, assertNotEquals } from "@std/assert";
import {
  directSigningInput,
  fileStartSigningInput,
  keyShareSigningInput,
  payloadSigningInputs,
  publicSigningInput,
} from "../../../lib/protocol/signing_input.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const from = "81b637d8-fcd2-46da-a359-e6963113a117";
const to = "2bd806c9-7f0e-40af-9a1f-c3328fa763a9";
const ts = 1700000400000;

Deno.test("a direct message's signature covers ciphertext, from, to and ts, in this order", () => {
  const input = directSigningInput({ ciphertext: "QUJD", from, to, ts });
  assertEquals(text(input), `QUJD${from}${to}1700000400000`);
});

Deno.test("a public message's signature covers ciphertext, from and ts", () => {
  const input = publicSigningInput({ ciphertext: "QUJD", from, ts });
  assertEquals(text(input), `QUJD${from}1700000400000`);
});

Deno.test("the spelling in the frame is what is signed, upper case included", () => {
  const asSent = directSigningInput({ ciphertext: "QUJD", from: from.toUpperCase(), to, ts });
  assertNotEquals(asSent, directSigningInput({ ciphertext: "QUJD", from, to, ts }));
});

Deno.test("a key share's signature covers the whole shares, unknown members too", () => {
  const shares = [{ wrapped_public_channel_key: "QQ", member: to, epoch: 1, note: "é" }];
  assertEquals(
    text(keyShareSigningInput({ shares, creatorPub: "KEY" })),
    `[{"epoch":1,"member":"${to}","note":"\\u00e9","wrapped_public_channel_key":"QQ"}]KEY`,
  );
});

Deno.test("a file's signature covers its manifest and where it goes, and nothing else (D25)", () => {
  const content = {
    size: 3,
    name: "é.txt",
    file_id: "f",
    mode: "dm",
    sha256: "abc",
    from,
    to,
    ts,
    content_sig: "not covered",
  };
  assertEquals(
    text(fileStartSigningInput(content)),
    `{"file_id":"f","from":"${from}","mode":"dm","name":"\\u00e9.txt","sha256":"abc","size":3,` +
      `"to":"${to}","ts":1700000400000}`,
  );
});

Deno.test("a payload of plain ASCII has one form", () => {
  assertEquals(payloadSigningInputs({ b: 1, a: "x" }).map(text), ['{"a":"x","b":1}']);
});

Deno.test("other characters make a second form, ours first (D7)", () => {
  assertEquals(payloadSigningInputs({ a: "é" }).map(text), [
    String.raw`{"a":"\u00e9"}`,
    '{"a":"é"}',
  ]);
});

Deno.test("keys beyond U+FFFF make a third, since RFC 8785 orders them otherwise", () => {
  assertEquals(payloadSigningInputs({ "😀": 1, "～": 2 }).map(text), [
    String.raw`{"\uff5e":2,"\ud83d\ude00":1}`,
    '{"～":2,"😀":1}',
    '{"😀":1,"～":2}',
  ]);
});
