import { assert, assertEquals, assertMatch } from "@std/assert";
import { EXIT, type ExitCode } from "../../../lib/terminal/exit_codes.ts";
import { sendOne } from "../../../lib/terminal/send.ts";
import { clientOf } from "../../support/at_terminal.ts";
import type { Person } from "../../support/person.ts";
import { RawHome } from "../../support/raw_home.ts";
import { scene } from "../../support/world.ts";

/** One run of `client send`. */
class Run {
  readonly complaints: string[] = [];
  code: ExitCode | undefined;

  constructor(person: Person, url: string, user: string, text: string) {
    const complain = (line: string) => void this.complaints.push(line);
    void sendOne(clientOf(person, url), { user, text, complain })
      .then((code) => this.code = code);
  }

  /** What scripts and people see of it. */
  get outcome(): [ExitCode | undefined, ...string[]] {
    return [this.code, ...this.complaints];
  }
}

async function sent(person: Person, url: string, user: string, text: string): Promise<Run> {
  const run = new Run(person, url, user, text);
  await person.world.settle();
  return run;
}

scene(
  "a message that was taken ends with 0, says nothing and leaves nobody behind",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const bob = await world.person("bob", paris);
    const run = await sent(await world.stranger("alice"), london.url, "bob", "hi\n there ☀");
    assertEquals(run.outcome, [EXIT.fine]);
    assertEquals(bob.heard, ["alice: hi\n there ☀"]);
    assertEquals([bob.sees, london.presence], [[], ["bob at paris"]]);
  },
);

scene("a person may be named by id and by short id", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.stranger("alice");
  for (const user of [bob.id, bob.id.toUpperCase(), bob.id.slice(0, 8), "BOB"]) {
    assertEquals((await sent(alice, london.url, user, user)).outcome, [EXIT.fine]);
  }
  assertEquals(bob.heard.length, 4);
});

scene("nobody of that name ends with 1 and tells who might be meant", async (world) => {
  const london = await world.server("london");
  const smith = await world.person("Bob Smith", london);
  const alice = await world.stranger("alice");
  const misspelt = await sent(alice, london.url, "Bob Smtih", "hi");
  assertEquals(misspelt.outcome, [
    EXIT.failed,
    'Bob Smtih is nobody known here: did you mean "Bob Smith"?',
  ]);
  const unknown = await sent(alice, london.url, "\x1b[2Jzoe", "hi");
  assertEquals(unknown.outcome, [EXIT.failed, "␛[2Jzoe is nobody known here"]);
  assertEquals(smith.heard, []);
});

scene("a name that two have ends with 1 and tells them apart", async (world) => {
  const london = await world.server("london");
  const bobs = [await world.person("bob", london), await world.person("bob", london)];
  const run = await sent(await world.stranger("alice"), london.url, "bob", "hi");
  const [one, other] = bobs.map(({ id }) => `bob·${id.slice(0, 8)}`);
  assertEquals(run.outcome, [
    EXIT.failed,
    `bob is more than one person: did you mean ${one} or ${other}?`,
  ]);
});

scene("a message that was not delivered ends with 1 and says why", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.stranger("alice");
  assertEquals((await sent(alice, london.url, "bob", "one")).outcome, [EXIT.fine]);
  await bob.leaves();
  // Whoever one has written to can be named while away.
  const run = await sent(alice, london.url, "bob", "two");
  assertEquals(run.code, EXIT.failed);
  assertMatch(run.complaints.join("\n"), /^not delivered: .*[a-z]{4}/);
});

scene("without a server it ends with 3, and at once", async (world) => {
  const run = await sent(await world.stranger("alice"), "ws://london:8765", "bob", "hi");
  assertEquals(run.outcome, [EXIT.cannotConnect, "cannot connect: nobody listens there"]);
});

scene("a server that accepts and says nothing is given up with 3 after 15 s", async (world) => {
  const home = await RawHome.open(world);
  const run = await sent(await world.stranger("alice"), home.url, "bob", "hi");
  await world.advance(14_999);
  assertEquals(run.code, undefined);
  await world.advance(1);
  assertEquals(run.outcome, [EXIT.cannotConnect, "cannot connect: no welcome within 15 s"]);
});

scene(
  "a connection lost before the answer ends with 1: nobody knows what arrived",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    await world.person("bob", paris);
    world.network.part("london", "paris");
    const run = await sent(await world.stranger("alice"), london.url, "bob", "hi");
    assertEquals(run.code, undefined);
    await london.crash();
    assertEquals(run.outcome, [
      EXIT.failed,
      "not confirmed, perhaps not delivered: the connection was lost",
    ]);
  },
);

scene("somebody's changed key ends with 4, and nothing is encrypted to it", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris");
  const bob = await world.person("bob", london);
  const alice = await world.stranger("alice");
  assertEquals((await sent(alice, london.url, "bob", "hi")).outcome, [EXIT.fine]);
  const impostor = world.twin(bob, await world.crypto.generateKeyPair());
  await impostor.enters(paris);
  const run = await sent(alice, paris.url, "bob", "is it you?");
  assertEquals(run.code, EXIT.keyNotTrusted);
  assertMatch(run.complaints.join("\n"), /^not delivered: the key of this person has changed/);
  assertEquals(impostor.of("message").length + impostor.of("refused").length, 0);
});

scene("a server with another key than the one pinned ends with 4", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  await alice.leaves();
  await london.close();
  const thief = await world.closedServer("london", { id: london.id });
  await thief.open();
  const run = await sent(alice, thief.url, "bob", "hi");
  assertEquals(run.code, EXIT.keyNotTrusted);
  assertMatch(run.complaints.join("\n"), /another key than the one pinned/);
});

scene("an id that is in use ends with 5", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const run = await sent(world.twin(alice), london.url, "bob", "hi");
  assertEquals(run.code, EXIT.refused);
  assertMatch(run.complaints.join("\n"), /^NAME_IN_USE: /);
});

scene("what the server says reaches the terminal only in a harmless form", async (world) => {
  const home = await RawHome.open(world);
  const alice = await world.stranger("alice");
  const run = await sent(alice, home.url, "bob", "hi");
  await home.says("ERROR", alice.id, { code: "BAD\x07KEY", detail: "\x1b]0;x\x07\r\nbob: hi" });
  assertEquals(run.outcome, [EXIT.refused, "BAD␇KEY: ␛]0;x␇␍␊bob: hi"]);
});

scene("public is everybody, also where a person calls herself so", async (world) => {
  const london = await world.server("london");
  const person = await world.person("public", london);
  const client = clientOf(await world.stranger("alice"), london.url);
  const complaints: string[] = [];
  const complain = (line: string) => void complaints.push(line);
  let code: ExitCode | undefined;
  void sendOne(client, { user: "Public", text: "hi", complain }).then((ended) => code = ended);
  // There may be nobody who has a key of the channel.
  await world.advance(5_000);
  assertEquals([code, complaints], [EXIT.fine, []]);
  assertEquals([person.heardByAll, person.heard], [["alice: hi"], []]);
});
