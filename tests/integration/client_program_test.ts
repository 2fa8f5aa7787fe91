import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { type Ending, run, start, type Surroundings } from "../support/processes.ts";
import { makeProfile, RealPerson } from "../support/real_people.ts";
import { REAL, startServer, temporaryFolder, testKey } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** What nobody else's text may put onto a terminal: everything that is not printed, but for line ends. */
const RAW_CONTROLS = /[^\P{C}\n]/u;

function client(args: readonly string[], surroundings?: Surroundings): Promise<Ending> {
  return run("client", args, surroundings);
}

/** A port of this machine where nobody listens: reserved, and never given out. */
const NOWHERE = ["--server", "ws://127.0.0.1:1"];

testNeeding(
  REAL,
  "the client says what it is, and mistakes are one line and exit code 2",
  async () => {
    const [help, version, ...mistakes] = await Promise.all([
      client(["--help"]),
      client(["--version"]),
      client(["snd", "bob", "hi"]),
      client(["send", "bob"]),
      client(["chat", "--serve", "x"]),
      client(["chat", "--server", "http://127.0.0.1"]),
      client(["chat"], { env: { SOCP_USER_ID: "bob" } }),
      client(["chat", "--json"]),
      client(["listen", "--profile", "../up"]),
    ]);
    for (const word of ["chat", "demo", "send", "listen", "SOCP_PROFILE", "130 interrupted"]) {
      assertStringIncludes(help.stdout, word);
    }
    assertEquals(version.stdout, `socp-client ${project.version}\n`);
    assertEquals([help.code, version.code], [0, 0]);
    const said = [
      "send",
      "<user> <text",
      "--server",
      '"http://127.0.0.1"',
      "SOCP_USER_ID",
      "listen",
    ];
    for (const [index, { code, stdout, stderr }] of mistakes.entries()) {
      assertEquals([code, stdout], [2, ""], stderr);
      assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
      assertStringIncludes(stderr, said[index] ?? "../up");
    }
  },
);

testNeeding(REAL, "where nobody listens every command says so and exits with 3", async () => {
  await using folder = await temporaryFolder();
  const who = [...await makeProfile(folder.path, "alice", 2), ...NOWHERE];
  const endings = await Promise.all([
    client(["send", "bob", "hi", ...who]),
    client(["listen", "--json", ...who]),
    client(["listen", ...who]),
    client(["chat", ...who]),
  ]);
  for (const { code, stdout, stderr } of endings) {
    assertEquals(code, 3, stdout + stderr);
    assertStringIncludes(stdout + stderr, "nobody listens there");
  }
});

