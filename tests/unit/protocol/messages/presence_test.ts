import { assertEquals } from "@std/assert";
import { MAX_META_LENGTH } from "../../../../lib/protocol/messages/fields.ts";
import { BOB, NOW, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "USER_ADVERTISE", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };

testMembers("USER_ADVERTISE", { meta: [{}, { a: 1 }], ...anyText }, bound);
testMembers("USER_REMOVE", anyText, bound);

Deno.test("meta is decoration, but not without bounds", () => {
  const advertise = (length: number) => ({
    user_id: BOB,
    server_id: THERE,
    meta: { a: "x".repeat(length - '{"a":""}'.length) },
  });
  assertEquals(passes("USER_ADVERTISE", advertise(MAX_META_LENGTH)), true);
  assertEquals(passes("USER_ADVERTISE", advertise(MAX_META_LENGTH + 1)), false);
});
