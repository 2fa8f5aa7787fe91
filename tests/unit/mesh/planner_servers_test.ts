import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addressText, placeOf } from "../../../lib/mesh/address.ts";
import {
  type DialTarget,
  GIVEN_UP_MS,
  MAX_DIALS,
  MAX_SERVERS_DIALLED,
  MeshPlanner,
} from "../../../lib/mesh/planner.ts";
import { type Id, toId } from "../../../lib/protocol/ids.ts";
import { ALICE, BOB, NOW, THERE } from "../protocol/examples.ts";

const [a, b, c] = [toId(ALICE), toId(BOB), toId(THERE)];
const place = { host: "b.example", port: 1 };
const other = { host: "other.example", port: 1 };

const nobody = () => false;
const linked = (...ids: Id[]) => (id: Id) => ids.includes(id);
const who = (targets: DialTarget[]) =>
  targets.map((target) => target.kind === "server" ? target.serverId : target.kind);

/** An id for every number below a million. */
const numbered = (number: number) =>
  toId(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);

/** Fails to reach whoever is due, so many times. */
function failAll(planner: MeshPlanner, times: number, from = NOW): number {
  let now = from;
  for (let i = 0; i < times; i++) {
    for (const target of planner.due(now, nobody)) planner.failed(target, now, 0.99);
    now += 60_000;
  }
  return now;
}

// Servers that are silent

Deno.test("a server of which nothing was heard for a day is not dialled any more", () => {
  const planner = new MeshPlanner([], []);
  planner.learn(b, place);
  assertEquals(planner.giveUp(NOW, nobody), [], "the day begins when the clock is first looked at");
  failAll(planner, 1);
  assertEquals(GIVEN_UP_MS, 24 * 3_600_000);
  assertEquals(planner.giveUp(NOW + GIVEN_UP_MS - 1, nobody), []);
  assertEquals(planner.giveUp(NOW + GIVEN_UP_MS, nobody), [b]);
  assertEquals(planner.giveUp(NOW + GIVEN_UP_MS, nobody), [], "once");
  assertEquals(planner.due(NOW + 10 * GIVEN_UP_MS, nobody), []);
  assertEquals(planner.nextDeadline(nobody), Infinity);
});

Deno.test("a server that was given up is dialled at once when it is learned of again, there or elsewhere", () => {
  for (const address of [place, other]) {
    const planner = new MeshPlanner([], []);
    planner.learn(b, place);
    planner.giveUp(NOW, nobody);
    failAll(planner, 3);
    planner.giveUp(NOW + GIVEN_UP_MS, nobody);
    assert(planner.learn(b, address));
    assertEquals(planner.due(NOW + GIVEN_UP_MS, nobody), [{
      kind: "server",
      address,
      serverId: b,
    }]);
  }
});

Deno.test("whoever is heard of, or linked, has a whole day again", () => {
  const heard = new MeshPlanner([], []);
  heard.learn(b, place);
  heard.giveUp(NOW, nobody);
  heard.alive(b, NOW + 1_000);
  heard.alive(c, NOW + 1_000);
  assertEquals(heard.giveUp(NOW + GIVEN_UP_MS + 999, nobody), []);
  assertEquals(heard.giveUp(NOW + GIVEN_UP_MS + 1_000, nobody), [b]);
  const standing = new MeshPlanner([], []);
  standing.learn(b, place);
  standing.giveUp(NOW, nobody);
  assertEquals(standing.giveUp(NOW + 2 * GIVEN_UP_MS, linked(b)), []);
  assertEquals(standing.giveUp(NOW + 3 * GIVEN_UP_MS - 1, nobody), []);
  assertEquals(standing.giveUp(NOW + 3 * GIVEN_UP_MS, nobody), [b]);
});

Deno.test("nobody is given up in the middle of an attempt", () => {
  const planner = new MeshPlanner([], []);
  planner.learn(b, place);
  planner.giveUp(NOW, nobody);
  const [target] = planner.due(NOW, nobody);
  assert(target !== undefined);
  assertEquals(planner.giveUp(NOW + GIVEN_UP_MS, nobody), []);
  planner.failed(target, NOW + GIVEN_UP_MS, 0.5);
  assertEquals(planner.giveUp(NOW + GIVEN_UP_MS, nobody), [b]);
});

Deno.test("an introducer is never given up, however long it is silent", () => {
  const planner = new MeshPlanner([{ host: "b.example", port: 1, pubkey: undefined }], []);
  planner.learn(b, place);
  planner.giveUp(NOW, nobody);
  failAll(planner, 20);
  assertEquals(planner.giveUp(NOW + 2 * GIVEN_UP_MS, nobody), [b]);
  assertEquals(who(planner.due(NOW + 2 * GIVEN_UP_MS, nobody)), ["introducer"]);
});

// Addresses that two claim

Deno.test("an address has one server: whoever else claims it is not dialled there", () => {
  const planner = new MeshPlanner([], []);
  assertEquals(planner.learn(b, place), true);
  assertEquals(planner.learn(c, { ...place, host: "B.EXAMPLE" }), false);
  assertEquals(planner.learn(b, place), true, "whose it is may say so again");
  assertEquals(who(planner.due(NOW, nobody)), [b]);
});

