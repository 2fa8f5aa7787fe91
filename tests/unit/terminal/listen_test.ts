import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ClientEvent } from "../../../lib/client/events.ts";
import { EXIT, type ExitCode } from "../../../lib/terminal/exit_codes.ts";
import { listenOn, type ListenParts } from "../../../lib/terminal/listen.ts";
import { clientOf } from "../../support/at_terminal.ts";
import type { Person } from "../../support/person.ts";
import { RawHome } from "../../support/raw_home.ts";
import { scene } from "../../support/world.ts";
import { FileClientDouble } from "./file_client_double.ts";
import { incoming, outgoing } from "./transfer_examples.ts";

/** One run of `client listen --json`. */
class Listener {
  readonly lines: string[] = [];
  readonly #stop = Promise.withResolvers<ExitCode>();
  code: ExitCode | undefined;

  #tell: (event: ClientEvent) => void = () => {};

  constructor(readonly person: Person, readonly url: string, more: Partial<ListenParts> = {}) {
    const client = clientOf(person, url);
    const listen = client.listen.bind(client);
    client.listen = (listener) => {
      this.#tell = listener;
      return listen(listener);
    };
    const print = (line: string) => void this.lines.push(line);
    const { clock } = person.world;
    void listenOn({ client, clock, url, print, ...more }, this.#stop.promise)
      .then((code) => this.code = code);
  }

  /** What was printed since this was last asked, read as a script reads it. */
  news(): Record<string, unknown>[] {
    return this.lines.splice(0).map((line) => JSON.parse(line));
  }

  /** Something happens that no server of a test makes happen. */
  hears(event: ClientEvent): void {
    this.#tell(event);
  }

  async stops(code: ExitCode): Promise<void> {
    this.#stop.resolve(code);
    await this.person.world.settle();
  }
}

async function listening(
  person: Person,
  url: string,
  more: Partial<ListenParts> = {},
): Promise<Listener> {
  const listener = new Listener(person, url, more);
  await person.world.settle();
  return listener;
}

scene("each event is one object with a version", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.stranger("alice");
  const listener = await listening(alice, london.url);
  const ts = world.clock.now();
  const { url } = london;
  assertEquals(listener.news(), [
    { v: 1, type: "connected", server: url, server_id: london.id, user: alice.id, ts },
    { v: 1, type: "presence", user: bob.id, name: "bob", online: true, ts },
  ]);

  await bob.says("hi", alice);
  const [message] = listener.news();
  const sent = message?.["ts"];
  assert(typeof sent === "number" && Math.abs(sent - ts) < 100);
  assertEquals(message, {
    v: 1,
    type: "message",
    from: bob.id,
    from_name: "bob",
    to: alice.id,
    text: "hi",
    ts: sent,
    received: ts,
    verified: true,
  });

  await bob.leaves();
  assertEquals(listener.news(), [
    { v: 1, type: "presence", user: bob.id, name: "bob", online: false, ts },
  ]);

  await london.crash();
  const [lost, ...more] = listener.news();
  assertEquals([lost?.["v"], lost?.["type"], typeof lost?.["reason"]], [
    1,
    "disconnected",
    "string",
  ]);
  assert(Number(lost?.["retry_in"]) > 0 && Number(lost?.["retry_in"]) <= 1000);
  assertEquals([more, listener.code], [[], undefined]);
  await london.open();
  await world.advance(60_000);
  assertEquals(listener.news().at(-1)?.["type"], "connected");
});

scene("somebody without a name is told of without one", async (world) => {
  const london = await world.server("london");
  const listener = await listening(await world.stranger("alice"), london.url);
  listener.news();
  const user = await world.rawUser("nameless", london);
  await user.sends(user.hello({ meta: {} }));
  const ts = world.clock.now();
  assertEquals(listener.news(), [{ v: 1, type: "presence", user: user.id, online: true, ts }]);
});

scene("texts are exact after parsing, and harmless before", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("b\x1b[2Job\u202E", london);
  const alice = await world.stranger("alice");
  const listener = await listening(alice, london.url);
  const texts = [
    "\x1b]0;title\x07",
    "a\r\nb\tc\n",
    "\u202Egpj.exe\u2066",
    "\x9b2J\x7f\0",
    "zero\u200Bwidth\uFEFF",
    `z${"\u0301".repeat(1000)}`,
    'emoji 👩‍🚀 नमस्ते \u2028 \\u0041 " \\',
    "x".repeat(20_000),
  ];
  for (const text of texts) await bob.says(text, alice);
  for (const line of listener.lines) {
    assert(!/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\uFEFF]|\p{M}{8}/u.test(line), line);
  }
  const heard = listener.news().filter(({ type }) => type === "message");
  assertEquals(heard.map(({ text }) => text), texts);
  assertEquals(heard[0]?.["from_name"], bob.name);
});

scene("a message that does not verify is told of as refused, without its text", async (world) => {
  const home = await RawHome.open(world);
  const [alice, bob] = [await world.stranger("alice"), await world.stranger("bob")];
  const listener = await listening(alice, home.url);
  await home.welcomes(alice, Object.assign(bob, { meta: { display_name: "bob" } }));
  listener.news();
  const mallory = await world.stranger("mallory");
  await home.delivers({ id: bob.id, keys: mallory.keys }, alice, "SECRET");
  await home.delivers(bob, { id: alice.id, keys: mallory.keys }, "SECRET");
  await home.delivers(mallory, alice, "SECRET");
  assert(listener.lines.every((line) => !line.includes("SECRET")));
  const received = world.clock.now();
  const [forged, unreadable, strange] = listener.news();
  const refused = { v: 1, type: "refused", received };
  assertEquals(forged, {
    ...refused,
    from: bob.id,
    from_name: "bob",
    reason: "its signature does not verify under the key known for its sender",
  });
  assertEquals(unreadable, {
    ...refused,
    from: bob.id,
    from_name: "bob",
    reason: "it was not encrypted to this user's key",
  });
  assertEquals(strange, {
    ...refused,
    from: mallory.id,
    reason: "no key is known for its sender",
  });
});

