import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { atTerminal } from "../../support/at_terminal.ts";
import { scene } from "../../support/world.ts";

scene("an id that is in use ends the chat with a hint that helps", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const twin = await atTerminal(world.twin(alice), london.url);
  assertEquals(twin.code, EXIT.refused);
  const [said, hint] = twin.news().slice(-2);
  assertEquals(
    said,
    `22:13 error: NAME_IN_USE: ${alice.id} is connected to this server already`,
  );
  assertEquals(
    hint?.trim(),
    "Is this profile open in another window? --profile <name> makes another identity.",
  );
  assert(twin.screen.closed);
});

scene("a server with another key than the one pinned ends the chat with 4", async (world) => {
  const london = await world.server("london");
  const person = await world.person("alice", london);
  await person.leaves();
  await london.close();
  const thief = await world.closedServer("london", { id: london.id });
  await thief.open();
  const alice = await atTerminal(person, thief.url);
  assertEquals(alice.code, EXIT.keyNotTrusted);
  assertStringIncludes(alice.news().at(-1) ?? "", "another key than the one pinned");
  assertEquals(thief.node.state.users.registration(person.id)?.proven, false);
});

scene(
  "/quit while a message is under way waits for it, but not for a lost server",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const bob = await world.person("bob", paris);
    const alice = await atTerminal(await world.stranger("alice"), london.url);
    world.network.part("london", "paris");
    await alice.types("/tell bob hi", "/quit", "/tell bob too late");
    assertEquals(alice.code, undefined);
    world.network.heal("london", "paris");
    await world.settle();
    assertEquals([alice.code, bob.heard], [EXIT.fine, ["alice: hi"]]);
    const carol = await atTerminal(await world.stranger("carol"), london.url);
    world.network.part("london", "paris");
    await carol.types("/tell bob hi", "/quit");
    assertEquals(carol.code, undefined);
    await london.crash();
    assertEquals(carol.code, EXIT.fine);
    assertEquals(carol.news().at(-1), "22:13 warning: not everything that was typed has arrived");
  },
);

scene("Ctrl-C ends with 130, Ctrl-D with 0, and both say goodbye to the server", async (world) => {
  const london = await world.server("london");
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  const bob = await atTerminal(await world.stranger("bob"), london.url);
  alice.chat.interrupt();
  bob.chat.end();
  await world.settle();
  assertEquals([alice.code, bob.code], [EXIT.interrupted, EXIT.fine]);
  assertEquals(london.presence, []);
});
