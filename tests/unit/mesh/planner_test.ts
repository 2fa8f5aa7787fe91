import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Introducer } from "../../../lib/mesh/introducer.ts";
import { type DialTarget, MeshPlanner } from "../../../lib/mesh/planner.ts";
import { addressText } from "../../../lib/mesh/address.ts";
import { type Id, toId } from "../../../lib/protocol/ids.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";

const [a, b, c] = [toId(ALICE), toId(BOB), toId(THERE)];
const OWN = [{ host: "chat.example", port: 8765 }, { host: "127.0.0.1", port: 8765 }];
const almostOne = 1 - Number.EPSILON;

function introducers(...ports: number[]): Introducer[] {
  return ports.map((port) => ({ host: "127.0.0.1", port, pubkey: undefined }));
}

const nobody = () => false;
const linked = (...ids: Id[]) => (id: Id) => ids.includes(id);
const shown = (targets: DialTarget[]) =>
  targets.map(({ kind, address }) => `${kind} ${addressText(address)}`);

function only(targets: DialTarget[]): DialTarget {
  const [target] = targets;
  assert(target !== undefined && targets.length === 1);
  return target;
}

Deno.test("introducers are asked in the order of the file, one at a time", () => {
  const planner = new MeshPlanner(introducers(1, 2, 3), OWN);
  for (const port of [1, 2, 3]) {
    const target = only(planner.due(NOW, nobody));
    assertEquals(shown([target]), [`introducer 127.0.0.1:${port}`]);
    assertEquals(planner.due(NOW, nobody), [], "one is under way");
    assertEquals(planner.nextDeadline(nobody), Infinity);
    planner.failed(target, NOW, 0.5);
  }
  assertEquals(planner.due(NOW, nobody), [], "all have failed just now");
});

Deno.test("the operator's pin travels with the target", () => {
  const planner = new MeshPlanner([{ host: "h", port: 1, pubkey: undefined }], OWN);
  assertEquals(planner.due(NOW, nobody), [
    { kind: "introducer", address: { host: "h", port: 1 }, pubkey: undefined },
  ]);
});

Deno.test("without introducers there is nobody to dial, ever", () => {
  const planner = new MeshPlanner([], OWN);
  assertEquals(planner.due(NOW, nobody), []);
  assertEquals(planner.nextDeadline(nobody), Infinity);
});

Deno.test("the own address is never dialled, under whichever of its names", () => {
  const list: Introducer[] = [
    { host: "localhost", port: 8765, pubkey: undefined },
    { host: "CHAT.example", port: 8765, pubkey: undefined },
    { host: "127.0.0.1", port: 8766, pubkey: undefined },
  ];
  const planner = new MeshPlanner(list, OWN);
  assertEquals(shown(planner.due(NOW, nobody)), ["introducer 127.0.0.1:8766"]);
});

Deno.test("an address that turned out to be this server's own is not dialled again", () => {
  const planner = new MeshPlanner(introducers(1, 2), OWN);
  const target = only(planner.due(NOW, nobody));
  planner.isSelf("127.0.0.1:1");
  planner.failed(target, NOW, 0.5);
  assertEquals(shown(planner.due(NOW + 1e9, nobody)), ["introducer 127.0.0.1:2"]);
});

Deno.test("an address that is not being dialled cannot turn out to be anything", () => {
  const planner = new MeshPlanner(introducers(1, 2), OWN);
  const first = only(planner.due(NOW, nobody));
  planner.isSelf("127.0.0.1:2");
  planner.failed(first, NOW, almostOne);
  assertEquals(shown(planner.due(NOW, nobody)), ["introducer 127.0.0.1:2"]);
});

Deno.test("the waits between attempts double, from a second to ten", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  const waits: number[] = [];
  let now = NOW;
  for (let i = 1; i <= 9; i++) {
    assertEquals(planner.failed(only(planner.due(now, nobody)), now, almostOne), i);
    const next = planner.nextDeadline(nobody);
    assertEquals(planner.due(next - 1, nobody), []);
    waits.push(next - now);
    now = next;
  }
  const seconds = waits.map((wait) => wait / 1_000);
  assertEquals(seconds, [1, 2, 4, 8, 10, 10, 10, 10, 10]);
});

Deno.test("a failure counts once, and only of what is under way", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  const target = only(planner.due(NOW, nobody));
  assertEquals(planner.failed(target, NOW, 0.5), 1);
  assertEquals(planner.failed(target, NOW, 0.5), undefined);
  const stranger: DialTarget = { kind: "server", address: target.address, serverId: a };
  assertEquals(planner.failed(stranger, NOW, 0.5), undefined);
});

Deno.test("an introducer that failed waits while the next is asked, and gets its turn again", () => {
  const planner = new MeshPlanner(introducers(1, 2), OWN);
  planner.failed(only(planner.due(NOW, nobody)), NOW, almostOne);
  planner.failed(only(planner.due(NOW, nobody)), NOW + 500, almostOne);
  assertEquals(planner.nextDeadline(nobody), NOW + 1_000);
  assertEquals(shown(planner.due(NOW + 1_000, nobody)), ["introducer 127.0.0.1:1"]);
});

Deno.test("an introducer whose server is linked is not asked again until that link ends", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.reached(only(planner.due(NOW, nobody)), a, NOW, 0.5);
  assertEquals(planner.due(NOW + 1e9, linked(a)), []);
  assertEquals(planner.nextDeadline(linked(a)), Infinity);
  assertEquals(shown(planner.due(NOW + 1e9, nobody)), ["introducer 127.0.0.1:1"]);
});

