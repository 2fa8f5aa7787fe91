/**
 * Whatever others choose — names, texts, errors, reasons — passes through the chat to the screen without a single
 * control, reordering or invisible character (THREATS 21).
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ClientEvent } from "../../../lib/client/events.ts";
import { FileError } from "../../../lib/client/file_ports.ts";
import type { TransferState } from "../../../lib/client/transfer.ts";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { atTerminal, type Chatter, clientOf } from "../../support/at_terminal.ts";
import { RawHome } from "../../support/raw_home.ts";
import { scene, type World } from "../../support/world.ts";
import { FileClientDouble } from "./file_client_double.ts";
import { incoming, outgoing } from "./transfer_examples.ts";

const STATES: readonly TransferState[] = [
  ...["offered", "running", "paused", "done", "rejected", "cancelled", "failed"] as const,
];

const HOSTILE = {
  "the window's title": "\x1b]0;pwned\x07",
  "a link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
  "the clipboard": "\x1b]52;c;cm0gLXJm\x07",
  "a clear screen": "\x1b[2J\x1b[H",
  "a request for settings": '\x1bP$q"p\x1b\\',
  "a cursor that goes up": "\x1b[1A\x1b[2K22:13 bob: forged",
  "8-bit controls": "\x9b2J\x9d0;x\x9c\x85",
  "a return over the line": "harmless\r22:13 bob: forged",
  "backspaces and a bell": "abc\b\b\b\x07\x7f\0",
  "another reading order": "\u202Egpj.exe\u2066x\u061C",
  "invisible characters": "b\u200Bo\u2060b\uFEFF\u00AD\u{E0041}\u3164",
  "line separators": "one\u2028two\u2029three\x0B\x0C",
  "a tower of marks": `z${"\u0301".repeat(3000)}`,
  "half a character": "\uD83D",
  "markup and shell": "<img onerror=alert(1)> `id` $(id); --cmd: %s %n {{7*7}}",
  "a forged line": "hi\n22:13 bob: forged",
} as const;

/** Controls apart from line breaks, reordering, invisible characters, towers. */
const HARMFUL =
  /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u00AD\u200B\u2060\u3164\uFEFF\u{E0041}]|\p{M}{8}/u;

function assertHarmless({ screen }: Chatter): void {
  for (const shown of [...screen.printed, ...screen.prompts]) {
    assert(!HARMFUL.test(shown), JSON.stringify(shown));
  }
  // Nothing of others begins a line: each line is ours, or indented below one that is.
  for (const line of screen.printed.flatMap((text) => text.split("\n"))) {
    assert(!line.startsWith("22:13 bob: forged"), line);
  }
}

function assertHarmlessLine(text: string | undefined): void {
  assert(text !== undefined && !HARMFUL.test(text) && !text.includes("\n"), JSON.stringify(text));
}

/** A scene for each hostile text. */
function eachHostile(what: string, play: (world: World, text: string) => Promise<Chatter>): void {
  for (const [kind, text] of Object.entries(HOSTILE)) {
    scene(`${what} does no harm: ${kind}`, async (world) => {
      // JSON lets no half characters through; what is left of them in UTF-8 is a replacement.
      const sent = kind === "half a character" ? text.toWellFormed() : text;
      assertHarmless(await play(world, sent));
    });
  }
}

eachHostile("a name", async (world, name) => {
  const london = await world.server("london");
  const paris = await world.server("paris");
  const hostile = await world.person(name, london);
  const person = await world.stranger("alice");
  const alice = await atTerminal(person, london.url);
  await world.person(name, london);
  const short = hostile.id.slice(0, 8);
  await alice.types("/list", `/tell ${short} hi`, "again", `/tell ${name} hi`, `/trust ${short}`);
  await hostile.says("hello", person);
  assertEquals(hostile.heard.length >= 2, true);
  assert(alice.screen.prompt.length > 2, "the prompt names the person");
  await hostile.leaves();
  await alice.types("gone?", `/help ${name}`, `/${name}`);
  alice.chat.quit();
  await world.settle();
  // At another server the same id comes with another key: the warning names the person.
  const impostor = world.twin(hostile, await world.crypto.generateKeyPair());
  await impostor.enters(paris);
  const there = await atTerminal(person, paris.url);
  await impostor.says("refused", person);
  const [, hint = ""] = /type (\/trust .*)$/m.exec(there.screen.printed.join("\n")) ?? [];
  await there.types(hint);
  assertStringIncludes(there.screen.printed.at(-1) ?? "", "is now known by");
  assertHarmless(there);
  return alice;
});

eachHostile("a text", async (world, text) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await atTerminal(await world.stranger("alice"), london.url);
  await bob.says(text, alice.person);
  const before = alice.screen.printed.length;
  await alice.types(`/tell bob ${text}`);
  assertEquals(alice.screen.printed.length, before + 1);
  assertEquals(bob.heard, [`alice: ${text}`]);
  await bob.leaves();
  await alice.types(text);
  return alice;
});

