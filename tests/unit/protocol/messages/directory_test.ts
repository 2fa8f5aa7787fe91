import { assertEquals } from "@std/assert";
import { BOB, NOW, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "LIST_RESPONSE", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };

testMembers("LIST_REQUEST", {});
testMembers("LIST_RESPONSE", { users: [[]], ...anyText }, bound);
testMembers("PUBKEY_REQUEST", {});
testMembers("PUBKEY_RESPONSE", { pubkey: ["no such thing"], version: [-1], ...anyText }, bound);

Deno.test("a list holds users with an id, a server, and a name if they have one", () => {
  const list = (user: unknown) => passes("LIST_RESPONSE", { users: [user] });
  assertEquals(list({ user_id: BOB, server_id: THERE, display_name: "Bob" }), true);
  assertEquals(list({ user_id: BOB, server_id: THERE, display_name: 7 }), false);
  assertEquals(list({ user_id: BOB }), false);
  assertEquals(list({ user_id: "Bob", server_id: THERE }), false);
  assertEquals(list(BOB), false);
});
