import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Transport } from "../../../lib/link/transport.ts";
import { EXIT, type ExitCode } from "../../../lib/terminal/exit_codes.ts";
import { identify } from "../../../lib/terminal/identify.ts";
import type { Frame, RawServer } from "../../support/raw_peer.ts";
import { scene, type World } from "../../support/world.ts";

/** One run of `client demo`. */
class Demo {
  readonly lines: string[] = [];
  code: ExitCode | undefined;

  constructor(world: World, url: string) {
    const { clock, crypto, entropy, network } = world;
    const print = (line: string) => void this.lines.push(line);
    void identify({ url, crypto, entropy, clock, dial: network.dialAs("demo"), print })
      .then((code) => this.code = code);
  }

  /** The lines that tell how a step went. */
  get verdicts(): string[] {
    return this.lines.filter((line) => /[✓✗]/.test(line));
  }
}

async function demo(world: World, url = "ws://london:8765"): Promise<Demo> {
  const run = new Demo(world, url);
  await world.settle();
  return run;
}

/** A place that answers the first frame of each connection with whatever a test likes. */
function answering(
  world: World,
  answer: (frame: Frame, transport: Transport) => void | Promise<void>,
): void {
  world.network.listen("london:8765", "london", (transport) => {
    transport.listen({
      text: (text) => void answer(JSON.parse(text), transport),
      binary: () => {},
      closed: () => {},
    });
  });
}

/** The welcome of a user as D18 asks for it. */
function userWelcome(server: RawServer, frame: Frame) {
  const { id, keys } = server;
  const payload = { msg_ref: "USER_HELLO", server_id: id, pubkey: keys.publicKey };
  return server.frame("ACK", frame.from, payload);
}

scene(
  "a server of ours identifies the user and the server, and each step is shown",
  async (world) => {
    await world.server("london");
    const { code, lines, verdicts } = await demo(world);
    assertEquals(code, EXIT.fine);
    const shape = verdicts.map((line) => line.replace(/[0-9a-f-]{36}/g, "ID"));
    assertEquals(shape, [
      "  ✓ welcomed as user ID by server ID",
      "  ✓ welcomed as server ID; 1 server(s) are in the mesh",
      "✓ both identifications succeeded",
    ]);
    for (const what of ["USER_HELLO", "ACK", "SERVER_HELLO_JOIN", "SERVER_WELCOME"]) {
      assert(lines.some((line) => line.includes(`"type":"${what}"`)), what);
    }
    assertEquals(lines.filter((line) => line.includes("signature verified")).length, 2);
    assert(lines.every((line) => line.length < 700));
  },
);

scene("afterwards the mesh is as it was before", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const tables = () => [london.tables, paris.tables];
  const { servers, introducers } = london.store.load();
  const before = tables();
  assertEquals((await demo(world)).code, EXIT.fine);
  await world.advance(20_000);
  assertEquals(tables(), before);
  assertEquals(london.store.load().servers, servers);
  assertEquals(london.store.load().introducers, introducers);
  assertEquals(bob.sees, []);
});

scene("nobody listening is told with how to change that, and ends with 3", async (world) => {
  const { code, lines } = await demo(world);
  assertEquals(code, EXIT.cannotConnect);
  assertEquals(lines.slice(-2), [
    "✗ cannot connect to ws://london:8765: nobody listens there",
    "  Start a server first: deno task server",
  ]);
});

scene("a server that says nothing gets a cross for each step after 10 s, and 1", async (world) => {
  answering(world, () => {});
  const run = await demo(world);
  await world.advance(19_999);
  assertEquals(run.code, undefined);
  await world.advance(1);
  assertEquals(run.code, EXIT.failed);
  assertEquals(run.verdicts, [
    "  ✗ no answer within 10 s",
    "  ✗ no answer within 10 s",
    "✗ not every identification succeeded",
  ]);
});