eachHostile("what a server complains of", async (world, text) => {
  const home = await RawHome.open(world);
  const alice = await atTerminal(await world.stranger("alice"), home.url);
  const bob = await world.stranger("bob");
  await home.welcomes(alice.person, Object.assign(bob, { meta: { display_name: "bob" } }));
  const code = text.slice(0, 64).toWellFormed();
  const before = alice.screen.printed.length;
  await home.says("ERROR", alice.person.id, { code, detail: text });
  assertEquals(alice.screen.printed.length, before + 1);
  await alice.types("/tell bob hi");
  const [sent] = home.server.of("MSG_DIRECT");
  assert(sent);
  const signature = Uint8Array.fromBase64(String(sent.payload["content_sig"]), {
    alphabet: "base64url",
  });
  const digest = await world.crypto.sha256(signature);
  const msg_ref = digest.toBase64({ alphabet: "base64url", omitPadding: true });
  await home.says("ERROR", alice.person.id, { code, detail: text, msg_ref });
  assertStringIncludes(alice.screen.printed.at(-1) ?? "", "✗");
  return alice;
});

eachHostile("why a server refuses", async (world, text) => {
  const home = await RawHome.open(world);
  const alice = await atTerminal(await world.stranger("alice"), home.url);
  const code = text.slice(0, 64).toWellFormed();
  await home.says("ERROR", alice.person.id, { code, detail: text });
  assertEquals(alice.code, EXIT.refused);
  return alice;
});

eachHostile("why a server hangs up", async (world, text) => {
  world.network.listen("london:8765", "london", (transport) => {
    transport.listen({ text: () => transport.close(1008, text), binary() {}, closed() {} });
  });
  const alice = await atTerminal(await world.stranger("alice"), "ws://london:8765");
  assertStringIncludes(alice.screen.printed.join("\n"), "offline");
  return alice;
});

eachHostile("a list", async (world, text) => {
  const home = await RawHome.open(world);
  const alice = await atTerminal(await world.stranger("alice"), home.url);
  await home.welcomes(alice.person);
  await alice.types("/list");
  const { id: user_id } = await world.stranger("somebody");
  const server_id = home.server.id;
  await home.lists(
    alice.person,
    { user_id, server_id, display_name: text },
    { user_id: alice.person.id, server_id, display_name: text },
  );
  const [head, ...rows] = (alice.screen.printed.at(-1) ?? "").split("\n");
  assertEquals([head, rows.length], ["2 online:", 2]);
  return alice;
});

eachHostile("a file's name and why it does not come", async (world, text) => {
  const london = await world.server("london");
  const person = await world.stranger("alice");
  const client = clientOf(person, london.url);
  // No server of a test sends files: what a client tells of them is told by hand.
  let tell: (event: ClientEvent) => void = () => {};
  const listen = client.listen.bind(client);
  client.listen = (listener) => listen(tell = listener);
  const files = new FileClientDouble();
  const open = () => Promise.reject(new FileError(text));
  const alice = await atTerminal(person, london.url, { client, files: { client: files, open } });
  for (const example of [incoming, outgoing]) {
    const transfer = example({
      number: files.all.length + 1,
      name: text,
      why: text,
      savedAs: text,
    });
    files.all.push(transfer);
    for (const state of STATES) {
      Object.assign(transfer, { state, startedAt: world.clock.now() - 5_000 });
      for (const progress of [false, true]) tell({ kind: "file", transfer, progress });
      await alice.types("/files", "/accept", `/file public ${text}`, `/cancel ${text}`);
      if (state === "running") assertHarmlessLine(alice.screen.status);
    }
  }
  assert(alice.screen.printed.length > 30);
  return alice;
});

scene("a message that was tampered with is refused, never shown as text", async (world) => {
  const home = await RawHome.open(world);
  const alice = await atTerminal(await world.stranger("alice"), home.url);
  const [bob, mallory] = [await world.stranger("bob"), await world.stranger("mallory")];
  await home.welcomes(alice.person, Object.assign(bob, { meta: { display_name: "bob" } }));
  const refusals = async (play: () => Promise<void>) => {
    alice.news();
    await play();
    const news = alice.news().join("\n");
    assert(!news.includes("SECRET"), news);
    return news;
  };
  const refused = "22:13 warning: a message from bob is not shown: ";
  const forged = `${refused}its signature does not verify under the key known for its sender`;
  const asBob = { id: bob.id, keys: mallory.keys };
  assertEquals(await refusals(() => home.delivers(asBob, alice.person, "SECRET")), forged);
  const content_sig = "A".repeat(682) + "A";
  assertEquals(
    await refusals(() => home.delivers(bob, alice.person, "SECRET", { payload: { content_sig } })),
    forged,
  );
  const ts = world.clock.now() - 1;
  assertEquals(await refusals(() => home.delivers(bob, alice.person, "SECRET", { ts })), forged);
  assertEquals(
    await refusals(() => home.delivers(bob, { ...alice.person, keys: mallory.keys }, "SECRET")),
    `${refused}it was not encrypted to this user's key`,
  );
  // A message to somebody else may not be passed off as one to this user.
  const other = { id: mallory.id, keys: alice.person.keys };
  assertStringIncludes(await refusals(() => home.delivers(bob, other, "SECRET")), refused);
  assertEquals(
    await refusals(() => home.delivers(mallory, alice.person, "SECRET")),
    `22:13 warning: a message from ${mallory.id.slice(0, 8)} is not shown: ` +
      "no key is known for its sender",
  );
  assertEquals(
    await refusals(() => home.delivers(bob, alice.person, "the real one")),
    "22:13 bob: the real one",
  );
});
