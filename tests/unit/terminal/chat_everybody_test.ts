import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { shownEvent } from "../../../lib/terminal/shown_event.ts";
import { atTerminal, Chatter, clientOf } from "../../support/at_terminal.ts";
import { scene } from "../../support/world.ts";
import { FileClientDouble, sourceDouble } from "./file_client_double.ts";

scene(
  "/all speaks to everybody, the prompt says so, and so do the lines behind it",
  async (world) => {
    const london = await world.server("london");
    const bob = await world.person("bob", london);
    await world.advance(5_000);
    const alice = await atTerminal(await world.stranger("alice"), london.url);
    await world.advance(5_000);
    alice.news();
    await alice.types("/all hi", "more ");
    assertEquals(bob.heardByAll, ["alice: hi", "alice: more "]);
    assertEquals(alice.news(), ["22:13 → all: hi ✓", "22:13 → all: more  ✓"]);
    assertEquals(alice.screen.prompt, "all> ");
    await bob.saysToAll("hello");
    assertEquals(alice.news(), ["22:13 bob → all: hello"]);
    await alice.types("/tell bob only you");
    assertEquals([bob.heard, alice.screen.prompt], [["alice: only you"], "bob> "]);
  },
);

scene("the commands for files reach the client, and Tab knows their numbers", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const client = new FileClientDouble();
  const open = (path: string) => Promise.resolve(sourceDouble(path));
  const files = { client, open };
  const alice = await atTerminal(await world.stranger("alice"), london.url, { files });
  alice.news();
  await alice.types("/file bob docs/report.pdf", "/file public a.txt", "/files", "/cancel 1");
  assertEquals(client.asked, [
    `offer report.pdf to ${bob.id}`,
    "offer a.txt to public",
    "cancel 1",
  ]);
  assertEquals(alice.news(), [
    '22:13 → bob: "report.pdf", 1.2 MB, about 40 s: offered; /cancel 1 calls it off',
    '22:13 → all: "a.txt", 1.2 MB, about 40 s: offered; /cancel 2 calls it off',
    "  1  → bob  report.pdf  1.2 MB  offered",
    "  2  → all  a.txt       1.2 MB  offered",
  ]);
  assertEquals(alice.chat.fileNumbers("cancel"), [2, 1]);
  alice.chat.quit();
  await world.settle();
  assertEquals(alice.code, EXIT.fine);
  assertStringIncludes(alice.news().join("\n"), "files were still on their way");
});

scene("a script does not leave before its files have arrived", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const client = new FileClientDouble();
  const open = (path: string) => Promise.resolve(sourceDouble(path));
  const person = await world.stranger("alice");
  const chatter = new Chatter(person, london.url, false, { files: { client, open } });
  const begun = chatter.begins();
  chatter.chat.line("/file bob a.txt");
  chatter.chat.end();
  await begun;
  await world.advance(600_000);
  assertEquals([client.asked.length, chatter.code], [1, undefined]);
});

scene("what was not encrypted is marked", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.stranger("alice");
  const client = clientOf(alice, london.url);
  client.start();
  await world.settle();
  const from = client.people().find(({ id }) => id === bob.id);
  if (from === undefined) throw new Error("bob is not known");
  const event = {
    ...{ kind: "message", from, text: "SECRET", to: "public", encrypted: false } as const,
    ...{ ts: 5, received: 5 },
  };
  assertEquals(shownEvent(client, event, 5), {
    ...{ kind: "message", at: 5, from: { id: bob.id, label: "bob" }, text: "SECRET", sentAt: 5 },
    ...{ toAll: true, plain: true },
  });
  await client.stop();
});