scene("a changed key and what the server complains of are errors with a code", async (world) => {
  const home = await RawHome.open(world);
  const [alice, bob] = [await world.stranger("alice"), await world.stranger("bob")];
  const listener = await listening(alice, home.url);
  await home.welcomes(alice, bob);
  listener.news();
  await home.tellsOf({ id: bob.id, keys: await world.crypto.generateKeyPair() });
  await home.says("ERROR", alice.id, { code: "TIMEOUT", detail: "\x1b[31mtoo slow" });
  const ts = world.clock.now();
  const [changed, slow] = listener.news();
  assertEquals([changed?.["type"], changed?.["code"]], ["error", "KEY_CHANGED"]);
  assertMatch(
    String(changed?.["detail"]),
    new RegExp(`^${bob.id}: known SHA256:\\S{43}, offered SHA256:\\S{43}$`),
  );
  assertEquals(slow, { v: 1, type: "error", code: "TIMEOUT", detail: "\x1b[31mtoo slow", ts });
});

scene("it lasts until it is told to stop, and then says goodbye", async (world) => {
  const london = await world.server("london");
  const listener = await listening(await world.stranger("alice"), london.url);
  await world.advance(3_600_000);
  assertEquals(listener.code, undefined);
  await listener.stops(EXIT.interrupted);
  assertEquals([listener.code, london.presence], [EXIT.interrupted, []]);
});

scene("without a server it ends with 3, and a line tells why", async (world) => {
  const listener = await listening(await world.stranger("alice"), "ws://london:8765");
  assertEquals(listener.code, EXIT.cannotConnect);
  const [line] = listener.news();
  assertEquals([line?.["type"], line?.["reason"]], ["disconnected", "nobody listens there"]);
});

scene("whom the server refuses, or who refuses the server, is told 5 or 4", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const twin = await listening(world.twin(alice), london.url);
  const [refused] = twin.news();
  assertEquals([twin.code, refused?.["type"], refused?.["code"]], [
    EXIT.refused,
    "error",
    "REFUSED",
  ]);
  await alice.leaves();
  await london.close();
  const thief = await world.closedServer("london", { id: london.id });
  await thief.open();
  const victim = await listening(alice, thief.url);
  const [untrusted] = victim.news();
  assertEquals([victim.code, untrusted?.["code"]], [EXIT.keyNotTrusted, "UNTRUSTED"]);
});

scene("a message to everybody says so, and one that was not encrypted says that", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const from = { id: bob.id, name: "bob" } as Extract<ClientEvent, { kind: "message" }>["from"];
  const event = {
    kind: "message",
    from,
    text: "SECRET",
    to: "public",
    ts: 5,
    received: 6,
  } as const;
  const listener = await listening(await world.stranger("alice"), london.url);
  listener.news();
  listener.hears({ ...event, encrypted: true });
  listener.hears({ ...event, encrypted: false });
  const told = {
    ...{ v: 1, type: "message", from: bob.id, from_name: "bob", to: "public", text: "SECRET" },
    ...{ ts: 5, received: 6, verified: true },
  };
  assertEquals(listener.news(), [told, { ...told, encrypted: false }]);
});

scene(
  "files that are offered are told of, and accepted up to a size if that was said",
  async (world) => {
    const london = await world.server("london");
    const client = new FileClientDouble();
    const files = { client, acceptUpTo: 1_000 };
    const listener = await listening(await world.stranger("alice"), london.url, { files });
    listener.news();
    const hears = (transfer: ReturnType<typeof incoming>) =>
      listener.hears({ kind: "file", transfer, progress: false });
    hears(incoming({ number: 1, size: 1_000 }));
    hears(incoming({ number: 2, size: 1_001 }));
    hears(incoming({ number: 1, size: 1_000, state: "running" }));
    hears(outgoing({ number: 3, size: 5 }));
    assertEquals(client.asked, ["accept 1", "reject 2"]);
    assertEquals(
      listener.news().map(({ type, state, number }) => `${type} ${state} ${number}`),
      ["file offered 1", "file offered 2", "file running 1", "file offered 3"],
    );
    const careful = await listening(await world.stranger("bob"), london.url);
    careful.hears({ kind: "file", transfer: incoming(), progress: false });
    assertEquals(client.asked.length, 2);
  },
);

scene("a file that cannot be accepted is told of, and is not the end", async (world) => {
  const london = await world.server("london");
  const client = new FileClientDouble();
  client.refusal = "nobody has shared a channel key yet";
  const files = { client, acceptUpTo: 1_000 };
  const listener = await listening(await world.stranger("alice"), london.url, { files });
  listener.news();
  const transfer = incoming({ number: 1, size: 1_000 });
  listener.hears({ kind: "file", transfer, progress: false });
  const [offered, error] = listener.news();
  assertEquals([offered?.type, error?.type, error?.code], ["file", "error", "FILE"]);
  assertEquals(
    error?.detail,
    "file 1 cannot be accepted: nobody has shared a channel key yet",
  );
});
