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
    const has = found(type, signed(type)) !== undefined;
    assertEquals(has, rowOf(type).contentSig !== "none", type);
  }
});
