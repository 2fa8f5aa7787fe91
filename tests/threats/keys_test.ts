import { assertEquals } from "@std/assert";
import type { JsonValue } from "../../lib/protocol/json.ts";
import { World } from "../support/world.ts";
import weak from "../vectors/weak_keys.json" with { type: "json" };

const KEYS: readonly (readonly [string, JsonValue])[] = [
  ...weak.public_keys.map(({ why, key }) => [why, key] as const),
  ["a number", 65537],
  ["null", null],
  ["no base64url", "not a key!"],
  ["a magic word", "OVERRIDE_PUBLIC_KEY"],
  ["another magic word", "dummy"],
];

/** Where a key comes in over the wire: each tells what it was answered. */
const DOORS: Record<string, (world: World, key: JsonValue) => Promise<unknown[]>> = {
  "USER_HELLO pubkey": async (world, pubkey) => {
    const user = await world.rawUser("user", await world.server("london"));
    await user.sends(user.hello({ pubkey }));
    return user.refusals;
  },
  "USER_HELLO enc_pubkey": async (world, enc_pubkey) => {
    const user = await world.rawUser("user", await world.server("london"));
    await user.sends(user.hello({ enc_pubkey }));
    return user.refusals;
  },
  "SERVER_HELLO_JOIN": async (world, pubkey) => {
    const rome = await world.rawServer("rome");
    await rome.dials(await world.server("london"));
    const said = { ...rome.introduction, pubkey };
    await rome.sends(await rome.says("SERVER_HELLO_JOIN", "london:8765", said));
    return rome.refusals;
  },
  "SERVER_HELLO_JOIN unsigned": async (world, pubkey) => {
    const rome = await world.rawServer("rome");
    await rome.dials(await world.server("london"));
    const said = { ...rome.introduction, pubkey };
    await rome.sends(JSON.stringify(rome.frame("SERVER_HELLO_JOIN", "london:8765", said)));
    return rome.refusals;
  },
  "SERVER_ANNOUNCE": async (world, pubkey) => {
    const rome = await world.rawServer("rome");
    await rome.dials(await world.server("london"));
    await rome.sends(await rome.says("SERVER_ANNOUNCE", "*", { ...rome.introduction, pubkey }));
    return rome.refusals;
  },
  "USER_ADVERTISE": async (world, pubkey) => {
    const rome = await world.rawServer("rome");
    await rome.links(await world.server("london"));
    const user_id = world.entropy.id();
    const payload = { user_id, server_id: rome.id, meta: { pubkey } };
    await rome.sends(await rome.says("USER_ADVERTISE", "*", payload));
    return rome.refusals;
  },
};

for (const [door, knock] of Object.entries(DOORS)) {
  Deno.test(`THREATS 4: ${door} takes no weak or malformed key`, async () => {
    for (const [why, key] of KEYS) {
      // An advertisement without a key is one that some teams send (D14).
      if (door === "USER_ADVERTISE" && key === null) continue;
      const world = new World();
      assertEquals(await knock(world, key), ["BAD_KEY"], why);
      const [london] = world.servers;
      const peers = door === "USER_ADVERTISE" ? ["rome"] : [];
      assertEquals([london?.presence, london?.linked], [[], peers], why);
      assertEquals(london?.store.load().servers.length, peers.length, why);
      world.assertNoFaults();
    }
  });
}
