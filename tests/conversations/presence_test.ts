import { assert, assertEquals } from "@std/assert";
import { presenceOf } from "../support/tables.ts";
import { scene, type World } from "../support/world.ts";

/** How often each frame of a type crossed each link in each direction, at the most. */
function crossings(world: World, type: string, names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const { from, to, text } of world.network.sent) {
    if (!names.includes(from) || !names.includes(to) || !text.includes(`"${type}"`)) continue;
    const crossing = [from, to, text].join();
    counts.set(crossing, (counts.get(crossing) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

scene("everybody sees who comes and who leaves, on two servers", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const carol = await world.person("carol", london);
  assertEquals(alice.sees, ["bob", "carol"]);
  assertEquals(bob.sees, ["alice", "carol"]);
  assertEquals(carol.sees, ["alice", "bob"]);
  await bob.leaves();
  assertEquals(alice.sees, ["carol"]);
  assertEquals(carol.sees, ["alice"]);
  assertEquals(london.presence, ["alice at london", "carol at london"]);
  assertEquals(paris.presence, london.presence);
});

scene("a display name and the key travel with the presence (D14)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  assertEquals(bob.client.person(alice.id)?.name, "alice");
  assertEquals(bob.client.person(alice.id)?.server, london.id);
  assertEquals(bob.keyBook.user(alice.id), alice.keys.publicKey);
});

for (const count of [3, 5]) {
  scene(
    `in a full mesh of ${count} each frame crosses a link once in each direction`,
    async (world) => {
      const names = ["london", "paris", "rome", "oslo", "bonn"].slice(0, count);
      const servers = await world.mesh(...names);
      for (const server of servers) assertEquals(server.linked.length, count - 1);
      world.network.sent.length = 0;
      const [first, second] = servers;
      assert(first && second);
      const alice = await world.person("alice", first);
      const bob = await world.person("bob", second);
      assertEquals(crossings(world, "USER_ADVERTISE", names), 1);
      for (const server of servers) assertEquals(server.presence, first.presence);
      await alice.leaves();
      await bob.leaves();
      assertEquals(crossings(world, "USER_REMOVE", names), 1);
      for (const server of servers) assertEquals(server.presence, []);
    },
  );
}

scene("presence reaches a server over another one, unchanged (§8.2)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  rome.news();
  const bob = await world.person("bob", paris);
  const [advert] = rome.of("USER_ADVERTISE");
  assertEquals(advert?.from, paris.id.valueOf());
  const direct = world.network.sent.find(({ from, text }) =>
    from === "paris" && text.includes("USER_ADVERTISE")
  );
  assertEquals(JSON.stringify(advert), direct?.text);
  await bob.leaves();
  assertEquals(rome.of("USER_REMOVE").map(({ from }) => from), [paris.id]);
});

scene("a server that joins late is told of everybody", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const rome = await world.server("rome", { introducers: ["london"] });
  assertEquals(rome.presence, ["alice at london", "bob at paris"]);
  const carol = await world.person("carol", rome);
  assertEquals(carol.sees, ["alice", "bob"]);
  assertEquals(bob.sees, ["alice", "carol"]);
});

scene("a user who moves to another server is seen there by all", async (world) => {
  const servers = await world.mesh("london", "paris", "rome");
  const [london, paris, rome] = servers;
  assert(london && paris && rome);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", rome);
  await alice.moves(paris);
  for (const { presence } of servers) assertEquals(presence, ["alice at paris", "bob at rome"]);
  assertEquals(bob.client.person(alice.id)?.server, paris.id);
  await bob.says("still there?", alice);
  assertEquals(alice.heard, ["bob: still there?"]);
});

scene("a user who arrives elsewhere before leaving here is found there by all", async (world) => {
  const servers = await world.mesh("london", "paris", "rome");
  const [london, paris, rome] = servers;
  assert(london && paris && rome);
  const carol = await world.person("carol", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const elsewhere = await world.rawUser("elsewhere", paris);
  const hello = elsewhere.hello({ pubkey: alice.keys.publicKey, enc_pubkey: alice.keys.publicKey });
  await elsewhere.sends(hello.replaceAll(elsewhere.id, alice.id));
  assertEquals(london.presence, ["alice at london", "carol at london"]);
  await alice.hangsUp();
  for (const { node } of servers) {
    assertEquals(presenceOf(node.state), presenceOf(paris.node.state));
  }
  assertEquals(rome.presence, ["alice at paris", "carol at london"]);
  assertEquals(carol.sees, ["alice"]);
});

scene("an advertise for a local user is answered NAME_IN_USE (D15)", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await rome.sends(await rome.advertise(alice));
  assertEquals(rome.refusals, ["NAME_IN_USE"]);
  assertEquals(london.presence, ["alice at london"]);
});

