import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { atTerminal } from "../../support/at_terminal.ts";
import { RawHome } from "../../support/raw_home.ts";
import { DAWN } from "../../support/virtual_clock.ts";
import { scene } from "../../support/world.ts";

scene("a chat tells of the first visit, of the connection and who is here", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  const [connecting, first, greeting, ...more] = alice.news();
  assertEquals(connecting, "22:13 connecting to ws://london:8765 …");
  assertMatch(
    first ?? "",
    /^22:13 first visit to this server: its key SHA256:[\w-]{43} is pinned$/,
  );
  assertEquals(greeting, "22:13 connected as alice; here: bob");
  assertEquals(more, []);
  assertEquals(alice.screen.prompt, "> ");
});

scene("a second visit is no first one, and an empty server is said to be empty", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  await alice.leaves();
  const again = await atTerminal(alice, london.url);
  assertEquals(again.news(), [
    "22:13 connecting to ws://london:8765 …",
    "22:13 connected as alice; nobody else is here yet",
  ]);
});

scene("whoever has no name is told how to get one", async (world) => {
  const london = await world.server("london");
  const nameless = await world.stranger("");
  const chatter = await atTerminal(nameless, london.url);
  assertEquals(chatter.news().slice(-2), [
    `22:13 connected as ${nameless.id.slice(0, 8)}; nobody else is here yet`,
    "22:13 others see you by your id: start with --name <name> to be called by a name",
  ]);
});

scene("people come and go before one's eyes", async (world) => {
  const london = await world.server("london");
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  const bob = await world.person("bob", london);
  assertEquals(alice.news(), ["22:13 bob is here"]);
  await bob.leaves();
  assertEquals(alice.news(), ["22:13 bob left"]);
});

scene("texts go both ways, and each of ours shows that it was taken", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  await alice.types("/tell bob hi there ☀");
  assertEquals(alice.news(), ["22:13 → bob: hi there ☀ ✓"]);
  assertEquals(alice.screen.prompt, "bob> ");
  await bob.says("hello\nyou", alice.person);
  assertEquals(alice.news(), ["22:13 bob: hello", "      you"]);
  await alice.types("how are you?");
  assertEquals(bob.heard, ["alice: hi there ☀", "alice: how are you?"]);
});

scene("a message that takes its time is shown on its way, and its end later", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.person("bob", paris);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  world.network.part("london", "paris");
  alice.news();
  await alice.types("/tell bob hi");
  assertEquals(alice.news(), []);
  await world.advance(300);
  assertEquals(alice.news(), ["22:13 → bob: hi …"]);
  await world.advance(9_700);
  assertMatch(alice.news().join("\n"), /^22:13 ✗ .*did not confirm.* → bob: hi$/);
  world.network.heal("london", "paris");
  await alice.types("/retry");
  assertEquals(alice.news(), ["22:13 → bob: hi ✓"]);
  await alice.types("/retry");
  assertEquals(alice.news(), ["22:13 nothing has failed"]);
});

scene("a message that cannot arrive says why", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  await bob.leaves();
  alice.news();
  await alice.types("/tell bob hi");
  assertMatch(alice.news().join("\n"), /^22:13 → bob: hi ✗ .*[a-z]{4}/);
});

scene("a name that nobody has asks whom one meant, in a form that can be typed", async (world) => {
  const london = await world.server("london");
  const smith = await world.person("Bob Smith", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  await alice.types('/tell "Bob Smth" hi');
  const [asked = ""] = alice.news();
  assertStringIncludes(asked, 'did you mean /tell "Bob Smith"?');
  const [hint = ""] = /\/tell "[^"]+"/.exec(asked) ?? [];
  await alice.types(`${hint} hi`);
  assertEquals(smith.heard, ["alice: hi"]);
  assertEquals(alice.screen.prompt, "Bob Smith> ");
});

scene("/list shows everybody with server and short id, oneself included", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", london);
  const carol = await world.person("carol", paris);
  const nameless = await world.person("", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  await alice.types("/list");
  const [head, ...lines] = alice.news();
  assertEquals(head, "4 online:");
  const row = (name: string, id: string, where: string) =>
    `  ${name.padEnd(20)} ${id.slice(0, 8)}  ${where}`;
  assertEquals(
    lines.toSorted(),
    [
      row("alice", alice.person.id, "here  (you)"),
      row("bob", bob.id, "here"),
      row("carol", carol.id, `on server ${paris.id.slice(0, 8)}`),
      row(nameless.id.slice(0, 8), nameless.id, "here"),
    ].toSorted(),
  );
});

