import { assert, assertEquals } from "@std/assert";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import type { JsonObject } from "../../lib/protocol/json.ts";
import {
  directSigningInput,
  fileStartSigningInput,
  publicSigningInput,
} from "../../lib/protocol/signing_input.ts";
import type { RawUser } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

const CIPHERTEXT = encodeBase64url(new Uint8Array(512));

async function publicMessage(world: World, from: RawUser): Promise<string> {
  const ts = world.clock.now();
  const input = publicSigningInput({ ciphertext: CIPHERTEXT, from: from.id, ts });
  const content_sig = encodeBase64url(await world.crypto.sign(from.keys.privateKey, input));
  const payload = { ciphertext: CIPHERTEXT, sender_pub: from.keys.publicKey, content_sig };
  return JSON.stringify(from.frame("MSG_PUBLIC_CHANNEL", "public", payload, ts));
}

/** Two people on two servers, and a third on the first. */
async function threePeople(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const [alice, bob, carol] = [
    await world.rawUser("alice", london),
    await world.rawUser("bob", paris),
    await world.rawUser("carol", london),
  ];
  for (const user of [alice, bob, carol]) await user.enters();
  for (const user of [alice, bob, carol]) user.news();
  return { london, paris, alice, bob, carol };
}

scene(
  "a public message reaches every member once, unchanged, but not its sender",
  async (world) => {
    const { alice, bob, carol } = await threePeople(world);
    const text = await publicMessage(world, alice);
    await alice.sends(text, text);
    assertEquals(bob.received.map((frame) => JSON.stringify(frame)), [text]);
    assertEquals(carol.received.map((frame) => JSON.stringify(frame)), [text]);
    assertEquals(alice.received, []);
  },
);

scene("a public message with another's content_sig goes nowhere", async (world) => {
  const { alice, bob, carol } = await threePeople(world);
  const frame = JSON.parse(await publicMessage(world, carol));
  await alice.sends(JSON.stringify({ ...frame, from: alice.id }));
  assertEquals(alice.refusals, ["INVALID_SIG"]);
  assertEquals([bob.received, carol.received], [[], []]);
});

for (const receiver of ["bob", "carol", "public"]) {
  scene(`a file for ${receiver} is passed on unread and unchanged (§9.4)`, async (world) => {
    const people = await threePeople(world);
    const { alice, bob, carol } = people;
    const to = receiver === "bob" ? bob.id : receiver === "carol" ? carol.id : "public";
    const frames: readonly [string, JsonObject][] = [
      ["FILE_START", { file_id: "f1", name: "a.txt", size: 3, sha256: "00", mode: "dm" }],
      ["FILE_CHUNK", { file_id: "f1", index: 0, ciphertext: CIPHERTEXT }],
      ["FILE_CHUNK", { file_id: "f1", index: 1, ciphertext: CIPHERTEXT }],
      ["FILE_END", { file_id: "f1" }],
    ];
    const texts = frames.map(([type, payload]) => JSON.stringify(alice.frame(type, to, payload)));
    await alice.sends(...texts);
    for (const person of [bob, carol]) {
      const got = person.received.map((frame) => JSON.stringify(frame));
      assertEquals(got, to === person.id || to === "public" ? texts : []);
    }
    assertEquals(alice.received, []);
  });
}

scene("a file to nobody is answered USER_NOT_FOUND", async (world) => {
  const { alice } = await threePeople(world);
  const end = alice.frame("FILE_END", world.entropy.id(), { file_id: "f1" });
  await alice.sends(JSON.stringify(end));
  assertEquals(alice.refusals, ["USER_NOT_FOUND"]);
});

scene("a file whose start is signed falsely is not passed on (D25)", async (world) => {
  const { alice, bob } = await threePeople(world);
  const ts = world.clock.now();
  const start = { file_id: "f1", name: "a.txt", size: 3, sha256: "00", mode: "dm" } as const;
  const input = fileStartSigningInput({ ...start, from: alice.id, to: bob.id, ts });
  const content_sig = encodeBase64url(await world.crypto.sign(alice.keys.privateKey, input));
  const signed = alice.frame("FILE_START", bob.id, { ...start, content_sig }, ts);
  await alice.sends(JSON.stringify({ ...signed, payload: { ...signed.payload, size: 4 } }));
  assertEquals([alice.refusals, bob.received], [["INVALID_SIG"], []]);
  await alice.sends(JSON.stringify(signed));
  assertEquals(bob.of("FILE_START").length, 1);
});

