import { assertEquals } from "@std/assert";
import type { Address } from "../../lib/mesh/address.ts";
import { RawServer } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

/** Announces of servers that nobody knows, all at one address, each signed by its own key. */
async function ghosts(world: World, count: number, address: Address): Promise<string[]> {
  const texts = [];
  for (let i = 0; i < count; i++) {
    const ghost = await world.rawServer(`ghost${i}`);
    const { publicKey: pubkey } = ghost.keys;
    texts.push(await ghost.says("SERVER_ANNOUNCE", "*", { ...address, pubkey, receiver: "*" }));
  }
  return texts;
}

for (const address of [{ host: "169.254.169.254", port: 80 }, { host: "victim", port: 22 }]) {
  scene(
    `THREATS 30: ${address.host}:${address.port} is not dialled on a peer's word`,
    async (world) => {
      const london = await world.server("london");
      const rome = await world.rawServer("rome");
      await rome.links(london);
      await rome.sends(...await ghosts(world, 1, address));
      const welcomer = await world.rawServer("welcomer");
      await world.advance(30_000);
      assertEquals(world.network.dials.filter(({ from }) => from === "london"), []);
      // Neither when the server itself comes and says that it is there.
      const liar = new RawServer(world, "liar", welcomer.id, welcomer.keys);
      await liar.dials(london);
      const said = { ...address, pubkey: liar.keys.publicKey };
      await liar.sends(await liar.says("SERVER_ANNOUNCE", "*", said));
      await liar.hangsUp();
      await world.advance(30_000);
      const dialled = world.network.dials.filter(({ from, to }) =>
        from === "london" && !to.startsWith("rome")
      );
      assertEquals(dialled, []);
    },
  );
}

scene("THREATS 30: of a thousand ids at one address one is dialled", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  for (const text of await ghosts(world, 1_000, { host: "victim", port: 443 })) {
    await rome.sends(text);
  }
  const dials = () => world.network.dials.filter(({ to }) => to === "victim:443").length;
  assertEquals(dials(), 1);
  await rome.hangsUp();
  await world.advance(3_000);
  assertEquals(dials() < 5, true, "one after the other, and ever more slowly");
});

scene("THREATS 30: at most 32 dials are under way, whoever tells of how many", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  for (let i = 0; i < 100; i++) {
    world.network.listen(`victim${i}:443`, `victim${i}`, () => {});
    world.network.part("london", `victim${i}`);
    await rome.sends(...await ghosts(world, 1, { host: `victim${i}`, port: 443 }));
  }
  assertEquals(world.network.dials.filter(({ to }) => to.startsWith("victim")).length, 32);
});
