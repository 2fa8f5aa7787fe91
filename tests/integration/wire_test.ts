import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { bytesOf, utf8 } from "../support/binary.ts";
import { REAL, type RealServer, startServer, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";
import { Seeded } from "../support/seeded.ts";
import { type Arrival, type Frame, Identity, Wire } from "../support/wire.ts";

/** Whether a frame's `sig` verifies: written once more from §12 and D2, with none of our own code. */
async function isSigned({ payload, sig = "" }: Frame, key: string): Promise<boolean> {
  const algorithm = { name: "RSA-PSS", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("spki", bytesOf(key), algorithm, false, [
    "verify",
  ]);
  const canonical = utf8(JSON.stringify(
    payload,
    (_key, value) =>
      typeof value !== "object" || Array.isArray(value)
        ? value
        : Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)),
  ));
  const pss = { name: "RSA-PSS", saltLength: 478 };
  return await crypto.subtle.verify(pss, imported, bytesOf(sig), canonical);
}

/** Sends one thing as the first message and returns what came, the close at the end. */
async function firstMessage(
  { url }: RealServer,
  data: string | Uint8Array<ArrayBuffer>,
): Promise<{ frames: Frame[]; code: number; reason: string }> {
  await using wire = await Wire.open(url);
  wire.send(data);
  const { code, reason } = await wire.closed();
  const isFrame = (arrival: Arrival) => arrival.kind === "frame" ? [arrival.frame] : [];
  return { frames: wire.arrivals.entries.flatMap(isFrame), code, reason };
}

/** A valid frame, changed somewhere by chance. */
function mutated(chance: Seeded, frame: string): string {
  const at = chance.below(frame.length);
  const cut = chance.below(40);
  const junk = ["", "{", '"', "[[", "\\u0000", "9e999", "\u0000", "null", "é", "}", ":", "-"];
  return chance.pick([
    () => frame.slice(0, at) + frame.slice(at + cut),
    () => frame.slice(0, at) + chance.pick(junk) + frame.slice(at),
    () => frame.slice(0, at) + String.fromCharCode(chance.below(0xd800)) + frame.slice(at + 1),
    () => frame.replace(/"(?=[a-z_]+":)/g, () => chance.below(8) === 0 ? '"__proto__":1,"' : '"'),
    () => frame.replace(/:("[^"]*"|\d+)/g, (all) => chance.below(5) === 0 ? ":[]" : all),
  ])();
}

