import { assertEquals } from "@std/assert";
import { MAX_OWN_META_LENGTH } from "../../../../lib/protocol/messages/fields.ts";
import { testKey } from "../../../support/real_servers.ts";
import { PAYLOADS } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const texts = ["", "no such thing"];

testMembers("USER_HELLO", {
  pubkey: ["no such thing"],
  enc_pubkey: ["no such thing"],
  client: texts,
  meta: [{}, { a: 1 }],
}, { client: "socp/0.1", enc_pubkey: "MIIC", meta: { display_name: "Alice" } });
testMembers("USER_PROOF", { challenge: [""] });

Deno.test("what a newcomer says of its program and its keys is bounded", () => {
  const hello = PAYLOADS.USER_HELLO;
  assertEquals(passes("USER_HELLO", { ...hello, client: "x".repeat(257) }), false);
  assertEquals(passes("USER_HELLO", { pubkey: "x".repeat(4097) }), false);
});

Deno.test("what a newcomer tells of itself is bounded, so that it can be advertised with both its keys", () => {
  const hello = PAYLOADS.USER_HELLO;
  const metaOf = (length: number) => ({ a: "x".repeat(length - '{"a":""}'.length) });
  const meta = metaOf(MAX_OWN_META_LENGTH);
  assertEquals(passes("USER_HELLO", { ...hello, meta }), true);
  assertEquals(passes("USER_HELLO", { ...hello, meta: metaOf(MAX_OWN_META_LENGTH + 1) }), false);
  const key = testKey(0).publicKey;
  const advert = { ...PAYLOADS.USER_ADVERTISE, meta: { ...meta, pubkey: key, enc_pubkey: key } };
  assertEquals(passes("USER_ADVERTISE", advert), true);
});
