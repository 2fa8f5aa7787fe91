import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openDirect, piecesOf, sealDirect } from "../../../lib/client/direct_message.ts";
import { seal } from "../../../lib/e2ee/seal.ts";
import { contentSigningInput } from "../../../lib/link/content_signature.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { ALICE, BLOCK, BOB, NOW } from "../protocol/examples.ts";

async function setUp() {
  const crypto = new FakeCrypto(1);
  const alice = await crypto.generateKeyPair();
  const bob = await crypto.generateKeyPair();
  const write = async (text: string) => {
    const draft = { from: toId(BOB), keys: bob, to: toId(ALICE), recipientKey: alice.publicKey };
    const sealed = await sealDirect(crypto, { ...draft, text, ts: NOW });
    const message = readPayload(readEnvelope(sealed.text));
    assert(message.type === "MSG_DIRECT");
    return { sealed, message };
  };
  return { crypto, alice, bob, write };
}

for (
  const text of [
    "hi",
    "",
    "Zoë 😀",
    "\ufeffwith a mark",
    "a\0b",
    "x".repeat(446),
    "x".repeat(28_544),
  ]
) {
  Deno.test(`the recipient reads what was written: ${JSON.stringify(text.slice(0, 20))}, ${text.length} long`, async () => {
    const { crypto, alice, bob, write } = await setUp();
    const { message } = await write(text);
    const { ciphertext } = message.payload;
    assertEquals(await openDirect(crypto, alice.privateKey, ciphertext), text);
    assertEquals(await openDirect(crypto, bob.privateKey, ciphertext), undefined);
  });
}

Deno.test("a message is a frame that every server takes, with nothing of the text in it", async () => {
  const { bob, write } = await setUp();
  const { sealed, message } = await write("attack at dawn");
  assertEquals([message.from, message.to, message.ts, sealed.ts], [BOB, ALICE, NOW, NOW]);
  assertEquals(message.payload.sender_pub, bob.publicKey);
  assertEquals(message.sig, undefined);
  assertEquals(sealed.text.includes("attack"), false);
});

Deno.test("it is signed by its sender over ciphertext, from, to and ts (§12)", async () => {
  const { crypto, alice, bob, write } = await setUp();
  const { message } = await write("hi");
  const content = contentSigningInput(message);
  assert(content !== undefined);
  assertEquals(await crypto.verify(bob.publicKey, content.signature, content.input), true);
  assertEquals(await crypto.verify(alice.publicKey, content.signature, content.input), false);
});

Deno.test("its name is the hash of the raw signature (D21)", async () => {
  const { crypto, write } = await setUp();
  const { sealed, message } = await write("hi");
  const hash = await crypto.sha256(bytesOf(message.payload.content_sig));
  assertEquals(sealed.messageRef, encodeBase64url(hash));
});

Deno.test("the same text twice is two messages", async () => {
  const { write } = await setUp();
  const [one, other] = [await write("hi"), await write("hi")];
  assertNotEquals(one.sealed.messageRef, other.sealed.messageRef);
  assertNotEquals(one.message.payload.ciphertext, other.message.payload.ciphertext);
});

Deno.test("what was not encrypted to this key, or is no text, is not read, and no reason given", async () => {
  const { crypto, alice } = await setUp();
  const noText = await seal(crypto, alice.publicKey, new Uint8Array([0xff, 0xfe, 0x80]));
  for (const ciphertext of ["", "QQ", BLOCK, "no base64url!", noText]) {
    assertEquals(await openDirect(crypto, alice.privateKey, ciphertext), undefined);
  }
});

Deno.test("a long text is one message for who reads segments, several for others (D4)", () => {
  const text = "Zoë says 😀. ".repeat(100);
  assertEquals(piecesOf(text, true), [text]);
  const pieces = piecesOf(text, false);
  assert(pieces.length > 1);
  assertEquals(pieces.join(""), text);
  for (const piece of pieces) assert(utf8(piece).length <= 446);
  const longer = "x".repeat(64 * 446 + 1);
  assertEquals(piecesOf(longer, true).map((piece) => piece.length), [64 * 446, 1]);
  assertEquals(piecesOf("hi", false), ["hi"]);
});
