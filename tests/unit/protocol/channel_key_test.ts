import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type ChannelKeyName,
  channelKeyName,
  winsOver,
} from "../../../lib/protocol/channel_key.ts";

const name: fc.Arbitrary<ChannelKeyName> = fc.record({
  epoch: fc.nat(3),
  channelPub: fc.constantFrom("a", "b", "c"),
});

Deno.test("a higher epoch wins, and of one epoch the smaller digest (D23)", () => {
  assertEquals(winsOver({ epoch: 2, channelPub: "z" }, { epoch: 1, channelPub: "a" }), true);
  assertEquals(winsOver({ epoch: 1, channelPub: "a" }, { epoch: 1, channelPub: "z" }), true);
  assertEquals(winsOver({ epoch: 1, channelPub: "z" }, { epoch: 1, channelPub: "a" }), false);
  assertEquals(winsOver({ epoch: 0, channelPub: "z" }, undefined), true);
});

Deno.test("of any two keys one wins, and of any number it is the same one in whichever order", () => {
  fc.assert(fc.property(fc.array(name, { minLength: 1 }), (names) => {
    const best = (all: ChannelKeyName[]) =>
      all.reduce((one, other) => winsOver(other, one) ? other : one);
    assertEquals(best(names), best(names.toReversed()));
    for (const one of names) assertEquals(winsOver(one, one), false);
  }));
});

Deno.test("a key that another team names by half has no name", () => {
  assertEquals(channelKeyName({ epoch: 1, channel_pub: "a" }), { epoch: 1, channelPub: "a" });
  assertEquals(channelKeyName({ epoch: 1 }), undefined);
  assertEquals(channelKeyName({ channel_pub: "a" }), undefined);
});
