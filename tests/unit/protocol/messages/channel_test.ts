import { assertEquals } from "@std/assert";
import { MAX_ADDED, MAX_SHARES, MAX_WRAPS } from "../../../../lib/protocol/messages/channel.ts";
import { MAX_USER_FRAME_BYTES } from "../../../../lib/protocol/limits.ts";
import { ALICE, BLOCK, BOB, exampleText, NOW, PAYLOADS, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const DIGEST = "A".repeat(43);
const bound = (type: string) => ({ type, ts: NOW, origin: THERE });
const anyText = { type: ["", "no such thing"] };

testMembers("PUBLIC_CHANNEL_ADD", anyText, { if_version: 1, ...bound("PUBLIC_CHANNEL_ADD") });
testMembers("PUBLIC_CHANNEL_UPDATED", { ...anyText, wraps: [[]] }, bound("PUBLIC_CHANNEL_UPDATED"));
testMembers("PUBLIC_CHANNEL_KEY_SHARE", { ...anyText, creator_pub: ["no such thing"] }, {
  creator: BOB,
  ...bound("PUBLIC_CHANNEL_KEY_SHARE"),
});

Deno.test(`an ADD names from 1 to ${MAX_ADDED} users, by their ids`, () => {
  const takes = (add: unknown[]) => passes("PUBLIC_CHANNEL_ADD", { add });
  const full = new Array(MAX_ADDED).fill(BOB);
  assertEquals([takes(full), takes([...full, BOB]), takes([])], [true, false, false]);
  for (const bad of ["bob", "*", 1, null, [BOB]]) assertEquals(takes([BOB, bad]), false);
});

Deno.test(`an UPDATED has ${MAX_WRAPS} wraps at the most, each a member's`, () => {
  const takes = (wraps: unknown[]) => passes("PUBLIC_CHANNEL_UPDATED", { version: 1, wraps });
  const wrap = { member_id: BOB, wrapped_key: BLOCK };
  const full = new Array(MAX_WRAPS).fill(wrap);
  assertEquals([takes(full), takes([...full, wrap])], [true, false]);
  assertEquals(takes([{ ...wrap, epoch: 1, channel_pub: DIGEST }]), true);
  for (const bad of [{ epoch: -1 }, { epoch: 1.5 }, { channel_pub: "QQ" }, { member_id: "bob" }]) {
    assertEquals(takes([{ ...wrap, ...bad }]), false, JSON.stringify(bad));
  }
});

Deno.test("a share names its member and its key, and a key by its whole digest (D23)", () => {
  const takes = (shares: unknown[]) =>
    passes("PUBLIC_CHANNEL_KEY_SHARE", { ...PAYLOADS.PUBLIC_CHANNEL_KEY_SHARE, shares });
  const share = { member: ALICE, wrapped_public_channel_key: BLOCK };
  assertEquals([takes([share]), takes([]), takes([{ member: ALICE }])], [true, false, false]);
  assertEquals(takes([{ ...share, epoch: 7, channel_pub: DIGEST }]), true);
  for (const bad of [{ epoch: "1" }, { channel_pub: `${DIGEST}A` }, { member: "*" }]) {
    assertEquals(takes([{ ...share, ...bad }]), false, JSON.stringify(bad));
  }
});

Deno.test(`${MAX_SHARES} shares of a key of RSA-4096 have room in a user's frame (D6, D23)`, () => {
  // A PKCS#8 of 2,375 bytes takes six segments (D4).
  const wrapped_public_channel_key = "A".repeat(4096);
  const share = { member: ALICE, wrapped_public_channel_key, epoch: 1_000, channel_pub: DIGEST };
  const shares = new Array(MAX_SHARES).fill(share);
  const payload = { shares, creator: BOB, creator_pub: "A".repeat(734), content_sig: BLOCK };
  const text = exampleText("PUBLIC_CHANNEL_KEY_SHARE", { payload });
  assertEquals(text.length < MAX_USER_FRAME_BYTES, true, `${text.length} bytes`);
});

Deno.test("an announce names the best key whole, or none", () => {
  const takes = (channel: unknown) =>
    passes("SERVER_ANNOUNCE", { ...PAYLOADS.SERVER_ANNOUNCE, channel });
  assertEquals(takes({ epoch: 1, channel_pub: DIGEST }), true);
  for (
    const bad of [{}, { epoch: 1 }, { channel_pub: DIGEST }, { epoch: -1, channel_pub: DIGEST }]
  ) {
    assertEquals(takes(bad), false, JSON.stringify(bad));
  }
});
