import { assert, assertEquals } from "@std/assert";
import { openPublic, sealPublic } from "../../../lib/client/public_message.ts";
import { seal } from "../../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { contentSigningInput } from "../../../lib/link/content_signature.ts";
import { readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { ALICE } from "../protocol/examples.ts";

const crypto = new FakeCrypto(9);
const alice = await crypto.generateKeyPair();
const bob = await crypto.generateKeyPair();
const channel = await crypto.generateKeyPair();
const older = await crypto.generateKeyPair();

const reader = { own: bob.privateKey, channel: [channel.privateKey] };
const DIGEST = encodeBase64url(new Uint8Array(32));
const bytes = (text: string) => new TextEncoder().encode(text);

async function sealed(text: string) {
  const key = { epoch: 7, channelPub: DIGEST, publicKey: channel.publicKey };
  const made = await sealPublic(crypto, {
    from: ALICE as Id,
    keys: alice,
    channel: key,
    text,
    ts: 17,
  });
  const message = readPayload(readEnvelope(made.text));
  assert(message.type === "MSG_PUBLIC_CHANNEL");
  return { made, message };
}

Deno.test("a message to everybody is signed by its sender and read by whoever has the channel's key", async () => {
  const { made, message } = await sealed("good evening");
  const content = contentSigningInput(message);
  assert(content !== undefined);
  assert(await crypto.verify(alice.publicKey, content.signature, content.input));
  assertEquals(made.messageRef, encodeBase64url(await crypto.sha256(content.signature)));
  assertEquals([message.payload.epoch, message.payload.channel_pub], [7, DIGEST]);
  assertEquals(await openPublic(crypto, reader, message.payload), {
    text: "good evening",
    encrypted: true,
  });
});

Deno.test("a text of more than one block is one message to everybody (D4)", async () => {
  const text = "word ".repeat(1_000);
  const { message } = await sealed(text);
  assertEquals((await openPublic(crypto, reader, message.payload))?.text, text);
});

Deno.test("without the key there is nothing to read, and what names its epoch is never taken for plain text", async () => {
  const { message } = await sealed("good evening");
  const nobody = { own: bob.privateKey, channel: [older.privateKey] };
  assertEquals(await openPublic(crypto, nobody, message.payload), undefined);
  const plain = { ciphertext: encodeBase64url(bytes("hi")), epoch: 7 };
  assertEquals(await openPublic(crypto, reader, plain), undefined);
});

Deno.test("other teams' habits are read: to the reader's own key, and plain text, which is said to be that (D24)", async () => {
  const own = { ciphertext: await seal(crypto, bob.publicKey, bytes("to you")) };
  assertEquals(await openPublic(crypto, reader, own), { text: "to you", encrypted: true });
  const plain = { ciphertext: encodeBase64url(bytes("héllo")) };
  assertEquals(await openPublic(crypto, reader, plain), { text: "héllo", encrypted: false });
  const noise = { ciphertext: encodeBase64url(new Uint8Array([0xff, 0xfe, 0x80])) };
  assertEquals(await openPublic(crypto, reader, noise), undefined);
});

Deno.test("without an epoch the channel's keys are tried first", async () => {
  const keys = { own: bob.privateKey, channel: [channel.privateKey, older.privateKey] };
  const old = { ciphertext: await seal(crypto, older.publicKey, bytes("old")) };
  assertEquals(await openPublic(crypto, keys, old), { text: "old", encrypted: true });
});
