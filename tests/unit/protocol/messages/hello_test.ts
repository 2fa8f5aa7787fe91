import { assertEquals } from "@std/assert";
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
