import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { atTerminal, scripted } from "../../support/at_terminal.ts";
import { RawHome } from "../../support/raw_home.ts";
import { scene, type World } from "../../support/world.ts";

/** Plays a script at a server where bob is. */
async function played(world: World, ...lines: string[]) {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const script = await scripted(await world.stranger("alice"), london.url, ...lines);
  return { bob, london, script };
}

scene("a script's lines wait for the connection and are sent in order", async (world) => {
  const { bob, script } = await played(world, "/tell bob one", "two", "//three");
  assertEquals(bob.heard, ["alice: one", "alice: two", "alice: /three"]);
  assertEquals(script.code, EXIT.fine);
  assertEquals(script.news().slice(-6), [
    "22:13 → bob: one …",
    "22:13 → bob: two …",
    "22:13 → bob: /three …",
    "22:13 ✓ → bob: one",
    "22:13 ✓ → bob: two",
    "22:13 ✓ → bob: /three",
  ]);
});

scene("a script is at its end only when the answers to its questions are there", async (world) => {
  const { script } = await played(world, "/list");
  assertEquals(script.code, EXIT.fine);
  assertStringIncludes(script.news().join("\n"), "2 online:");
});

scene("a script waits for an outcome that takes long, and counts it", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.person("bob", paris);
  world.network.part("london", "paris");
  const script = await scripted(await world.stranger("alice"), london.url, "/tell bob hi");
  await world.advance(9_000);
  assertEquals(script.code, undefined);
  await world.advance(1_000);
  assertEquals(script.code, EXIT.failed);
});

scene("a script whose connection breaks goes on when it is back", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  world.network.part("london", "paris");
  const script = await scripted(await world.stranger("alice"), london.url, "/tell bob hi");
  world.network.cut("alice", "london");
  world.network.heal("london", "paris");
  await world.settle();
  assertEquals(script.code, undefined);
  await world.advance(60_000);
  assertEquals([script.code, bob.heard], [EXIT.fine, ["alice: hi"]]);
});

for (
  const [what, lines] of [
    ["a message to nobody", ["/tell carol hi"]],
    ["a message without a text", ["/tell bob"]],
    ["a text without a recipient", ["hi"]],
    ["a command that does not exist", ["/tel bob hi"]],
    ["a file for nobody", ["/file carol a.txt"]],
    ["one failure among successes", ["/tell bob one", "/tell carol two", "/tell bob three"]],
  ] satisfies [string, string[]][]
) {
  scene(`${what} ends a script with 1`, async (world) => {
    const { script } = await played(world, ...lines);
    assertEquals(script.code, EXIT.failed);
    assert(script.news().length > 2);
  });
}

scene("what could be sent is sent although something else could not", async (world) => {
  const lines = ["/tell bob one", "/tell carol two", "/tell bob three"];
  const { bob, script } = await played(world, ...lines);
  assertEquals(bob.heard, ["alice: one", "alice: three"]);
  assertMatch(script.news().join("\n"), /Nobody here is called carol/);
});

scene("what stands behind /quit in a script is not done", async (world) => {
  const { bob, script } = await played(world, "/tell bob one", "/quit", "/tell bob two");
  assertEquals([script.code, bob.heard], [EXIT.fine, ["alice: one"]]);
});

scene("without a server a script ends with 3, and at once", async (world) => {
  const script = await scripted(await world.stranger("alice"), "ws://london:8765", "/tell bob hi");
  assertEquals(script.code, EXIT.cannotConnect);
  assertEquals(
    script.news().at(-1),
    "22:13 error: cannot connect to ws://london:8765: nobody listens there",
  );
});

scene("a person waits for a server that is not there yet", async (world) => {
  const london = await world.closedServer("london");
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  assertMatch(alice.screen.prompt, /^\[offline, retry in \d s\] > $/);
  await london.open();
  await world.advance(60_000);
  assertEquals([alice.code, alice.screen.prompt], [undefined, "> "]);
});

scene("a script that the server refuses ends with 5", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const script = await scripted(world.twin(alice), london.url, "/list");
  assertEquals(script.code, EXIT.refused);
});

scene("an empty script connects, says goodbye and is fine", async (world) => {
  const { london, script } = await played(world);
  assertEquals(script.code, EXIT.fine);
  assertEquals(london.presence, ["bob at london"]);
});

scene(
  "a script whose server never comes back ends, and says that not all arrived",
  async (world) => {
    const home = await RawHome.open(world);
    const alice = await world.stranger("alice");
    const bob = await world.stranger("bob");
    const script = await scripted(alice, home.url, "/tell bob one");
    await home.welcomes(alice, Object.assign(bob, { meta: { display_name: "bob" } }));
    assertEquals([home.server.of("MSG_DIRECT").length, script.code], [1, undefined]);
    world.network.part("alice", "home");
    await world.advance(60_000);
    assertEquals(script.code, undefined, "it waits a while");
    await world.advance(300_000);
    assertEquals(script.code, EXIT.failed);
    assertMatch(script.news().at(-1) ?? "", /not everything that was typed has arrived/);
  },
);