scene("wide names do not push the columns of /list out of line", async (world) => {
  const london = await world.server("london");
  const hana = await world.person("花子", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  await alice.types("/list");
  const line = alice.news().find((text) => text.includes("花子"));
  assertEquals(line, `  花子${" ".repeat(16)} ${hana.id.slice(0, 8)}  here`);
});

scene(
  "two of one name are told apart, and plain lines keep going to one of them",
  async (world) => {
    const london = await world.server("london");
    const one = await world.person("bob", london);
    const alice = await atTerminal(await world.stranger("alice"), london.url);
    await alice.types("/tell bob hi");
    const other = await world.person("Bob", london);
    alice.news();
    await alice.types("still you?", "/tell bob who?");
    assertEquals(one.heard, ["alice: hi", "alice: still you?"]);
    assertEquals(other.heard, []);
    assertEquals(alice.news(), [
      `22:13 → bob·${one.id.slice(0, 8)}: still you? ✓`,
      "Which bob?",
      ...[one, other].map(({ name, id }) => `  /tell ${name}·${id.slice(0, 8)}`),
    ]);
    assertEquals(alice.screen.prompt, `bob·${one.id.slice(0, 8)}> `);
  },
);

scene("offline counts down, keeps what is typed and sends it exactly once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  await alice.types("/tell bob one");
  alice.news();
  await london.crash();
  assertMatch(alice.news().join("\n"), /^22:13 warning: offline: .+\. What you type is kept/);
  assertMatch(alice.screen.prompt, /^\[offline, retry in 1 s\] bob> $/);
  await alice.types("two", "/list");
  assertEquals(alice.news(), ["22:13 → bob: two …", "22:13 error: not connected to a server"]);
  const before = alice.screen.prompts.length;
  // Seven attempts fail, the waits grow up to a minute, and every second is shown.
  await world.advance(120_000);
  const seconds = alice.screen.prompts.slice(before).map((prompt) =>
    Number(/^\[offline, retry in (\d+) s\] bob> $/.exec(prompt)?.[1])
  );
  assert(Math.max(...seconds) > 5, `waits up to ${Math.max(...seconds)} s`);
  const steps = seconds.slice(1).map((second, i) => second - (seconds[i] ?? 0));
  assert(steps.every((step) => step === -1 || step >= 0), `${seconds}`);
  assertEquals(alice.news(), [], "one warning is enough");
  await london.open();
  await world.advance(120_000);
  assertEquals(bob.heard, ["alice: one", "alice: two"]);
  assertEquals(alice.screen.prompt, "bob> ");
  const shown = alice.news();
  assert(shown.some((line) => line.endsWith("✓ → bob: two")), shown.join("\n"));
});

scene(
  "a changed key warns, blocks, and is no dead end: the hint works as printed",
  async (world) => {
    const london = await world.server("london");
    const paris = await world.server("paris");
    const bob = await world.person("Bob Smith", london);
    const person = await world.stranger("alice");
    const before = await atTerminal(person, london.url);
    await before.types('/tell "Bob Smith" hi');
    before.chat.quit();
    await world.settle();
    assertEquals(before.code, EXIT.fine);
    // Another server, which never knew the old key, shows another one for the same id.
    const impostor = world.twin(bob, await world.crypto.generateKeyPair());
    await impostor.enters(paris);
    const alice = await atTerminal(person, paris.url);
    const warning = alice.news().join("\n");
    assertMatch(
      warning,
      /warning: the key of Bob Smith has CHANGED, from SHA256:\S+ to SHA256:\S+/,
    );
    await alice.types('/tell "Bob Smith" is it you?');
    assertMatch(alice.news().join("\n"), /→ Bob Smith: is it you\? ✗ the key .* has changed/);
    assertEquals(impostor.heard, []);
    await impostor.says("trust me", person);
    assertMatch(alice.news().join("\n"), /warning: a message from Bob Smith is not shown: /);
    const [hint = ""] = /\/trust .*$/m.exec(warning) ?? [];
    await alice.types(hint);
    assertMatch(
      alice.news().join("\n"),
      /^22:13 Bob Smith is now known by SHA256:\S+; \/retry sends what was held back$/,
    );
    await alice.types("/retry");
    assertEquals(alice.news(), ["22:13 → Bob Smith: is it you? ✓"]);
    assertEquals(impostor.heard, ["alice: is it you?"]);
    await alice.types(hint);
    assertMatch(alice.news().join("\n"), /has no other key: there is nothing to trust/);
  },
);

scene("a new day has a line of its own", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  assertEquals(new Date(DAWN).toISOString().slice(0, 16), "2023-11-14T22:13");
  await world.advance(2 * 3_600_000);
  await bob.says("still up?", alice.person);
  assertEquals(alice.news(), ["── Wednesday, 15 November 2023 ──", "00:13 bob: still up?"]);
});

scene("/whoami says who and where", async (world) => {
  const london = await world.server("london");
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  alice.news();
  await alice.types("/whoami");
  assertEquals(alice.news(), [
    `  alice  ${alice.person.id}`,
    `  ws://london:8765, server ${london.id}`,
  ]);
});

scene(
  "a server that has no directory to ask is talked through all the same",
  async (world) => {
    const home = await RawHome.open(world);
    const alice = await atTerminal(await world.stranger("alice"), home.url);
    const bob = await world.stranger("bob");
    const { id, keys } = home.server;
    const pubkey = keys.publicKey;
    await home.says("ACK", alice.person.id, { msg_ref: "USER_HELLO", server_id: id, pubkey });
    await home.tellsOf(bob, { display_name: "bob" });
    await home.says("ERROR", alice.person.id, { code: "UNKNOWN_TYPE", detail: "PUBKEY_REQUEST?" });
    await world.advance(10_000);
    await alice.types("/tell bob hi", "/list");
    assertEquals(home.server.of("MSG_DIRECT").length, 1);
    await world.advance(10_000);
    assertStringIncludes(alice.news().join("\n"), "the server does not answer");
  },
);