Deno.test("the names of this machine are one place, which one server has", () => {
  const planner = new MeshPlanner([], []);
  assertEquals(planner.learn(b, { host: "127.0.0.1", port: 7 }), true);
  for (const host of ["localhost", "::1", "LOCALHOST"]) {
    assertEquals(planner.learn(c, { host, port: 7 }), false);
  }
  assertEquals(planner.learn(c, { host: "localhost", port: 8 }), true, "another port is another");
});

Deno.test("who could not be reached five times in a row gives way to another who claims the address", () => {
  const planner = new MeshPlanner([], []);
  planner.learn(b, place);
  const later = failAll(planner, 4);
  assertEquals(planner.learn(c, place), false);
  failAll(planner, 1, later);
  assertEquals(planner.learn(c, place), true);
  assertEquals(who(planner.due(later + 60_000, nobody)), [c]);
  assertEquals(planner.learn(b, place), false, "and now it is the other's");
  assertEquals(planner.learn(b, other), true);
});

Deno.test("a server that moves leaves its old address to others, and takes the new one", () => {
  const planner = new MeshPlanner([], []);
  planner.learn(b, place);
  assert(planner.learn(b, other));
  assertEquals(planner.learn(a, other), false);
  assert(planner.learn(c, place));
  const dialled = planner.due(NOW, nobody).map(({ address }) => addressText(address));
  assertEquals(dialled.toSorted(), ["b.example:1", "other.example:1"]);
});

Deno.test("the address of a server that was given up is free", () => {
  const planner = new MeshPlanner([], []);
  planner.learn(b, place);
  planner.giveUp(NOW, nobody);
  planner.giveUp(NOW + GIVEN_UP_MS, nobody);
  assertEquals(planner.learn(c, place), true);
});

// How many

Deno.test("so many dials are under way and no more, and each that ends makes room (THREATS 30)", () => {
  const planner = new MeshPlanner([], []);
  for (let i = 0; i < MAX_DIALS + 2; i++) planner.learn(numbered(i), { host: "h", port: 1 + i });
  const first = planner.due(NOW, nobody);
  assertEquals(first.length, MAX_DIALS);
  assertEquals([planner.due(NOW, nobody), planner.nextDeadline(nobody)], [[], Infinity]);
  const [one] = first;
  assert(one !== undefined);
  planner.failed(one, NOW, 0.5);
  assert(planner.nextDeadline(nobody) <= NOW);
  assertEquals(who(planner.due(NOW, nobody)), [numbered(MAX_DIALS)]);
});

Deno.test("introducers are dialled before the servers that others told of", () => {
  const list = [1, 2].map((port) => ({ host: "intro.example", port, pubkey: undefined }));
  const planner = new MeshPlanner(list, []);
  for (let i = 0; i < MAX_DIALS; i++) planner.learn(numbered(i), { host: "h", port: 1 + i });
  const targets = planner.due(NOW, nobody);
  assertEquals(targets.length, MAX_DIALS);
  assertEquals(who(targets).slice(0, 3), ["introducer", "introducer", numbered(0)]);
});

Deno.test("so many servers are dialled and no more; a known one may move all the same", () => {
  const planner = new MeshPlanner([], []);
  for (let i = 0; i < MAX_SERVERS_DIALLED; i++) {
    assert(planner.learn(numbered(i), { host: "h", port: 1 + i }));
  }
  assertEquals(planner.learn(b, place), false);
  assert(planner.learn(numbered(0), other));
  planner.giveUp(NOW, nobody);
  planner.giveUp(NOW + GIVEN_UP_MS, nobody);
  assert(planner.learn(b, place), "who is given up makes room");
});

Deno.test("whoever claims whichever address, no two are dialled at one, and each where it said last", () => {
  const step = fc.record({
    id: fc.constantFrom(a, b, c),
    address: fc.record({
      host: fc.constantFrom("h", "H", "localhost", "127.0.0.1"),
      port: fc.integer({ min: 1, max: 2 }),
    }),
    then: fc.constantFrom("nothing", "fail", "a day passes"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const planner = new MeshPlanner([], []);
    const said = new Map<Id, string>();
    let now = NOW;
    for (const { id, address, then } of steps) {
      if (planner.learn(id, address)) said.set(id, placeOf(address));
      now += 60_000;
      if (then === "a day passes") {
        planner.giveUp(now, nobody);
        planner.giveUp(now += GIVEN_UP_MS, nobody);
      }
      const targets = planner.due(now, nobody);
      const places = targets.map((target) => placeOf(target.address));
      assertEquals(new Set(places).size, places.length);
      for (const target of targets) {
        assert(target.kind === "server");
        assertEquals(placeOf(target.address), said.get(target.serverId));
        if (then === "fail") planner.failed(target, now, 0.5);
        else planner.reached(target, target.serverId, now, 0.5);
      }
      for (const { serverId } of targets.filter(() => then === "nothing") as { serverId: Id }[]) {
        planner.stable(serverId);
      }
    }
  }));
});
