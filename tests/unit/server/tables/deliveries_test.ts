import { assertEquals } from "@std/assert";
import { DELIVERY_MS } from "../../../../lib/protocol/limits.ts";
import {
  Deliveries,
  MAX_DELIVERIES,
  MAX_DELIVERIES_OF_A_HOP,
} from "../../../../lib/server/tables/deliveries.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../../protocol/examples.ts";
import { id } from "../small_server.ts";

function delivery(messageRef: string) {
  const way = { sender: id(ALICE), senderIs: "user", recipient: id(BOB) } as const;
  return { messageRef, frameId: `frame ${messageRef}`, server: id(THERE), hop: id(HERE), ...way };
}

const numbered = (number: number) => id(`00000000-0000-4000-8000-00000000000${number}`);

Deno.test("a message is on its way until its outcome comes, once", () => {
  const deliveries = new Deliveries();
  deliveries.add(delivery("one"), NOW);
  assertEquals([deliveries.has("one"), deliveries.has("two")], [true, false]);
  assertEquals(deliveries.settle("one", id(HERE)), {
    ...delivery("one"),
    deadline: NOW + DELIVERY_MS,
  });
  assertEquals(deliveries.has("one"), false);
  assertEquals(deliveries.settle("one", id(HERE)), undefined);
});

Deno.test("only the server that a message was sent to can say what became of it, though another hosts the recipient", () => {
  const deliveries = new Deliveries();
  deliveries.add(delivery("one"), NOW);
  assertEquals(deliveries.settle("one", id(THERE)), undefined);
  assertEquals(deliveries.has("one"), true);
});

Deno.test("what nobody confirms in time is taken out, the oldest first, and nothing else", () => {
  const deliveries = new Deliveries();
  assertEquals(deliveries.nextDeadline, Infinity);
  deliveries.add(delivery("one"), NOW);
  deliveries.add(delivery("two"), NOW + 1);
  deliveries.add(delivery("three"), NOW + 2);
  assertEquals(deliveries.nextDeadline, NOW + DELIVERY_MS);
  assertEquals(deliveries.expired(NOW + DELIVERY_MS - 1), []);
  const late = deliveries.expired(NOW + DELIVERY_MS + 1);
  assertEquals(late.map(({ messageRef }) => messageRef), ["one", "two"]);
  assertEquals(deliveries.nextDeadline, NOW + DELIVERY_MS + 2);
  assertEquals(deliveries.expired(NOW + DELIVERY_MS + 1), []);
});

Deno.test("a message that is on its way already keeps nobody else's from failing in time", () => {
  const deliveries = new Deliveries();
  deliveries.add(delivery("one"), NOW);
  deliveries.add(delivery("two"), NOW + 1);
  deliveries.add({ ...delivery("one"), sender: id(BOB) }, NOW + 5_000);
  const late = deliveries.expired(NOW + DELIVERY_MS + 1);
  assertEquals(late.map(({ messageRef, sender }) => [messageRef, sender]), [
    ["one", id(ALICE)],
    ["two", id(ALICE)],
  ]);
  assertEquals(deliveries.count, 0);
});

Deno.test("there is room for so many and no more, and a settled one makes room", () => {
  const deliveries = new Deliveries();
  const hops = MAX_DELIVERIES / MAX_DELIVERIES_OF_A_HOP;
  for (let i = 0; i < MAX_DELIVERIES; i++) {
    const hop = numbered(i % hops);
    assertEquals(deliveries.hasRoomFor(hop), true);
    deliveries.add({ ...delivery(`${i}`), hop }, NOW);
  }
  assertEquals(deliveries.hasRoomFor(id(HERE)), false);
  deliveries.settle("0", numbered(0));
  assertEquals(deliveries.hasRoomFor(id(HERE)), true);
});

Deno.test("one server that never answers keeps no messages from another", () => {
  const deliveries = new Deliveries();
  for (let i = 0; i < MAX_DELIVERIES_OF_A_HOP; i++) {
    assertEquals(deliveries.hasRoomFor(numbered(1)), true);
    deliveries.add({ ...delivery(`${i}`), hop: numbered(1) }, NOW);
  }
  assertEquals(deliveries.hasRoomFor(numbered(1)), false);
  assertEquals(deliveries.hasRoomFor(numbered(2)), true);
  assertEquals(deliveries.expired(NOW + DELIVERY_MS).length, MAX_DELIVERIES_OF_A_HOP);
  assertEquals(deliveries.hasRoomFor(numbered(1)), true);
});