scene(
  "a server speaks of files only for its own users, if they did not sign (D9)",
  async (world) => {
    const { london, alice, bob, carol } = await threePeople(world);
    const rome = await world.rawServer("rome");
    await rome.links(london);
    const end = { ...bob.frame("FILE_END", carol.id, { file_id: "f1" }) };
    await rome.sends(JSON.stringify(end));
    await rome.sends(JSON.stringify({ ...end, from: alice.id }));
    assertEquals(rome.refusals, ["INVALID_SIG", "INVALID_SIG"]);
    assertEquals(carol.of("FILE_END"), []);
  },
);

/** Alice is in London, Bob at a server of another team that is linked to London. */
async function anotherTeam(world: World) {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const bob = await world.stranger("bob");
  await rome.sends(await rome.advertise(bob));
  await world.advance(1_000);
  for (const peer of [alice, rome]) peer.news();
  return { london, alice, rome, bob };
}

const TRANSFER: readonly [string, JsonObject][] = [
  ["FILE_START", { file_id: "f1", name: "a.txt", size: 3, sha256: "00", mode: "dm" }],
  ["FILE_CHUNK", { file_id: "f1", index: 0, ciphertext: CIPHERTEXT }],
  ["FILE_END", { file_id: "f1" }],
];

scene(
  "a file for a user of another team goes there inside SERVER_DELIVER (§9.4)",
  async (world) => {
    const { london, alice, rome, bob } = await anotherTeam(world);
    const frames = TRANSFER.map(([type, payload]) => alice.frame(type, bob.id, payload));
    await alice.sends(...frames.map((frame) => JSON.stringify(frame)));
    assertEquals(alice.received, []);
    const got = rome.received.map(({ type, from, to, ts, payload }) => ({
      type,
      from,
      to,
      ts,
      payload,
    }));
    assertEquals(
      got,
      frames.map(({ ts, payload }) => {
        const said = { ...payload, user_id: bob.id, sender: alice.id };
        const bound = { type: "SERVER_DELIVER", origin: london.id, ts };
        return {
          type: "SERVER_DELIVER",
          from: london.id,
          to: rome.id,
          ts,
          payload: { ...said, ...bound },
        };
      }),
    );
    await rome.sends(JSON.stringify(rome.received[0]));
    assertEquals(alice.received, [], "what comes back is dropped");
  },
);

scene(
  "a file from a user of another team comes out of SERVER_DELIVER as it was sent (§9.4)",
  async (world) => {
    const { london, alice, rome, bob } = await anotherTeam(world);
    const ts = world.clock.now();
    for (const [, payload] of TRANSFER) {
      const said = { ...payload, user_id: alice.id, sender: bob.id };
      await rome.sends(await rome.says("SERVER_DELIVER", london.id, said, ts));
    }
    assertEquals(rome.received, [], "neither refused nor acknowledged");
    assertEquals(
      alice.received,
      TRANSFER.map(([type, payload]) => ({ type, from: bob.id, to: alice.id, ts, payload })),
    );
  },
);

scene(
  "a file inside SERVER_DELIVER that its user signed comes from anywhere, unsigned from home only (D9)",
  async (world) => {
    const { london, alice, rome, bob } = await anotherTeam(world);
    const oslo = await world.rawServer("oslo");
    await oslo.links(london);
    await world.advance(1_000);
    oslo.news();
    const ts = world.clock.now();
    const chunk = { file_id: "f1", index: 0, ciphertext: CIPHERTEXT };
    const input = directSigningInput({ ciphertext: CIPHERTEXT, from: bob.id, to: alice.id, ts });
    const content_sig = encodeBase64url(await world.crypto.sign(bob.keys.privateKey, input));
    const said = { ...chunk, user_id: alice.id, sender: bob.id };
    const says = (payload: JsonObject) => oslo.says("SERVER_DELIVER", london.id, payload, ts);
    await oslo.sends(await says(said));
    const forged = encodeBase64url(new Uint8Array(512));
    await oslo.sends(await says({ ...said, content_sig: forged }));
    assertEquals([oslo.refusals, alice.received], [["INVALID_SIG", "INVALID_SIG"], []]);
    await oslo.sends(await says({ ...said, content_sig }));
    assertEquals(alice.of("FILE_CHUNK").map(({ payload }) => payload), [{ ...chunk, content_sig }]);
    assertEquals([oslo.refusals.length, rome.refusals], [2, []]);
  },
);
