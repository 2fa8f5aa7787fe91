import { assertEquals } from "@std/assert";
import type { JsonObject } from "../../../../lib/protocol/json.ts";
import type { Id } from "../../../../lib/protocol/ids.ts";
import {
  KeyShares,
  longestShare,
  MAX_SHARES_TEXT,
  type SignedShare,
  wrapsOf,
} from "../../../../lib/server/tables/key_shares.ts";
import { ALICE, BLOCK, BOB } from "../../protocol/examples.ts";
import { CAROL, id } from "../small_server.ts";

const [alice, bob, carol] = [id(ALICE), id(BOB), id(CAROL)];
const digest = (letter: string) => `${letter.repeat(42)}A`;

/** A share of a key for some members. */
function share(
  messageRef: string,
  creator: Id,
  key: { epoch: number; pub: string } | undefined,
  ...members: Id[]
): SignedShare & { readonly payload: JsonObject } {
  const named = key && { epoch: key.epoch, channel_pub: digest(key.pub) };
  const shares = members.map((member) => ({
    member,
    wrapped_public_channel_key: BLOCK,
    ...named,
  }));
  const payload = { shares, creator, creator_pub: "MIIC", content_sig: BLOCK };
  return { messageRef, creator, payload, size: 1_000, wraps: wrapsOf({ shares }) };
}

const none = () => new KeyShares({ version: 1, shares: [] });
const taken = (shares: KeyShares, one: SignedShare) =>
  shares.take(one, one.wraps.keys())?.wraps.map(({ member }) => member);

Deno.test("a share is kept once for all its members, and each new wrap raises the version", () => {
  const shares = none();
  const one = share("one", carol, { epoch: 1, pub: "a" }, alice, bob);
  assertEquals(shares.take(one, [alice, bob]), {
    messageRef: "one",
    payload: one.payload,
    wraps: [{ member: alice, wrappedKey: BLOCK }, { member: bob, wrappedKey: BLOCK }],
  });
  assertEquals([shares.version, shares.count, shares.size], [3, 1, 1_000]);
  assertEquals(shares.of(alice)?.key, { epoch: 1, channelPub: digest("a") });
  shares.memberJoined();
  assertEquals(shares.version, 4);
});

Deno.test("it is kept for those alone who are members here", () => {
  const shares = none();
  shares.take(share("one", carol, { epoch: 1, pub: "a" }, alice, bob), [bob]);
  assertEquals([shares.of(alice), shares.of(bob)?.share.messageRef], [undefined, "one"]);
});

Deno.test("the latest word of another counts, be its epoch lower: garbage under a high one does not stick", () => {
  const shares = none();
  taken(shares, share("garbage", carol, { epoch: 999, pub: "a" }, alice));
  assertEquals(taken(shares, share("good", bob, { epoch: 2, pub: "z" }, alice)), [alice]);
  assertEquals(shares.of(alice)?.share.messageRef, "good");
});

Deno.test("of one creator nothing replaces what wins over it: an old share may be brought again", () => {
  const shares = none();
  taken(shares, share("one", carol, { epoch: 2, pub: "m" }, alice));
  for (
    const [what, key] of [
      ["older", { epoch: 1, pub: "a" }],
      ["larger", { epoch: 2, pub: "z" }],
      ["the same", { epoch: 2, pub: "m" }],
      ["without a name", undefined],
    ] as const
  ) {
    assertEquals(taken(shares, share(what, carol, key, alice)), undefined, what);
  }
  assertEquals(taken(shares, share("smaller", carol, { epoch: 2, pub: "b" }, alice)), [alice]);
  assertEquals(taken(shares, share("newer", carol, { epoch: 3, pub: "z" }, alice)), [alice]);
});

Deno.test("a share goes with the last member whose newest it was, and takes its room with it", () => {
  const shares = none();
  taken(shares, share("one", carol, { epoch: 1, pub: "a" }, alice, bob));
  taken(shares, share("two", bob, { epoch: 1, pub: "a" }, alice));
  assertEquals([shares.count, shares.size], [2, 2_000]);
  taken(shares, share("three", alice, { epoch: 1, pub: "a" }, bob));
  assertEquals([shares.count, shares.size, shares.of(bob)?.share.messageRef], [2, 2_000, "three"]);
});

Deno.test("no more is kept of one frame than its keys take, nor of all than there is room for", () => {
  const shares = none();
  const one = share("one", carol, { epoch: 1, pub: "a" }, alice);
  assertEquals(taken(shares, { ...one, size: longestShare(1) + 1 }), undefined);
  const most = Math.floor(MAX_SHARES_TEXT / longestShare(1));
  for (let number = 0; number < most; number += 1) {
    const member = id(`00000000-0000-4000-8000-00000000${number.toString(16).padStart(4, "0")}`);
    const full = share(`${number}`, carol, { epoch: 1, pub: "a" }, member);
    assertEquals(taken(shares, { ...full, size: longestShare(1) }), [member]);
  }
  assertEquals(taken(shares, { ...one, size: longestShare(1) }), undefined);
  assertEquals(shares.size, most * longestShare(1));
});

Deno.test("what the store remembers is known again, and what it does not understand is asked for anew", () => {
  const before = none();
  const one = share("one", carol, { epoch: 4, pub: "a" }, alice, bob);
  const record = before.take(one, [alice, bob]);
  const bad = { messageRef: "bad", payload: { shares: 7 }, wraps: [] };
  const shares = new KeyShares({ version: 7, shares: [bad, ...record ? [record] : []] });
  assertEquals([shares.version, shares.count], [7, 1]);
  assertEquals(shares.of(bob)?.key, { epoch: 4, channelPub: digest("a") });
  assertEquals(shares.of(bob)?.share.payload, one.payload);
  assertEquals(taken(shares, share("again", carol, { epoch: 4, pub: "a" }, bob)), undefined);
});

Deno.test("of two wraps for one member in a frame the last counts, however the id is spelled", () => {
  const [first, second] = [BOB, BOB.toUpperCase()].map((member, index) => ({
    member,
    wrapped_public_channel_key: `wrap ${index}`,
  }));
  if (first === undefined || second === undefined) throw new TypeError();
  const wraps = wrapsOf({ shares: [first, second] });
  assertEquals([...wraps], [[bob, { wrappedKey: "wrap 1", key: undefined }]]);
});
