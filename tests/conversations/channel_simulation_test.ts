import { assert, assertEquals } from "@std/assert";
import { ChannelTrouble } from "../support/channel_trouble.ts";
import { scene } from "../support/world.ts";

/** How long after the trouble everybody has the same key, in ms: an announce, an answer, a second look. */
const AGREED_MS = 60_000;

for (let seed = 1; seed <= 40; seed++) {
  scene(
    `everybody who is connected holds the same key of the channel 60 s after trouble (seed ${seed})`,
    async (world) => {
      const trouble = await ChannelTrouble.prepare(world, seed);
      await trouble.happens(25);
      const people = await trouble.peace(AGREED_MS);
      const keys = people.map(({ name, client }) => {
        const key = client.channelKey;
        return `${name} ${key === undefined ? "has no key" : `${key.epoch} ${key.channelPub}`}`;
      });
      const distinct = new Set(people.map(({ client }) => client.channelKey?.channelPub));
      assert(people.length >= 1);
      assertEquals(distinct.size, 1, [...trouble.story, ...keys].join("\n"));
      // And what one says all others read.
      const [speaker, ...listeners] = people;
      const said = await speaker?.saysToAll("agreed?");
      await world.advance(5_000);
      assertEquals(said?.state, "taken");
      for (const { name, heardByAll } of listeners) {
        assertEquals(heardByAll.at(-1), `${speaker?.name}: agreed?`, name);
      }
    },
    { seed, slowness: 50 },
  );
}
