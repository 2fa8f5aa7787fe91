import { assertEquals } from "@std/assert";
import { contentSigningInput } from "../../../lib/link/content_signature.ts";
import { type MessageType, rowOf } from "../../../lib/protocol/catalog.ts";
import { readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import { bytesOf } from "../../support/binary.ts";
import {
  ALICE,
  BLOCK,
  BOB,
  exampleText,
  NOW,
  PAYLOADS,
  THERE,
  TYPES,
} from "../protocol/examples.ts";

function found(type: MessageType, other: Record<string, unknown> = {}) {
  const content = contentSigningInput(readPayload(readEnvelope(exampleText(type, other))));
  if (content === undefined) return undefined;
  return { ...content, input: new TextDecoder().decode(content.input) };
}

const signature = bytesOf(BLOCK);
const signed = (type: MessageType) => ({ payload: { ...PAYLOADS[type], content_sig: BLOCK } });
const byBob = { payload: { ...PAYLOADS.PUBLIC_CHANNEL_KEY_SHARE, creator: BOB } };

Deno.test("a direct message is signed by its sender over ciphertext, from, to and ts", () => {
  const input = `${BLOCK}${BOB}${ALICE}${NOW}`;
  assertEquals(found("MSG_DIRECT"), { author: BOB, input, signature });
});

Deno.test("on its way it is signed by the user, not by the server that carries it (D16)", () => {
  const input = `${BLOCK}${BOB}${ALICE}${NOW}`;
  assertEquals(found("SERVER_DELIVER", { from: THERE }), { author: BOB, input, signature });
  assertEquals(found("USER_DELIVER", { from: THERE }), { author: BOB, input, signature });
});

Deno.test("a public message is signed over ciphertext, from and ts", () => {
  const input = `${BLOCK}${BOB}${NOW}`;
  assertEquals(found("MSG_PUBLIC_CHANNEL"), { author: BOB, input, signature });
});

Deno.test("a file chunk is signed like a direct message, a file's manifest as JSON (D25)", () => {
  assertEquals(found("FILE_CHUNK", { ...signed("FILE_CHUNK"), to: "public" }), {
    author: BOB,
    input: `${BLOCK}${BOB}public${NOW}`,
    signature,
  });
  assertEquals(found("FILE_START", signed("FILE_START")), {
    author: BOB,
    input: `{"file_id":"f1","from":"${BOB}","mode":"dm","name":"a.txt","sha256":"QQ","size":3,` +
      `"to":"${ALICE}","ts":${NOW}}`,
    signature,
  });
});

Deno.test("a key share is signed by its creator over all shares and the creator's key (D23)", () => {
  const shares = [{ member: ALICE, wrapped_public_channel_key: BLOCK, epoch: 1, unknown: "é" }];
  const payload = { ...PAYLOADS.PUBLIC_CHANNEL_KEY_SHARE, creator: BOB, shares };
  assertEquals(found("PUBLIC_CHANNEL_KEY_SHARE", { payload }), {
    author: BOB,
    input: `[{"epoch":1,"member":"${ALICE}","unknown":"\\u00e9",` +
      `"wrapped_public_channel_key":"${BLOCK}"}]MIIC`,
    signature,
  });
  assertEquals(found("PUBLIC_CHANNEL_KEY_SHARE"), undefined, "of another team, without a creator");
});

for (const type of ["FILE_START", "FILE_CHUNK", "FILE_END"] as const) {
  Deno.test(`a ${type} on its way between servers is signed as its sender sent it (§9.4)`, () => {
    const members = type === "FILE_END" ? PAYLOADS[type] : signed(type).payload;
    const payload = { ...members, user_id: ALICE, sender: BOB };
    assertEquals(
      found("SERVER_DELIVER", { from: THERE, payload }),
      type === "FILE_END" ? undefined : found(type, signed(type)),
    );
    assertEquals(
      found("SERVER_DELIVER", { payload: { ...payload, content_sig: undefined } }),
      undefined,
    );
  });
}

Deno.test("a file of another team has no content_sig, and none is made up", () => {
  assertEquals(found("FILE_CHUNK"), undefined);
  assertEquals(found("FILE_START"), undefined);
});

Deno.test("ids are covered as they are spelled (§12)", () => {
  const from = BOB.toUpperCase();
  assertEquals(found("MSG_DIRECT", { from })?.input, `${BLOCK}${from}${ALICE}${NOW}`);
  assertEquals(found("MSG_DIRECT", { from })?.author, from);
});

Deno.test("a message has a content signature exactly where its row says so", () => {
  for (const type of TYPES) {
    // Who made a key is not said by everybody, and then nobody's key can verify the signature (D23).
    const made = type === "PUBLIC_CHANNEL_KEY_SHARE" ? byBob : signed(type);
    const has = found(type, made) !== undefined;
    assertEquals(has, rowOf(type).contentSig !== "none", type);
  }
});
