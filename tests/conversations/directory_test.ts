import { assert, assertEquals } from "@std/assert";
import type { Person } from "../support/person.ts";
import { RawHome } from "../support/raw_home.ts";
import { scene } from "../support/world.ts";

scene("/list names everybody online with their servers, sorted by id (D28)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const others: Person[] = [];
  for (const name of ["bob", "carol", "dave"]) others.push(await world.person(name, paris));
  const everybody = [alice, ...others].sort((one, other) => one.id < other.id ? -1 : 1);
  assertEquals(await alice.lists(), everybody.map(({ name }) => name));
  const answer = alice.client.list();
  await world.settle();
  assertEquals(
    (await answer).find(({ user_id }) => user_id === others[0]?.id),
    { user_id: `${others[0]?.id}`, server_id: `${paris.id}`, display_name: "bob" },
  );
});

scene("/list on a lost connection fails", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  world.network.part("alice", "london");
  const answer = alice.client.list().then(() => "answered", (error) => error.name);
  world.network.cut("alice", "london");
  await world.settle();
  assertEquals(await answer, "LinkError");
});

scene("the directory tells a key and signs the answer (§15, D28)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(JSON.stringify(alice.frame("PUBKEY_REQUEST", "*", { user_id: bob.id })));
  const [answer] = alice.of("PUBKEY_RESPONSE");
  assertEquals(answer?.payload["pubkey"], bob.keys.publicKey);
  assertEquals(answer?.payload["directory"], london.id);
  assertEquals(answer?.payload["ts"], answer?.ts ?? 0);
  assertEquals(typeof answer?.sig, "string");
});

scene("the directory tells the key of a registered user who is away", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await bob.leaves();
  await alice.sends(JSON.stringify(alice.frame("PUBKEY_REQUEST", "*", { user_id: bob.id })));
  assertEquals(alice.of("PUBKEY_RESPONSE")[0]?.payload["pubkey"], bob.keys.publicKey);
});

scene("the directory does not know everybody", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const user_id = world.entropy.id();
  await alice.sends(JSON.stringify(alice.frame("PUBKEY_REQUEST", "*", { user_id })));
  assertEquals(alice.refusals, ["USER_NOT_FOUND"]);
});

scene("other servers may ask the directory too", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await rome.sends(await rome.says("PUBKEY_REQUEST", london.id, { user_id: bob.id }));
  await rome.sends(await rome.says("LIST_REQUEST", london.id, {}));
  assertEquals(rome.of("PUBKEY_RESPONSE")[0]?.payload["pubkey"], bob.keys.publicKey);
  assertEquals(rome.of("LIST_RESPONSE").length, 1);
});

scene("the longest names lock nobody out", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  // What a meta may hold is counted in characters, and these take three bytes each.
  const meta = { display_name: "€".repeat(6_000) };
  for (let i = 0; i < 60; i++) {
    const user = await world.rawUser(`user ${i}`, london);
    await user.sends(user.hello({ meta }));
    const { keys } = rome;
    const far = { id: world.entropy.id(), keys };
    await rome.sends(await rome.advertise(far, { meta: { ...meta, pubkey: keys.publicKey } }));
  }
  const alice = await world.person("alice", london);
  assertEquals([alice.of("ready").length, alice.of("disconnected")], [1, []]);
  assertEquals((await alice.lists()).length, 121);
  const names = alice.client.people().filter(({ server }) => server === london.id);
  assertEquals(names.map(({ name }) => name), names.map(() => "€".repeat(64)));
});

scene("a list that is too long for a frame ends a connection, and no login", async (world) => {
  const home = await RawHome.open(world);
  const alice = await world.stranger("alice");
  await alice.enters(home);
  await home.welcomes(alice);
  const answer = alice.client.list().then(() => "answered", (error) => error.name);
  const user = { user_id: alice.id, server_id: home.server.id };
  await home.lists(alice, ...Array.from({ length: 11_000 }, () => user));
  assertEquals([await answer, alice.of("disconnected").length], ["LinkError", 1]);
  await world.advance(2_000);
  await home.welcomes(alice);
  assertEquals(alice.of("ready").length, 2);
});
