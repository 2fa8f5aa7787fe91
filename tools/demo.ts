/**
 * `deno task demo`: two servers and four people, all of them real processes, before your eyes. Every step
 * is checked; a wrong outcome ends it with exit code 1 and says which.
 *
 * @module
 */

import { Cast } from "./demo/cast.ts";
import { Player } from "./demo/player.ts";
import { Programme } from "./demo/programme.ts";

/** Longer than one RSA block carries, so it travels in segments (D4). */
const LONG_TEXT = "A long text of more than 446 bytes goes in several encrypted segments. ".repeat(
  10,
)
  .trim();
const EMOJI_TEXT = "Grüße aus Paris 🥐🎉 👩‍👩‍👧";
const PUBLIC_TEXT = "Good evening, everybody!";
const LATE_TEXT = "Welcome, latecomers.";

/** A name that a shell and a careless program would trip over. */
const FILE_NAME = "  holiday; rm -rf $HOME 'photo'.jpg";
const FILE_BYTES = 60_000;

/** Plays the demo; resolves when every step was shown. */
async function play(cast: Cast, programme: Programme): Promise<void> {
  await programme.step("two RSA-4096 keys are made, one for each server", async () => {
    await cast.makeKeys(["london", "paris"], []);
  });
  const london = await programme.step("a server starts", async () => {
    const server = cast.server("london", []);
    await server.hears(/^socp-server listening on ws:/);
    return server;
  });
  const address = addressOf(london);
  const paris = await programme.step("a second server joins through the first", async () => {
    const server = cast.server("paris", [address]);
    await server.hears(/^socp-server listening on ws:/);
    await Promise.all([server.hears(/joined through/), london.hears(/linked to a server/)]);
    return server;
  });
  await programme.step("four more keys are made, one for each person", async () => {
    await cast.makeKeys([], ["alice", "bob", "carol", "dave"]);
  });
  const [alice, bob] = await programme.step("a person connects to each", async () => {
    const people = [cast.client("alice", addressOf(london)), cast.client("bob", addressOf(paris))];
    await Promise.all(people.map((person) => person.hears(/connected as/)));
    return people as [Player, Player];
  });
  await programme.step("they see each other across the servers", async () => {
    await Promise.all([
      alice.hears(/bob is here|here: .*bob/),
      bob.hears(/alice is here|here: .*alice/),
    ]);
  });
  await programme.step("alice writes to bob, and the message is taken and read", async () => {
    alice.says("/tell bob Hello from London!");
    await Promise.all([
      bob.hears(/alice: Hello from London!$/),
      alice.hears(taken("bob", "Hello from London!")),
    ]);
  });
  await programme.step("bob answers, with emoji", async () => {
    bob.says(`/tell alice ${EMOJI_TEXT}`);
    await Promise.all([
      alice.hears(`bob: ${EMOJI_TEXT}`),
      bob.hears(taken("alice", EMOJI_TEXT.slice(0, 10))),
    ]);
  });
  await programme.step(`a text of ${LONG_TEXT.length} bytes arrives whole`, async () => {
    alice.says(`/tell bob ${LONG_TEXT}`);
    await Promise.all([
      bob.hears(`alice: ${LONG_TEXT}`),
      alice.hears(taken("bob", LONG_TEXT.slice(0, 20))),
    ]);
  });
  await programme.step("each lists the other", async () => {
    alice.says("/list");
    bob.says("/list");
    await Promise.all([
      alice.hears(/^ {2}bob .*on server/),
      alice.hears(/^ {2}alice .*here {2}\(you\)/),
      bob.hears(/^ {2}alice .*on server/),
      bob.hears(/^ {2}bob .*here {2}\(you\)/),
    ]);
  });
  await programme.step(
    "alice speaks to everybody, with a key that one of them has made",
    async () => {
      alice.says(`/all ${PUBLIC_TEXT}`);
      await Promise.all([
        bob.hears(`alice → all: ${PUBLIC_TEXT}`),
        alice.hears(taken("all", PUBLIC_TEXT)),
      ]);
    },
  );
  const [carol, dave] = await programme.step("two more come, one to each server", async () => {
    const people = [
      cast.client("carol", addressOf(london)),
      cast.client("dave", addressOf(paris)),
    ];
    await Promise.all(people.map((person) => person.hears(/connected as/)));
    await Promise.all([alice.hears(/carol is here/), alice.hears(/dave is here/)]);
    return people as [Player, Player];
  });
  await programme.step("they are given the key, and all four read what bob says", async () => {
    bob.says(`/all ${LATE_TEXT}`);
    await Promise.all([
      ...[alice, carol, dave].map((reader) => reader.hears(`bob → all: ${LATE_TEXT}`)),
      bob.hears(taken("all", LATE_TEXT)),
    ]);
  });
  await programme.step("who came late has not read what was said before", () => {
    for (const { name, heard } of [carol, dave]) {
      if (heard.some((line) => line.includes(PUBLIC_TEXT))) throw new Error(`${name} has read it`);
    }
    return Promise.resolve();
  });
  const { path, sha256 } = await cast.file(FILE_NAME, FILE_BYTES);
  await programme.step(
    `alice offers dave a file of ${FILE_BYTES} bytes, who accepts it`,
    async () => {
      alice.says(`/file dave ${JSON.stringify(path)}`);
      await dave.hears(/alice offers .*60 kB.*\/accept 1/);
      dave.says("/accept 1");
      await Promise.all([
        alice.hears(/→ dave: .*60 kB ✓/),
        dave.hears(/← alice: .*✓ saved as /),
      ]);
    },
  );
  await programme.step("what dave has is what alice sent, by its SHA-256", async () => {
    const [landed, ...others] = await cast.downloads("dave");
    if (landed === undefined || others.length > 0) throw new Error("not one file has landed");
    programme.line("dave", `${landed.sha256}  ${landed.name}`);
    if (landed.sha256 !== sha256) throw new Error(`it is another file: ${sha256} was sent`);
  });
  await programme.step("no server has written down a text, in its log or its database", () => {
    const texts = ["Hello from London", EMOJI_TEXT, LONG_TEXT.slice(0, 40), PUBLIC_TEXT, LATE_TEXT]
      .concat(FILE_NAME.trim());
    for (const server of [london, paris]) {
      const written = [...server.heard, cast.database(server.name)].join("\n");
      const found = texts.find((text) => written.includes(text));
      if (found !== undefined) throw new Error(`${server.name} has written down "${found}"`);
    }
    return Promise.resolve();
  });
  await programme.step("bob leaves, and alice sees it", async () => {
    bob.says("/quit");
    await Promise.all([alice.hears(/bob left$/), bob.ends(0)]);
  });
  await programme.step("the others leave; both servers stop cleanly", async () => {
    for (const person of [alice, carol, dave]) person.says("/quit");
    await Promise.all([alice, carol, dave].map((person) => person.ends(0)));
    for (const server of [paris, london]) server.stop();
    await Promise.all([london.ends(0), paris.ends(0)]);
  });
}

