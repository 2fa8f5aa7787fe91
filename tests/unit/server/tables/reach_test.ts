import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type Announced, MAX_ANNOUNCES, Reach } from "../../../../lib/server/tables/reach.ts";
import { HERE, NOW, THERE } from "../../protocol/examples.ts";
import { id } from "../small_server.ts";

const [here, there] = [id(HERE), id(THERE)];

function saying(text: string, ts = NOW): Announced {
  return { text, ts, links: new Set(), users: undefined };
}

/** All text that is kept, whichever member holds it; one text that two members share counts once. */
function kept(reach: Reach): number {
  let size = 0;
  for (const [, { introduction, announced }] of reach.all()) {
    size += introduction?.length ?? 0;
    if (announced !== undefined && announced.text !== introduction) size += announced.text.length;
  }
  return size;
}

Deno.test("of a server that was never heard of nothing is known, and asking changes nothing", () => {
  const reach = new Reach();
  assertEquals([reach.get(there), [...reach.all()]], [undefined, []]);
});

Deno.test("a server that is heard of for the first time cannot be reached yet, and is one entry for ever", () => {
  const reach = new Reach();
  const heard = reach.of(there);
  assertEquals([heard.via, heard.direct, heard.announced], [undefined, false, undefined]);
  assertEquals([heard.graceUntil, heard.compareAt], [Infinity, Infinity], "nothing is due");
  assertStrictEquals(reach.of(there), heard);
  assertStrictEquals(reach.get(there), heard);
  assertEquals([...reach.all()], [[there, heard]]);
});

Deno.test("what a server announces is what it is introduced with", () => {
  const reach = new Reach();
  const heard = reach.of(there);
  reach.introduce(heard, "to us");
  assertEquals([heard.introduction, heard.announced], ["to us", undefined]);
  const announced = saying("to everybody");
  reach.announce(heard, announced);
  assertStrictEquals(heard.announced, announced);
  assertEquals(heard.introduction, "to everybody");
});

Deno.test("if too much is kept, what was said longest ago is forgotten, and nothing else", () => {
  const reach = new Reach();
  const [first, second, third] = [reach.of(there), reach.of(here), reach.of(id(HERE))];
  assertStrictEquals(second, third);
  const half = MAX_ANNOUNCES / 2;
  first.heardAt = NOW + 1;
  reach.announce(first, saying("a".repeat(half)));
  second.heardAt = NOW;
  reach.announce(second, saying("b".repeat(half)));
  assertEquals([first.announced?.ts, second.announced?.ts], [NOW, NOW], "so much may be kept");
  const newest = reach.of(id("a0000000-0000-4000-8000-000000000001"));
  newest.heardAt = NOW + 2;
  reach.announce(newest, saying("c"));
  assertEquals([second.announced, second.introduction], [undefined, undefined]);
  assertEquals([first.announced?.ts, newest.announced?.text], [NOW, "c"]);
  assertStrictEquals(reach.get(here), second, "where it is reached is still known");
});

Deno.test("what a server says replaces what it said before, and its room with it", () => {
  const reach = new Reach();
  const [heard, other] = [reach.of(there), reach.of(here)];
  reach.announce(other, saying("small"));
  other.heardAt = NOW;
  heard.heardAt = NOW + 1;
  for (let i = 0; i < 5; i++) reach.announce(heard, saying("x".repeat(MAX_ANNOUNCES - 10)));
  assertEquals(other.announced?.text, "small");
});

Deno.test("an announce takes its room though its server introduces itself in fewer words", () => {
  const reach = new Reach();
  for (let i = 0; i < 5; i++) {
    const heard = reach.of(id(`a0000000-0000-4000-8000-00000000000${i}`));
    heard.heardAt = NOW + i;
    reach.announce(heard, saying("x".repeat(MAX_ANNOUNCES / 4)));
    reach.introduce(heard, "it is me");
  }
  assert(kept(reach) <= MAX_ANNOUNCES);
});

Deno.test("whoever was not heard for longest does not keep what it says now beyond the bound", () => {
  const reach = new Reach();
  const other = reach.of(here);
  other.heardAt = NOW;
  reach.announce(other, saying("x".repeat(MAX_ANNOUNCES - 10)));
  reach.announce(reach.of(there), saying("y".repeat(100)));
  assert(kept(reach) <= MAX_ANNOUNCES);
});

Deno.test("whoever says whatever, no more text is kept than may be, and the newest is kept", () => {
  const step = fc.record({
    who: fc.nat(9),
    how: fc.constantFrom("announces", "introduces"),
    length: fc.oneof(fc.nat(1_000), fc.integer({ min: 1, max: MAX_ANNOUNCES / 4 })),
    late: fc.nat(3),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const reach = new Reach();
    let now = NOW;
    for (const { who, how, length, late } of steps) {
      const heard = reach.of(id(`a0000000-0000-4000-8000-00000000000${who}`));
      heard.heardAt = now += late;
      const text = "x".repeat(length);
      if (how === "announces") reach.announce(heard, saying(text));
      else reach.introduce(heard, text);
      assert(kept(reach) <= MAX_ANNOUNCES);
      if (late > 0) assertEquals(heard.introduction, text);
    }
  }));
});
