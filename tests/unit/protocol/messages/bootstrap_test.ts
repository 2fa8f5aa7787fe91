import { assertEquals } from "@std/assert";
import {
  MAX_LISTED_SERVERS,
  MAX_LISTED_USERS,
  serversOf,
} from "../../../../lib/protocol/messages/bootstrap.ts";
import { MAX_SERVER_FRAME_BYTES } from "../../../../lib/protocol/limits.ts";
import { BOB, exampleText, NOW, PAYLOADS, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "SERVER_WELCOME", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };
const anyKey = { pubkey: ["no such thing"] };
const anyList = { servers: [[], [1]], clients: [[], [1]] };

testMembers("SERVER_HELLO_JOIN", { ...anyKey, ...anyText }, bound);
const noIds = { links: [[]], users: [[]], asks: [[]] };
testMembers("SERVER_ANNOUNCE", { ...anyKey, ...anyText, nonce: [""], ...noIds }, {
  receiver: THERE,
  nonce: "QQ",
  links: [THERE],
  users: [BOB, BOB.toUpperCase()],
  asks: [THERE],
  channel: { epoch: 1, channel_pub: "A".repeat(43) },
  ...bound,
});
testMembers("SERVER_WELCOME", { ...anyList, ...anyText, nonce: [""] }, {
  nonce: "QQ",
  servers: [{ server_id: THERE, host: "127.0.0.1", port: 8765, pubkey: "MIIC" }],
  clients: [{ user_id: BOB }, { server_id: THERE, host: "a.example", port: 1, pubkey: "MIIC" }, {}],
  ...bound,
});

Deno.test("an announce may be for everybody, and for nobody who is neither (D9)", () => {
  const takes = (receiver: unknown) =>
    passes("SERVER_ANNOUNCE", { ...PAYLOADS.SERVER_ANNOUNCE, receiver });
  assertEquals([takes("*"), takes(THERE), takes("**"), takes("everybody")], [
    true,
    true,
    false,
    false,
  ]);
});

for (
  const [list, most] of [
    ["links", MAX_LISTED_SERVERS],
    ["asks", MAX_LISTED_SERVERS],
    ["users", MAX_LISTED_USERS],
  ] as const
) {
  Deno.test(`an announce lists ${most} ${list} at the most, and ids alone`, () => {
    const takes = (ids: unknown[]) =>
      passes("SERVER_ANNOUNCE", { ...PAYLOADS.SERVER_ANNOUNCE, [list]: ids });
    const ids = new Array(most).fill(BOB);
    assertEquals([takes(ids), takes([...ids, BOB])], [true, false]);
    for (const bad of ["bob", "*", 1, null, [BOB]]) assertEquals(takes([BOB, bad]), false);
  });
}

Deno.test("an announce with all that it may list has room in a frame (D6)", () => {
  const ids = (most: number) => new Array(most).fill(BOB);
  const payload = {
    ...PAYLOADS.SERVER_ANNOUNCE,
    pubkey: "x".repeat(800),
    users: ids(MAX_LISTED_USERS),
    links: ids(MAX_LISTED_SERVERS),
    asks: ids(1),
  };
  const text = exampleText("SERVER_ANNOUNCE", { payload });
  assertEquals(text.length <= MAX_SERVER_FRAME_BYTES, true, `${text.length}`);
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