/** The line that says a message was taken: at once, `→ bob: hi ✓`, or a moment later, `✓ → bob: hi`. */
function taken(to: string, beginning: string): (line: string) => boolean {
  return (line) => line.includes(`→ ${to}: ${beginning}`) && line.includes("✓");
}

function addressOf(server: Player): string {
  const ready = server.heard.find((line) => line.startsWith("socp-server listening"));
  const address = /ws:\/\/(\S+)/.exec(ready ?? "")?.[1];
  if (address === undefined) throw new Error(`${server.name} does not say where it listens`);
  return address;
}

/** Resolves when somebody wants the demo to end before it is over. */
function interruption(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    const signals = Deno.build.os === "windows"
      ? ["SIGINT"] as const
      : ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) Deno.addSignalListener(signal, () => resolve("interrupted"));
  });
}

/** Runs the demo; whatever happens, no process and no file is left behind. */
async function main(): Promise<number> {
  const interrupted = interruption();
  const programme = new Programme();
  const cast = new Cast(programme);
  try {
    if (await Promise.race([play(cast, programme), interrupted]) === "interrupted") return 130;
  } catch (error) {
    programme.failed(error);
  } finally {
    await cast.goHome();
  }
  return programme.summary();
}

if (import.meta.main) Deno.exit(await main());
