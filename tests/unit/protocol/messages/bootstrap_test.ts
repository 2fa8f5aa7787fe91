import { assertEquals } from "@std/assert";
import { serversOf } from "../../../../lib/protocol/messages/bootstrap.ts";
import { BOB, NOW, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "SERVER_WELCOME", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };
const anyKey = { pubkey: ["no such thing"] };
const anyList = { servers: [[], [1]], clients: [[], [1]] };

testMembers("SERVER_HELLO_JOIN", { ...anyKey, ...anyText }, bound);
testMembers("SERVER_ANNOUNCE", { ...anyKey, ...anyText }, { receiver: THERE, ...bound });
testMembers("SERVER_WELCOME", { ...anyList, ...anyText }, {
  servers: [{ server_id: THERE, host: "127.0.0.1", port: 8765, pubkey: "MIIC" }],
  clients: [{ user_id: BOB }, { server_id: THERE, host: "a.example", port: 1, pubkey: "MIIC" }, {}],
  ...bound,
});

const good = { server_id: THERE, host: "a.example", port: 8765, pubkey: "k" };

for (
  const bad of [
    null,
    1,
    [],
    {},
    { server_id: "1", host: "h", port: 1, pubkey: "k" },
    { server_id: THERE, host: "h h", port: 1, pubkey: "k" },
    { server_id: THERE, host: "h", port: 0, pubkey: "k" },
    { server_id: THERE, host: "h", port: 1 },
  ]
) {
  Deno.test(`of a welcome only the entry ${JSON.stringify(bad)} is left out`, () => {
    const lists = [{ servers: [bad, good] }, { clients: [bad, good] }];
    for (const list of lists) {
      assertEquals(passes("SERVER_WELCOME", { assigned_id: THERE, ...list }), true);
      assertEquals(serversOf(list, () => false), [good]);
    }
  });
}

Deno.test("a list of `clients` names servers only where nobody else lists them (D10)", () => {
  const { server_id, ...place } = good;
  const named = { user_id: server_id, ...place };
  assertEquals(serversOf({ clients: [named] }, () => false), [good]);
  assertEquals(serversOf({ clients: [named] }, () => true), []);
  assertEquals(serversOf({ servers: [], clients: [named] }, () => false), []);
});
