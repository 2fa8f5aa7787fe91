import { assertEquals } from "@std/assert";
import type { PrivateKey } from "../../lib/crypto/port.ts";
import { scene } from "../support/world.ts";

scene(
  "a message is on its way to its reader before anybody is told that it was taken",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.rawUser("alice", london);
    const bob = await world.rawUser("bob", london);
    for (const user of [alice, bob]) await user.enters();
    const text = await alice.direct(bob, "hi");
    // The signature of the first frame takes longer than that of the second.
    const sign = world.crypto.sign.bind(world.crypto);
    const held = Promise.withResolvers<void>();
    let count = 0;
    world.crypto.sign = async (key: PrivateKey, data: Uint8Array) => {
      if (count++ === 0) await held.promise;
      return await sign(key, data);
    };
    alice.news();
    await alice.sends(text);
    assertEquals([count, alice.of("ACK"), bob.of("USER_DELIVER")], [2, [], []]);
    const since = world.network.sent.length;
    held.resolve();
    await world.settle();
    const said = world.network.sent.slice(since).map((sent) => JSON.parse(sent.text).type);
    assertEquals(said, ["USER_DELIVER", "ACK"]);
  },
);
