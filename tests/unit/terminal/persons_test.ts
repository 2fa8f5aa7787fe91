import { assert, assertEquals, assertMatch } from "@std/assert";
import { resolve } from "../../../lib/terminal/people.ts";
import { hereText, listText, namedOf, personsOf } from "../../../lib/terminal/persons.ts";
import { scene } from "../../support/world.ts";

scene("everybody known can be addressed, online or not, oneself excepted", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  const nameless = await world.rawUser("nameless", london);
  await nameless.sends(nameless.hello({ meta: {} }));
  await bob.leaves();
  assertEquals(personsOf(alice.client), [{ id: bob.id, name: "bob" }, { id: nameless.id }]);
});

scene("when one last wrote to each other comes along", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  await world.advance(5_000);
  await bob.says("hi", alice);
  const lastSpoken = world.clock.now();
  assertEquals(personsOf(alice.client), [{ id: bob.id, name: "bob", lastSpoken }]);
});

scene("the label shown finds the person again", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  for (const name of ["bob", "Bob", "bob ", "b\x1bob", "\u202Ebob", "/trust", "", "@bob"]) {
    await world.person(name, london);
  }
  const people = alice.client.people();
  const shown = people.map((person) => namedOf(alice.client, person));
  assertEquals(new Set(shown.map(({ label }) => label)).size, people.length);
  for (const { id, label } of shown) {
    assertEquals(resolve(label, personsOf(alice.client)), { kind: "one", id });
  }
});

scene("the greeting names whoever is here, and not a thousand of them", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  assertEquals(hereText(alice.client), "nobody else is here yet");
  const bob = await world.person("bob", london);
  await world.person("carol", london);
  assertEquals(hereText(alice.client), "here: bob, carol");
  await bob.leaves();
  assertEquals(hereText(alice.client), "here: carol");
  for (let i = 0; i < 30; i++) await world.person(`guest ${i}`, london);
  assertMatch(hereText(alice.client), /^here: carol, guest 0, .*, guest 18 and 11 more/);
});

scene("a listed person nobody was told of is shown by what the list says", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const [user_id, other] = [world.entropy.id(), world.entropy.id()];
  const [, first, second] = listText(alice.client, [
    { user_id: user_id.toUpperCase(), server_id: london.id.toUpperCase(), display_name: "z\x1b" },
    { user_id: other, server_id: user_id },
  ]).split("\n");
  assert(first?.startsWith("  z␛ ") && first.endsWith(`${user_id.slice(0, 8)}  here`), first);
  assert(
    second?.startsWith(`  ${other.slice(0, 8)} `) &&
      second.endsWith(`${other.slice(0, 8)}  on server ${user_id.slice(0, 8)}`),
    second,
  );
});

scene(
  "who is online and not in the server's list is counted, since a long list is cut",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.person("alice", london);
    const bob = await world.person("bob", london);
    await world.person("carol", london);
    const gone = await world.person("dave", london);
    await gone.leaves();
    const listed = [alice, bob].map(({ id }) => ({
      user_id: id.toUpperCase(),
      server_id: london.id,
    }));
    const lines = listText(alice.client, listed).split("\n");
    assertEquals([lines.length, lines[0], lines[3]], [
      4,
      "2 online:",
      "  and 1 more, not in the server's list",
    ]);
  },
);