testNeeding(REAL, "scripts talk: send, listen and chat with files for input", async (t) => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/people`;
  await using server = await startServer({ data: `${folder.path}/server`, key: 0 });
  const at = ["--server", server.url];
  const [alice, bob] = await Promise.all([
    makeProfile(data, "alice", 2),
    makeProfile(data, "bob", 3),
  ]);
  await using listener = start("client", ["listen", "--json", ...bob, ...at]);
  const heard = async (text: string) => {
    const escaped = JSON.stringify(text).slice(1, -1).replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
    const [line] = await listener.line(new RegExp(`^.*"text":"${escaped}".*$`));
    return JSON.parse(line);
  };
  const [connected] = await listener.line(/^.*"type":"connected".*$/);
  const { server_id, user: bobId } = JSON.parse(connected);
  assertEquals(server_id, server.serverId);

  await t.step("send to somebody who is there: 0, and it is heard exactly", async () => {
    const text = `"quotes" \\ and 👋🏽 ${"a long line ".repeat(60)}`.trim();
    const { code, stderr } = await client(["send", "bob", text, ...alice, ...at]);
    assertEquals([code, stderr], [0, ""]);
    const message = await heard(text);
    assertEquals([message.from_name, message.to, message.verified], ["alice", bobId, true]);
  });

  await t.step("send to nobody known: 1, with what was probably meant", async () => {
    const { code, stderr } = await client(["send", "bbo", "hi", ...alice, ...at]);
    assertEquals(code, 1);
    assertMatch(stderr, /^socp-client: bbo is nobody known here: did you mean bob\?\n$/);
  });

  await t.step("a profile that is connected already: 5, and the first stays", async () => {
    const { code, stderr } = await client(["send", "alice", "hi", ...bob, ...at]);
    assertEquals(code, 5);
    assertMatch(stderr, /^socp-client: NAME_IN_USE.*\n$/);
    assertEquals((await client(["send", "bob", "still there?", ...alice, ...at])).code, 0);
    await heard("still there?");
  });

  await t.step("chat reads a script, waits for each answer and leaves", async () => {
    await using chat = start("client", ["chat", ...alice, ...at], { typing: true });
    for (const line of ["/list", "/tell bob first", "and second", "/help", "/whoami"]) {
      await chat.type(line);
    }
    await chat.typeEnd();
    const { code, stdout, stderr } = await chat.end();
    assertEquals([code, stderr], [0, ""], stdout);
    assertMatch(stdout, /2 online:/);
    assertMatch(stdout, /→ bob: first(?: …\n[^]*✓ → bob: first| ✓)/);
    assertMatch(stdout, /→ bob: and second(?: …\n[^]*✓ → bob: and second| ✓)/);
    assertStringIncludes(stdout, "/tell <user> <text>");
    await heard("first");
    await heard("and second");
  });

  await t.step("everything in a profile but the public key is its owner's only", async () => {
    const files = await Array.fromAsync(Deno.readDir(`${data}/client/alice`), ({ name }) => name);
    // Whoever was there for long enough also has the channel's key.
    const usual = files.filter((name) => name !== "channel-keys.json");
    assertEquals(usual.sort(), ["key.pem", "key.pub", "pins.json", "profile.json"]);
    for (const name of files.filter((name) => name !== "key.pub")) {
      const { mode } = await Deno.stat(`${data}/client/alice/${name}`);
      assertEquals([name, (mode ?? 0) & 0o777], [name, 0o600]);
    }
  });

  await t.step("somebody whose key is not the one pinned: 4, nothing is sent", async () => {
    const pins = `${data}/client/alice/pins.json`;
    const kept = await Deno.readTextFile(pins);
    const { servers, users } = JSON.parse(kept);
    assertEquals(users[bobId].key, testKey(3).publicKey);
    users[bobId].key = testKey(5).publicKey;
    await Deno.writeTextFile(pins, JSON.stringify({ servers, users }));
    const { code, stderr } = await client(["send", bobId, "secret", ...alice, ...at]);
    assertEquals(code, 4, stderr);
    assertStringIncludes(stderr, "key");
    assert(!listener.output.toString().includes("secret"));

    servers[server.serverId] = testKey(6).publicKey;
    await Deno.writeTextFile(pins, JSON.stringify({ servers, users: {} }));
    const other = await client(["send", bobId, "secret", ...alice, ...at]);
    assertEquals(other.code, 4, other.stderr);
    assertMatch(
      other.stderr,
      /^socp-client: the server .* has another key than the one pinned.*\n$/,
    );
    await Deno.writeTextFile(pins, kept);
  });

  await t.step(
    "listen --json ends with 0 on SIGTERM; every line of it is JSON with v 1",
    async () => {
      listener.kill("SIGTERM");
      const { code, stdout, stderr } = await listener.end();
      assertEquals([code, stderr], [0, ""]);
      for (const line of stdout.trimEnd().split("\n")) assertEquals(JSON.parse(line).v, 1, line);
    },
  );

  await t.step("somebody who has left: 1, by send and by a script", async () => {
    const sent = await client(["send", "bob", "too late", ...alice, ...at]);
    assertEquals(sent.code, 1);
    assertMatch(sent.stderr, /^socp-client: not delivered: .*\n$/);
    await using chat = start("client", ["chat", ...alice, ...at], { typing: true });
    await chat.type("/tell bob too late");
    await chat.typeEnd();
    const { code, stdout } = await chat.end();
    assertEquals(code, 1, stdout);
    assertMatch(stdout, /✗ /);
  });

  await t.step("a damaged key is one clear line, and never replaced", async () => {
    const path = `${data}/client/alice/key.pem`;
    const damaged = (await Deno.readTextFile(path)).slice(0, 900);
    await Deno.writeTextFile(path, damaged);
    const { code, stdout, stderr } = await client(["send", "bob", "hi", ...alice, ...at]);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^socp-client: .*key\.pem holds no usable key.*\n$/);
    assertEquals(await Deno.readTextFile(path), damaged);
  });
});

testNeeding(
  REAL,
  "nothing that others write drives the terminal or a shell (THREATS 21, 31)",
  async () => {
    await using folder = await temporaryFolder();
    await using server = await startServer({ data: `${folder.path}/server`, key: 0 });
    const owned = `${folder.path}/owned`;
    const name = `\x1b]0;title\x07\u202e\r--cmd:;$(touch ${owned})\`touch ${owned}\``;
    const texts = [
      "\x1b[2J\x1b[H\x1bP$q\x1b\\\x9b31m\x1b]52;c;aGk=\x07",
      `'; touch ${owned} #  $(touch ${owned}) --cmd:touch ${owned}\r\nfake: line`,
      `a${"\u0301".repeat(10_000)}b\u202e\u2066\u200b\u0000`,
      "x".repeat(500),
    ];
    const at = ["--server", server.url];
    const [plain, json] = await Promise.all([
      makeProfile(folder.path, "plain", 2),
      makeProfile(folder.path, "json", 3),
    ]);
    await using chat = start("client", ["chat", ...plain, ...at], { typing: true });
    await using listener = start("client", ["listen", "--json", ...json, ...at]);
    await chat.line(/connected as plain/);
    await listener.line(/"type":"connected"/);
    await using mallory = await RealPerson.enter(server.url, name, 4);
    const people = mallory.client.people();
    assertEquals(people.map((person) => person.name).sort(), ["json", "plain"]);
    for (const text of texts) for (const { id } of people) await mallory.says(text, id);
    for (const { id } of people) await mallory.says("that was all", id);

    await chat.line(/that was all/);
    await listener.line(/that was all/);
    await chat.type("/list");
    await chat.line(/3 online/);
    await chat.typeEnd();
    const [shown, written] = [await chat.end(), listener.output];
    assertEquals(shown.code, 0, shown.stderr);
    assertEquals(RAW_CONTROLS.exec(shown.stdout)?.[0], undefined, "controls reached the terminal");
    assertStringIncludes(shown.stdout, "␛[2J");
    const messages = written.entries.map(({ text }) => {
      assertEquals(RAW_CONTROLS.exec(text)?.[0], undefined, "controls reached the terminal");
      return JSON.parse(text);
    }).filter(({ type }) => type === "message");
    assertEquals(messages.slice(0, -1).map(({ text }) => text), texts, "parsed, the text is exact");
    assertEquals(messages[0].from_name, [...name].slice(0, 64).join(""), "a long name is cut");
    assertMatch(server.program.output.toString(), /a user has come/);
    assertEquals(RAW_CONTROLS.exec(server.program.output.toString())?.[0], undefined);
    const files = await Array.fromAsync(Deno.readDir(folder.path), (entry) => entry.name);
    assert(!files.includes("owned"), "no text was run in a shell");
  },
);

testNeeding(REAL, "listen whose reader has gone says goodbye and ends with 1", async () => {
  await using folder = await temporaryFolder();
  const args = ["--log-level", "debug"];
  await using server = await startServer({ data: `${folder.path}/server`, key: 0, args });
  const { output } = server.program;
  const listeners = [
    { name: "json", key: 2, flags: ["--json"], readsOnly: 1 },
    { name: "plain", key: 3, flags: [], readsOnly: 3 },
  ];
  for (const { name, key, flags, readsOnly } of listeners) {
    const who = await makeProfile(folder.path, name, key);
    const args = ["listen", ...flags, ...who, "--server", server.url];
    await using listener = start("client", args, { readsOnly });
    await listener.line(/"connected"|connected as/);
    const before = output.entries.length;
    await using _news = await RealPerson.enter(server.url, "bob", 4);
    const { code, stderr } = await listener.end();
    assertEquals([code, stderr], [1, ""]);
    await server.program.line(/disconnected.*reason=goodbye/, "stderr", before);
  }
});
