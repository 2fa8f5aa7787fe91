import { assertEquals } from "@std/assert";
import type { RawServer } from "../support/raw_peer.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

/** THREATS 1: London between Paris, which must hear nothing of it, and an attacker's server. */
async function stage(world: World) {
  const london = await world.server("london");
  const paris = await world.rawServer("paris");
  const rome = await world.rawServer("rome");
  for (const server of [paris, rome]) await server.links(london);
  const alice = await world.person("alice", london);
  const bob = await world.stranger("bob");
  for (const server of [paris, rome]) server.news();
  return { london, paris, rome, alice, bob };
}

async function refused(
  text: string,
  by: ServerActor,
  from: RawServer,
  bystander: RawServer,
): Promise<void> {
  const before = by.tables;
  await from.sends(text);
  assertEquals(from.refusals, ["INVALID_SIG"]);
  assertEquals(by.tables, before);
  assertEquals(bystander.received, []);
}

for (const type of ["USER_ADVERTISE", "USER_REMOVE"]) {
  scene(`THREATS 1: ${type} without a signature changes nothing`, async (world) => {
    const { london, paris, rome, bob } = await stage(world);
    const meta = type === "USER_ADVERTISE" ? { meta: { pubkey: bob.keys.publicKey } } : {};
    const payload = { user_id: bob.id, server_id: rome.id, ...meta };
    const frame = rome.frame(type, "*", payload);
    await refused(JSON.stringify(frame), london, rome, paris);
  });

  scene(`THREATS 1: ${type} signed by another key changes nothing`, async (world) => {
    const { london, paris, rome, bob } = await stage(world);
    const meta = type === "USER_ADVERTISE" ? { meta: { pubkey: bob.keys.publicKey } } : {};
    const payload = { user_id: bob.id, server_id: paris.id, ...meta };
    const frame = { ...rome.frame(type, "*", payload), from: paris.id };
    await refused(await rome.signed(frame), london, rome, paris);
  });

  scene(`THREATS 1: ${type} for another server than its author changes nothing`, async (world) => {
    const { london, paris, rome, alice, bob } = await stage(world);
    for (const server_id of [paris.id, london.id]) {
      for (const user of [alice, bob]) {
        const meta = type === "USER_ADVERTISE" ? { meta: { pubkey: user.keys.publicKey } } : {};
        const frame = await rome.says(type, "*", { user_id: user.id, server_id, ...meta });
        await refused(frame, london, rome, paris);
        rome.news();
      }
    }
  });

  scene(`THREATS 1: ${type} from a server that nobody knows changes nothing`, async (world) => {
    const { london, paris, rome, bob } = await stage(world);
    const ghost = await world.rawServer("ghost");
    const meta = type === "USER_ADVERTISE" ? { meta: { pubkey: bob.keys.publicKey } } : {};
    const payload = { user_id: bob.id, server_id: ghost.id, ...meta };
    const before = london.tables;
    await rome.sends(await ghost.says(type, "*", payload));
    assertEquals([rome.refusals, london.tables], [[], before], "it waits for the ghost's key");
    await world.advance(30_000);
    assertEquals([rome.refusals, london.tables], [["INVALID_SIG"], before]);
    assertEquals([paris.of(type), paris.of("ERROR")], [[], []]);
  });

  scene(`THREATS 1: ${type} from a user is none of a user's business`, async (world) => {
    const { london, paris, rome, bob } = await stage(world);
    const mallory = await world.rawUser("mallory", london);
    await mallory.enters();
    const before = london.tables;
    paris.news();
    const meta = type === "USER_ADVERTISE" ? { meta: { pubkey: bob.keys.publicKey } } : {};
    const frame = await rome.says(type, "*", { user_id: bob.id, server_id: rome.id, ...meta });
    await mallory.sends(frame);
    assertEquals([mallory.refusals, london.tables, paris.received], [["UNKNOWN_TYPE"], before, []]);
  });
}

scene(
  "THREATS 1: what an honest peer says is taken, so the refusals above mean something",
  async (world) => {
    const { london, paris, rome, bob } = await stage(world);
    await rome.sends(await rome.advertise(bob));
    assertEquals(london.presence, ["alice at london", "bob at rome"]);
    assertEquals(paris.of("USER_ADVERTISE").length, 1);
  },
);
