import { assert, assertEquals } from "@std/assert";
import { Seeded } from "../support/seeded.ts";
import { scene, type World } from "../support/world.ts";

const SEED = 77;

/** THREATS 3: two people have talked over two servers; an attacker has heard every frame. */
async function recordedTalk(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const said = ["one", "two", "three"];
  for (const text of said) await alice.says(text, bob);
  await bob.says("four", alice);
  return {
    london,
    paris,
    alice,
    bob,
    sent: [...world.network.sent],
    heard: said.map((text) => `alice: ${text}`),
  };
}

for (const later of [0, 290_000, 601_000]) {
  scene(
    `THREATS 3: what was said to everybody and is brought again ${
      later / 1000
    } s later is not shown again`,
    async (world) => {
      const { alice, bob } = await recordedTalk(world);
      await world.advance(5_000);
      await alice.saysToAll("I resign");
      const [copy] = world.network.sent.filter(({ to, text }) =>
        to === "bob" && text.includes('"MSG_PUBLIC_CHANNEL"')
      );
      assert(copy);
      await world.advance(later);
      // Bob's own server, or whoever sits on the wire.
      world.network.tells("bob", "paris", copy.text);
      await world.settle();
      assertEquals(bob.heardByAll, ["alice: I resign"]);
    },
  );

  scene(
    `THREATS 3: a prefix replayed on every wire ${later / 1000} s later delivers nothing`,
    async (world) => {
      const talk = await recordedTalk(world);
      await world.advance(later);
      const seeded = new Seeded(SEED);
      const before = [talk.london.presence, talk.paris.presence];
      for (let round = 0; round < 20; round++) {
        const prefix = talk.sent.slice(0, seeded.below(talk.sent.length + 1))
          .filter(({ text }) => !text.includes("CTRL_CLOSE"));
        for (const { from, to, text } of seeded.shuffled(prefix)) {
          world.network.inject(from, to, text);
        }
        await world.settle();
      }
      assertEquals([talk.london.presence, talk.paris.presence], before);
      assertEquals([talk.bob.heard, talk.alice.heard], [talk.heard, ["bob: four"]], `seed ${SEED}`);
    },
  );

  scene(
    `THREATS 3: a linked server that replays ${later / 1000} s later delivers nothing`,
    async (world) => {
      const talk = await recordedTalk(world);
      await world.advance(later);
      const mallory = await world.rawServer("mallory");
      const before = talk.paris.presence;
      await mallory.links(talk.paris);
      const seeded = new Seeded(SEED);
      for (let round = 0; round < 20; round++) {
        const texts = talk.sent.slice(0, seeded.below(talk.sent.length + 1)).map(({ text }) =>
          text
        );
        await mallory.sends(...seeded.shuffled(texts));
      }
      assertEquals(talk.paris.presence, before);
      assertEquals([talk.bob.heard, talk.alice.heard], [talk.heard, ["bob: four"]], `seed ${SEED}`);
    },
  );
}

scene(
  "THREATS 3: a server that has forgotten what it saw delivers nothing twice to anybody",
  async (world) => {
    const talk = await recordedTalk(world);
    await talk.paris.crash();
    await talk.paris.open();
    await world.advance(10_000);
    const mallory = await world.rawServer("mallory");
    await mallory.links(talk.paris);
    await mallory.sends(...talk.sent.map(({ text }) => text));
    assertEquals(talk.bob.heard, talk.heard);
  },
);

scene("THREATS 3: another user cannot send somebody's message again", async (world) => {
  const talk = await recordedTalk(world);
  const mallory = await world.rawUser("mallory", talk.london);
  await mallory.enters();
  for (const { text } of talk.sent.filter(({ from }) => from === "alice")) {
    await mallory.sends(text, text.replaceAll(talk.alice.id, mallory.id));
  }
  assertEquals(talk.bob.heard, talk.heard);
});

scene("D27: a server delivers a content once, in whichever frame it comes", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.rawUser("alice", london);
  const bob = await world.rawUser("bob", paris);
  await alice.enters();
  await bob.enters();
  const { text } = await alice.sealed(bob, "once");
  await alice.sends(text);
  const { payload, ts } = JSON.parse(text);
  const mallory = await world.rawServer("mallory");
  await mallory.links(paris);
  const again = { ...payload, user_id: bob.id, sender: alice.id };
  await mallory.sends(await mallory.says("SERVER_DELIVER", paris.id, again, ts));
  // A client of ours would drop the copy by itself: what counts is what the server passed on.
  assertEquals(bob.of("USER_DELIVER").length, 1);
});