scene("an advertise with another key than the known one is refused (D15)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await rome.sends(await rome.advertise({ id: bob.id, keys: rome.keys }));
  assertEquals(rome.refusals, ["BAD_KEY"]);
  assertEquals(london.presence, ["bob at paris"]);
});

scene(
  "of two remote servers the newer word counts, the older removal does not (D15)",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.stranger("alice");
    const [rome, oslo] = [await world.rawServer("rome"), await world.rawServer("oslo")];
    await rome.links(london);
    await oslo.links(london);
    const old = await oslo.advertise(alice);
    await world.advance(10);
    await rome.sends(await rome.advertise(alice));
    await oslo.sends(old);
    assertEquals(london.presence, ["alice at rome"]);
    await oslo.sends(
      await oslo.says("USER_REMOVE", "*", { user_id: alice.id, server_id: oslo.id }),
    );
    assertEquals(london.presence, ["alice at rome"]);
    await world.advance(10);
    await oslo.sends(await oslo.advertise(alice));
    assertEquals(london.presence, ["alice at oslo"]);
  },
);

scene("a user known with a key cannot be claimed by a server that shows none", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  const oslo = await world.rawServer("oslo");
  for (const server of [rome, oslo]) await server.links(london);
  const bob = await world.stranger("bob");
  await rome.sends(await rome.advertise(bob));
  await oslo.sends(await oslo.advertise(bob, { meta: {} }));
  assertEquals([oslo.refusals, london.presence], [["BAD_KEY"], ["bob at rome"]]);
  await rome.sends(await rome.advertise(bob, { meta: { display_name: "Bob" } }));
  assertEquals(rome.refusals, [], "its own server may leave out what it has said before");
});

scene("a removal that is older than the advertisement removes nobody", async (world) => {
  const london = await world.server("london");
  const [rome, oslo] = [await world.rawServer("rome"), await world.rawServer("oslo")];
  const bob = await world.stranger("bob");
  for (const server of [rome, oslo]) await server.links(london);
  await world.advance(10);
  const before = rome.stamp();
  const gone = async (ts: number) => {
    const payload = { user_id: bob.id, server_id: rome.id, ts };
    return await rome.says("USER_REMOVE", "*", payload, ts);
  };
  await world.advance(10);
  await rome.sends(await rome.advertise(bob));
  await oslo.sends(await gone(before));
  assertEquals(london.presence.length, 1);
  await oslo.sends(await gone(rome.stamp()));
  assertEquals(london.presence.length, 0);
});

scene(
  "what a server says on its own link counts in its order, whatever its clock says",
  async (world) => {
    const london = await world.server("london");
    const rome = await world.rawServer("rome");
    const [bob, carol] = [await world.stranger("bob"), await world.stranger("carol")];
    await rome.links(london);
    const ts = world.clock.now();
    for (const user of [bob, carol]) {
      const meta = { pubkey: user.keys.publicKey };
      const payload = { user_id: user.id, server_id: rome.id };
      await rome.sends(await rome.says("USER_ADVERTISE", "*", { ...payload, meta }, ts));
      // A clock of seconds, or one that was set back.
      await rome.sends(
        await rome.says("USER_REMOVE", "*", payload, user === bob ? ts : ts - 90_000),
      );
    }
    assertEquals(london.presence, []);
  },
);

scene(
  "nobody makes another server's users immortal by changing a time that is not signed",
  async (world) => {
    const london = await world.server("london");
    const [rome, oslo] = [await world.rawServer("rome"), await world.rawServer("oslo")];
    const bob = await world.stranger("bob");
    for (const server of [rome, oslo]) await server.links(london);
    const advert = JSON.parse(await rome.advertise(bob));
    await oslo.sends(JSON.stringify({ ...advert, ts: 9e15 }));
    assertEquals(london.presence, ["bob at rome"]);
    await world.advance(10);
    const gone = { user_id: bob.id, server_id: rome.id };
    await oslo.sends(await rome.says("USER_REMOVE", "*", gone));
    assertEquals(london.presence, []);
  },
);