testNeeding(REAL, "whoever connects by hand gets what the protocol says", async (t) => {
  await using folder = await temporaryFolder();
  await using server = await startServer({
    data: `${folder.path}/server`,
    key: 0,
    args: ["--log-level", "debug"],
  });
  const { pid } = server.program;
  // It says nothing from here on; what becomes of it is looked at in the end.
  await using silent = await Wire.open(server.url);
  const healthy = new Identity(1);
  await using witness = await healthy.enter(server.url, "witness");

  const isServing = async () => {
    const before = witness.arrivals.entries.length;
    witness.send(healthy.frame("LIST_REQUEST", server.serverId, {}));
    await witness.frame("LIST_RESPONSE", {}, before);
    const log = server.program.output.toString();
    assertFalse(log.includes("internal error"), log);
    assertEquals(server.program.pid, pid);
  };

  await t.step("a user is welcomed with a signed ACK and everybody who is there", async () => {
    const user = new Identity(2);
    await using wire = await Wire.open(server.url);
    wire.send(user.hello("Zoë"));
    const ack = await wire.frame("ACK");
    assertEquals(ack.to, user.id);
    assertEquals([ack.from, ack.payload.server_id], [server.serverId, server.serverId]);
    assertEquals(bytesOf(ack.payload.challenge).length, 32);
    assert(await isSigned(ack, ack.payload.pubkey), "PSS with a salt of 478 bytes");
    assertFalse(await isSigned({ ...ack, payload: { ...ack.payload, ts: 1 } }, ack.payload.pubkey));
    const advert = await wire.frame("USER_ADVERTISE", { user_id: healthy.id });
    assertEquals(advert.payload.meta.pubkey, healthy.publicKey);
    assert(await isSigned(advert, ack.payload.pubkey));
    const seen = await witness.frame("USER_ADVERTISE", { user_id: user.id });
    assertEquals(seen.payload.meta.display_name, "Zoë");
  });

  await t.step("a server is welcomed, and forgotten unless it announces itself", async () => {
    const joiner = new Identity(3);
    const introduction = { host: "127.0.0.1", port: 9, pubkey: joiner.publicKey };
    await using wire = await Wire.open(server.url);
    wire.send(await joiner.sealed("SERVER_HELLO_JOIN", `127.0.0.1:${server.port}`, introduction));
    const welcome = await wire.frame("SERVER_WELCOME");
    assertEquals(welcome.payload.assigned_id, joiner.id);
    const [own, ...others] = welcome.payload.servers;
    assertEquals([own.server_id, own.port, others], [server.serverId, server.port, []]);
    assert(await isSigned(welcome, own.pubkey));
  });

  await t.step("any other first message is answered with a reason and the door", async () => {
    const user = new Identity(2);
    const cases: [string, string, RegExp][] = [
      ["hello", "UNKNOWN_TYPE|BAD_KEY", /JSON/],
      ["[]", "BAD_KEY", /object/],
      ['{"type":"PING"}', "UNKNOWN_TYPE", /"PING"/],
      [user.frame("LIST_REQUEST", "*", {}), "UNKNOWN_TYPE", /LIST_REQUEST/],
      [user.frame("USER_HELLO", "*", { client: "x" }), "BAD_KEY", /pubkey/],
      [user.frame("USER_HELLO", "*", { pubkey: "dummy" }), "BAD_KEY", /./],
      [user.frame("USER_HELLO", "*", { pubkey: "OVERRIDE_PUBLIC_KEY" }), "BAD_KEY", /./],
      [`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, "BAD_KEY", /deep|nest|depth/i],
      ["[".repeat(10_000), "BAD_KEY", /./],
    ];
    await Promise.all(cases.map(async ([frame, code, detail]) => {
      const answer = await firstMessage(server, frame);
      const shown = `${frame.slice(0, 60)} → ${JSON.stringify(answer)}`;
      assertEquals(answer.frames.map(({ type }) => type), ["ERROR"], shown);
      assertMatch(answer.frames[0]?.payload.code, new RegExp(`^(${code})$`), shown);
      assertMatch(answer.frames[0]?.payload.detail, detail, shown);
      assertEquals(answer.code, 1008, shown);
    }));
    await isServing();
  });

  await t.step("a binary message is closed with 1003, a frame of 65 KiB with 1009", async () => {
    const [binary, big] = await Promise.all([
      firstMessage(server, utf8(new Identity(2).hello())),
      firstMessage(server, `${new Identity(2).hello()}${" ".repeat(65 * 1024)}`),
    ]);
    assertEquals([binary.code, binary.frames], [1003, []]);
    assertEquals([big.code, big.frames], [1009, []]);
    await isServing();
  });

  await t.step("an id in use stays its owner's", async () => {
    const answer = await firstMessage(server, healthy.hello());
    assertEquals(answer.frames.map(({ payload }) => payload.code), ["NAME_IN_USE"]);
    await isServing();
  });

  await t.step("thousands of broken frames disturb nobody (THREATS 11, 12)", async () => {
    const chance = new Seeded(0x50c9);
    const user = new Identity(3);
    const templates = [
      user.hello("x"),
      user.frame("LIST_REQUEST", server.serverId, {}),
      user.frame("PUBKEY_REQUEST", server.serverId, { user_id: healthy.id }),
      user.frame("MSG_DIRECT", healthy.id, {
        ciphertext: "A".repeat(683),
        sender_pub: user.publicKey,
        content_sig: "A".repeat(683),
      }),
      await user.sealed("HEARTBEAT", server.serverId, {}),
    ];
    // An error is never answered with an error, so these cost the server no signature and none is spared.
    const unanswered = user.frame("ERROR", "*", { code: "X", detail: "y", msg_ref: "QQ" });

    const strangers = Array.from({ length: 60 }, async () => {
      await using wire = await Wire.open(server.url);
      for (let i = 0; i < 20; i++) wire.send(mutated(chance, chance.pick(templates)));
      await wire.closed();
    });
    await Promise.all(strangers);

    await using wire = await user.enter(server.url);
    for (let i = 0; i < 2_000; i++) wire.send(mutated(chance, unanswered));
    for (let i = 0; i < 100; i++) wire.send(mutated(chance, chance.pick(templates.slice(1))));
    await isServing();
  });

  await t.step("whoever says nothing is told so after 5 s and sent away", async () => {
    const { code, reason } = await silent.closed();
    assertEquals(code, 1008);
    assertStringIncludes(reason, "TIMEOUT");
    const { payload } = await silent.frame("ERROR");
    assertEquals(payload.code, "TIMEOUT");
    assertStringIncludes(payload.detail, "USER_HELLO");
    await isServing();
  });
});
