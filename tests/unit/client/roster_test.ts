import { assertEquals } from "@std/assert";
import { Roster } from "../../../lib/client/roster.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { ALICE, BOB, NOW, THERE } from "../protocol/examples.ts";

const [alice, bob, there] = [toId(ALICE), toId(BOB), toId(THERE)];

Deno.test("a person of whom little is known is offline, nameless and reads one block a message", () => {
  const roster = new Roster();
  assertEquals(roster.update(alice, {}), {
    id: alice,
    name: undefined,
    online: false,
    server: undefined,
    segments: false,
    files: false,
    lastSpoken: undefined,
  });
  assertEquals(roster.get(bob), undefined);
});

Deno.test("what is new of a person is added to what was known", () => {
  const roster = new Roster();
  roster.update(alice, { name: "Alice", online: true, server: there, segments: true });
  const person = roster.update(alice, { lastSpoken: NOW });
  assertEquals(person, {
    id: alice,
    name: "Alice",
    online: true,
    server: there,
    segments: true,
    files: false,
    lastSpoken: NOW,
  });
  assertEquals(roster.all(), [person]);
});

Deno.test("a name that was given up is forgotten", () => {
  const roster = new Roster();
  roster.update(alice, { name: "Alice" });
  assertEquals(roster.update(alice, { name: undefined }).name, undefined);
});

Deno.test("what was handed out earlier does not change later", () => {
  const roster = new Roster();
  const before = roster.update(alice, { online: true });
  roster.update(alice, { online: false });
  assertEquals(before.online, true);
});

Deno.test("who was online and is not heard of again after a break has left", () => {
  const roster = new Roster();
  roster.update(alice, { online: true });
  roster.update(bob, { online: true });
  roster.update(there, { online: false });
  roster.doubtAll();
  assertEquals(roster.get(alice)?.online, true, "nobody is gone before the new list is there");
  roster.update(bob, { online: true });
  const left = roster.settle();
  assertEquals(left.map(({ id, online }) => [id, online]), [[alice, false]]);
  assertEquals(roster.get(bob)?.online, true);
  assertEquals(roster.settle(), [], "each departure is told once");
});

Deno.test("news that say nothing of presence leave it in doubt", () => {
  const roster = new Roster();
  roster.update(alice, { online: true });
  roster.doubtAll();
  roster.update(alice, { lastSpoken: NOW });
  assertEquals(roster.settle().length, 1);
});

Deno.test("who left during the break, and was said to, is not told of again", () => {
  const roster = new Roster();
  roster.update(alice, { online: true });
  roster.doubtAll();
  roster.update(alice, { online: false });
  assertEquals(roster.settle(), []);
});
