import { assert, assertEquals } from "@std/assert";
import type { RawUser } from "../support/raw_peer.ts";
import { sharePayload } from "../support/shares.ts";
import { scene, type World } from "../support/world.ts";

const CITIES = ["london", "paris", "rome", "oslo", "bonn"] as const;

const SHAPES = {
  "full mesh": () => true,
  ring: (near: number, far: number) => far === near + 1 || (near === 0 && far === 4),
  line: (near: number, far: number) => far === near + 1,
} satisfies Record<string, (near: number, far: number) => boolean>;

/** Five servers that can only reach some of the others. */
async function network(world: World, canLink: (near: number, far: number) => boolean) {
  for (const [far, name] of CITIES.entries()) {
    const introducers = [];
    for (const [near, other] of CITIES.slice(0, far).entries()) {
      if (canLink(near, far)) introducers.push(other);
      else world.network.forbid(name, other);
    }
    await world.server(name, { introducers });
  }
  await world.advance(20_000);
  return world.servers;
}

const GOSSIP = [
  "USER_ADVERTISE",
  "USER_REMOVE",
  "SERVER_ANNOUNCE",
  "PUBLIC_CHANNEL_ADD",
  "PUBLIC_CHANNEL_UPDATED",
  "PUBLIC_CHANNEL_KEY_SHARE",
  "MSG_PUBLIC_CHANNEL",
];

/** How often each frame of gossip crossed each link in each direction. */
function crossings(world: World, since: number): Map<string, number> {
  const wires = new Map<object, number>();
  const crossed = new Map<string, number>();
  for (const { wire, from, to, text } of world.network.sent.slice(since)) {
    if (!isCity(from) || !isCity(to) || !GOSSIP.includes(JSON.parse(text).type)) continue;
    wires.set(wire, wires.get(wire) ?? wires.size);
    const key = `link ${wires.get(wire)} from ${from} to ${to}: ${text}`;
    crossed.set(key, (crossed.get(key) ?? 0) + 1);
  }
  return crossed;
}

function isCity(name: string): boolean {
  return CITIES.some((city) => city === name);
}

for (const [shape, canLink] of Object.entries(SHAPES)) {
  scene(
    `THREATS 16: in a ${shape} of 5 a frame crosses each link once in each direction at the most`,
    async (world) => {
      const servers = await network(world, canLink);
      const [london] = servers;
      assert(london);
      const since = world.network.sent.length;
      const people = [];
      for (const server of servers) people.push(await world.person(`of ${server.name}`, server));
      await world.advance(60_000);
      for (const { presence } of servers) assertEquals(presence.length, 5);
      await people[4]?.leaves();
      await world.advance(60_000);
      for (const { presence } of servers) assertEquals(presence.length, 4);
      const crossed = crossings(world, since);
      const twice = [...crossed].filter(([, times]) => times > 1);
      assertEquals(twice, []);
      assert(crossed.size > 20, "some gossip was heard");
    },
    { slowness: 30 },
  );
}

for (const [shape, canLink] of Object.entries(SHAPES)) {
  scene(
    `THREATS 16: in a ${shape} of 5 the channel's key gets to everybody in it, over each link once at the most`,
    async (world) => {
      const users: RawUser[] = [];
      for (const server of await network(world, canLink)) {
        const user = await world.rawUser(`of ${server.name}`, server);
        await user.enters();
        users.push(user);
      }
      await world.advance(5_000);
      const since = world.network.sent.length;
      const [first, ...others] = users;
      assert(first);
      for (const user of users) user.news();
      const payload = await sharePayload(first, { epoch: 1, name: "key" }, others);
      const share = first.frame("PUBLIC_CHANNEL_KEY_SHARE", "*", payload);
      await first.sends(JSON.stringify(share), JSON.stringify({ ...share, ts: share.ts + 1 }));
      await world.advance(5_000);
      for (const user of others) {
        assertEquals(user.of("PUBLIC_CHANNEL_KEY_SHARE").length, 1, user.name);
        assertEquals(user.of("PUBLIC_CHANNEL_UPDATED").length, 4, user.name);
      }
      const twice = [...crossings(world, since)].filter(([, times]) => times > 1);
      assertEquals(twice, []);
    },
  );
}

scene("THREATS 16: what cannot be verified is passed on to nobody", async (world) => {
  const [london] = await world.mesh("london", "paris");
  assert(london);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await world.advance(1_000);
  const since = world.network.sent.length;
  const bob = await world.stranger("bob");
  const good = JSON.parse(await rome.advertise(bob));
  await rome.sends(
    JSON.stringify({ ...good, payload: { ...good.payload, meta: { display_name: "eve" } } }),
  );
  assertEquals(rome.refusals, ["INVALID_SIG"]);
  const heard = world.network.sent.slice(since).filter(({ to }) => to === "paris");
  assertEquals(heard.filter(({ text }) => text.includes(bob.id)), []);
});

scene("THREATS 16: all links get one serialised text", async (world) => {
  const [london] = await network(world, () => true);
  assert(london);
  const since = world.network.sent.length;
  const alice = await world.person("alice", london);
  const texts = world.network.sent.slice(since)
    .filter(({ from, to, text }) => isCity(from) && isCity(to) && text.includes("USER_ADVERTISE"))
    .filter(({ text }) => text.includes(alice.id)).map(({ text }) => text);
  assertEquals(texts.length, 16, "from London to 4, and from each of them to the 3 others");
  assertEquals(new Set(texts).size, 1);
});