Deno.test("an introducer at whose address a linked server stands is not asked, whoever dialled", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.learn(a, { host: "localhost", port: 1 });
  assertEquals(planner.due(NOW, linked(a)), []);
  assertEquals(shown(planner.due(NOW, linked(b))), ["introducer 127.0.0.1:1"]);
});

Deno.test("every other known server is announced to, all at once", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.learn(b, { host: "b.example", port: 1 });
  planner.learn(c, { host: "c.example", port: 1 });
  assertEquals(shown(planner.due(NOW, nobody)), [
    "introducer 127.0.0.1:1",
    "server b.example:1",
    "server c.example:1",
  ]);
  assertEquals(planner.due(NOW, nobody), []);
});

Deno.test("a server that is linked is not dialled", () => {
  const planner = new MeshPlanner([], OWN);
  planner.learn(b, { host: "b.example", port: 1 });
  assertEquals(planner.due(NOW, linked(b)), []);
  assertEquals(planner.nextDeadline(linked(b)), Infinity);
  assertEquals(planner.nextDeadline(nobody), 0);
});

Deno.test("a server at an introducer's address is joined, not announced to", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.learn(a, { host: "localhost", port: 1 });
  const target = only(planner.due(NOW, nobody));
  assertEquals(target.kind, "introducer");
  planner.failed(target, NOW, almostOne);
  assertEquals(planner.due(NOW, nobody), [], "and it is not dialled in the other way meanwhile");
});

Deno.test("a server that has moved is dialled where it is now, keeping its place in the queue", () => {
  const planner = new MeshPlanner([], OWN);
  planner.learn(b, { host: "old.example", port: 1 });
  planner.failed(only(planner.due(NOW, nobody)), NOW, almostOne);
  planner.learn(b, { host: "new.example", port: 2 });
  assertEquals(planner.due(NOW, nobody), []);
  assertEquals(shown(planner.due(NOW + 1_000, nobody)), ["server new.example:2"]);
});

Deno.test("a server that takes every link and drops it is dialled ever more slowly", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.learn(b, { host: "b.example", port: 1 });
  let now = NOW;
  for (const wait of [1_000, 2_000, 4_000]) {
    for (const target of planner.due(now, nobody)) {
      planner.reached(target, target.kind === "server" ? b : a, now, almostOne);
    }
    assertEquals(planner.due(now + wait - 1, nobody), []);
    now += wait;
  }
  assertEquals(planner.due(now, nobody).length, 2);
});

Deno.test("a link that was stable and ended is dialled again at once, joined or announced to", () => {
  const planner = new MeshPlanner(introducers(1), OWN);
  planner.learn(b, { host: "b.example", port: 1 });
  let now = NOW;
  for (let i = 0; i < 5; i++) {
    for (const target of planner.due(now, nobody)) {
      planner.reached(target, target.kind === "server" ? b : a, now, almostOne);
    }
    now += 60_000;
  }
  const last = now - 60_000;
  planner.stable(a);
  planner.stable(b);
  planner.stable(toId(HERE));
  const targets = planner.due(last, nobody);
  assertEquals(shown(targets), ["introducer 127.0.0.1:1", "server b.example:1"]);
  for (const target of targets) assertEquals(planner.failed(target, last, almostOne), 1);
});

Deno.test("whatever happens, nobody is dialled twice at once, and one join is under way while nobody is known", () => {
  const places = new Map([
    [a, { host: "127.0.0.1", port: 2 }],
    [b, { host: "b.example", port: 1 }],
    [c, { host: "c.example", port: 1 }],
  ]);
  const step = fc.record({
    wait: fc.nat(5_000),
    learns: fc.option(fc.constantFrom(a, b, c), { freq: 2 }),
    links: fc.subarray([a, b, c]),
    outcome: fc.constantFrom("failed", "reached", "pending"),
    unit: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const planner = new MeshPlanner(introducers(1, 2, 3), OWN);
    const known = new Set<Id>();
    const underWay = new Map<string, DialTarget>();
    let now = NOW;
    for (const { wait, learns, links, outcome, unit } of steps) {
      now += wait;
      const place = learns === null ? undefined : places.get(learns);
      if (learns !== null && place !== undefined) {
        assert(planner.learn(learns, place));
        known.add(learns);
      }
      const isLinked = linked(...links);
      const deadline = planner.nextDeadline(isLinked);
      const targets = planner.due(now, isLinked);
      assertEquals(targets.length > 0, deadline <= now);
      for (const target of targets) {
        const name = addressText(target.address);
        assert(!underWay.has(name), name);
        assert(target.kind === "introducer" || !links.includes(target.serverId));
        underWay.set(name, target);
      }
      if (known.size === 0) assert(underWay.size <= 1);
      if (outcome === "pending") continue;
      for (const [name, target] of underWay) {
        const there = target.kind === "server" ? target.serverId : a;
        if (outcome === "failed") planner.failed(target, now, unit);
        else planner.reached(target, there, now, unit);
        underWay.delete(name);
      }
    }
  }));
});

Deno.test("introducers are asked all at once when somebody is known: none of them waits for a dead one", () => {
  const planner = new MeshPlanner(introducers(1, 2, 3), OWN);
  const first = only(planner.due(NOW, nobody));
  planner.learn(b, { host: "b.example", port: 1 });
  assertEquals(shown(planner.due(NOW, nobody)), [
    "introducer 127.0.0.1:2",
    "introducer 127.0.0.1:3",
    "server b.example:1",
  ]);
  assertEquals(planner.failed(first, NOW, 0.5), 1);
});
