import { assertEquals } from "@std/assert";
import { BOB, NOW, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "SERVER_WELCOME", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };
const anyKey = { pubkey: ["no such thing"] };

testMembers("SERVER_HELLO_JOIN", { ...anyKey, ...anyText }, bound);
testMembers("SERVER_ANNOUNCE", { ...anyKey, ...anyText }, bound);
testMembers("SERVER_WELCOME", { servers: [[]], clients: [[]], ...anyText }, {
  servers: [{ server_id: THERE, host: "127.0.0.1", port: 8765, pubkey: "MIIC" }],
  clients: [{ user_id: BOB }, { server_id: THERE, host: "a.example", port: 1, pubkey: "MIIC" }, {}],
  ...bound,
});

for (
  const server of [
    {},
    { server_id: "1", host: "h", port: 1, pubkey: "k" },
    { server_id: THERE, host: "h h", port: 1, pubkey: "k" },
    { server_id: THERE, host: "h", port: 0, pubkey: "k" },
    { server_id: THERE, host: "h", port: 1 },
  ]
) {
  Deno.test(`a welcome that lists a server as ${JSON.stringify(server)} is refused`, () => {
    assertEquals(passes("SERVER_WELCOME", { assigned_id: THERE, servers: [server] }), false);
  });
}