for (
  const [what, text, expected] of [
    ["no JSON", "hello, who are you?", /✗ .*JSON/],
    ["a list", "[]", /✗ .*object/],
    [
      "an unknown type",
      '{"type":"HELLO\\u001b[2J"}',
      /✗ .*"HELLO\\u001b\[2J" is not a message type/,
    ],
    ["no sender", '{"type":"ACK","to":"*","ts":1,"payload":{}}', /✗ .*ACK: from: is missing/],
    ["a farewell", '{"type":"CTRL_CLOSE"}', /✗ expected .*, got CTRL_CLOSE/],
    ["terminal escapes", "\x1b]0;x\x07", /✗ .*/],
  ] satisfies [string, string, RegExp][]
) {
  scene(`a server that answers with ${what} gets a cross and 1`, async (world) => {
    answering(world, (_, transport) => transport.send(text));
    const { code, lines, verdicts } = await demo(world);
    assertEquals(code, EXIT.failed);
    for (const verdict of verdicts.slice(0, 2)) assertMatch(verdict, expected);
    assert(lines.every((line) => !/\p{Cc}/u.test(line)), lines.join("\n"));
  });
}

scene("an ERROR gets a cross with its code and detail, harmless", async (world) => {
  const liar = await world.rawServer("liar");
  answering(world, async (frame, transport) => {
    const payload = { code: "BAD_KEY", detail: "no \x1b[31mway" };
    transport.send(await liar.signed(liar.frame("ERROR", frame.from, payload)));
  });
  const { code, verdicts } = await demo(world);
  assertEquals(code, EXIT.failed);
  assertEquals(verdicts, [
    "  ✗ expected ACK of USER_HELLO, got ERROR BAD_KEY: no ␛[31mway",
    "  ✗ expected SERVER_WELCOME, got ERROR BAD_KEY: no ␛[31mway",
    "✗ not every identification succeeded",
  ]);
});

scene("a server that hangs up without a word gets a cross that says so", async (world) => {
  answering(world, (_, transport) => transport.close(1008, "go \x07away"));
  const { code, verdicts } = await demo(world);
  assertEquals(code, EXIT.failed);
  assertEquals(verdicts[0], "  ✗ closed without an answer (1008 go ␇away)");
});

scene("a welcome with another's signature, or none, gets a cross", async (world) => {
  const [liar, other] = [await world.rawServer("liar"), await world.rawServer("other")];
  let signed = true;
  answering(world, async (frame, transport) => {
    const welcome = userWelcome(liar, frame);
    transport.send(signed ? await liar.signed(welcome, other.keys) : JSON.stringify(welcome));
    signed = false;
  });
  for (let run = 0; run < 2; run++) {
    const { code, verdicts } = await demo(world);
    assertEquals([code, verdicts[0]], [
      EXIT.failed,
      "  ✗ the server's signature does not verify",
    ]);
  }
});

scene("a binary answer gets a cross", async (world) => {
  const { clock, crypto, entropy } = world;
  const lines: string[] = [];
  const code = await identify({
    url: "ws://london:8765",
    crypto,
    entropy,
    clock,
    dial: () =>
      Promise.resolve({
        remote: "london",
        bufferedBytes: 0,
        drained: () => Promise.resolve(),
        listen: (events) => queueMicrotask(() => events.binary()),
        send() {},
        close() {},
      }),
    print: (line) => void lines.push(line),
  });
  assertEquals(code, EXIT.failed);
  assertEquals(lines.filter((line) => line.includes("answered with a binary message")).length, 2);
});

scene("one step that fails does not keep the other from being shown", async (world) => {
  const liar = await world.rawServer("liar");
  answering(world, async (frame, transport) => {
    if (frame.type !== "USER_HELLO") return transport.send("?");
    transport.send(await liar.signed(userWelcome(liar, frame)));
  });
  const { code, verdicts } = await demo(world);
  assertEquals(code, EXIT.failed);
  assertEquals(verdicts.map((line) => line.trim().charAt(0)), ["✓", "✗", "✗"]);
});

scene("a welcome that does not list its own server gets a cross (D10)", async (world) => {
  const liar = await world.rawServer("liar");
  answering(world, async (frame, transport) => {
    const payload = { assigned_id: frame.from, servers: [] };
    const answer = frame.type === "USER_HELLO"
      ? userWelcome(liar, frame)
      : liar.frame("SERVER_WELCOME", frame.from, payload);
    transport.send(await liar.signed(answer));
  });
  const { verdicts } = await demo(world);
  assertEquals(verdicts[1], "  ✗ the welcome does not list the introducer itself (D10)");
});
