import { assert, assertEquals } from "@std/assert";
import { CATALOG, type MessageType } from "../../lib/protocol/catalog.ts";
import type { JsonObject, JsonValue } from "../../lib/protocol/json.ts";
import type { Frame } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

const UNSIGNED: readonly (readonly [string, JsonValue | undefined])[] = [
  ["missing", undefined],
  ["empty", ""],
  ["null", null],
  ["a number", 7],
  ["an array", []],
  ["an object", {}],
  ["no signature", "AAAA"],
];

/** What a frame of each type would say if it were signed; good enough to be taken then. */
function payloads(id: string, user: string, key: string): Record<MessageType, JsonObject> {
  const introduction = { host: "rome", port: 8765, pubkey: key };
  const block = "A".repeat(683);
  const content = { ciphertext: block, sender_pub: key, content_sig: block };
  return {
    SERVER_HELLO_JOIN: introduction,
    SERVER_WELCOME: { assigned_id: user, servers: [{ server_id: id, ...introduction }] },
    SERVER_ANNOUNCE: introduction,
    USER_ADVERTISE: { user_id: user, server_id: id, meta: { pubkey: key } },
    USER_REMOVE: { user_id: user, server_id: id },
    SERVER_DELIVER: { user_id: user, sender: user, ...content },
    HEARTBEAT: {},
    USER_HELLO: { pubkey: key },
    USER_PROOF: { challenge: "AAAA", server_id: id, user_id: user, ts: 0 },
    MSG_DIRECT: content,
    USER_DELIVER: { sender: user, ...content },
    PUBLIC_CHANNEL_ADD: { add: [user] },
    PUBLIC_CHANNEL_UPDATED: { version: 1, wraps: [] },
    PUBLIC_CHANNEL_KEY_SHARE: {
      shares: [{ member: user, wrapped_public_channel_key: block }],
      creator_pub: key,
      content_sig: block,
    },
    MSG_PUBLIC_CHANNEL: content,
    FILE_START: { file_id: "f", name: "n", size: 1, sha256: "00", mode: "dm" },
    FILE_CHUNK: { file_id: "f", index: 0, ciphertext: block },
    FILE_END: { file_id: "f" },
    ACK: { msg_ref: "AAAA" },
    ERROR: { code: "TIMEOUT", detail: "" },
    CTRL_CLOSE: {},
    LIST_REQUEST: {},
    LIST_RESPONSE: { users: [] },
    PUBKEY_REQUEST: { user_id: user },
    PUBKEY_RESPONSE: { user_id: user, pubkey: key, version: 1, directory: id },
  };
}

const RECEIVERS: Partial<Record<MessageType, "*" | "public" | "user">> = {
  USER_ADVERTISE: "*",
  USER_REMOVE: "*",
  PUBLIC_CHANNEL_ADD: "*",
  PUBLIC_CHANNEL_UPDATED: "*",
  PUBLIC_CHANNEL_KEY_SHARE: "*",
  MSG_PUBLIC_CHANNEL: "public",
  MSG_DIRECT: "user",
  USER_DELIVER: "user",
  FILE_START: "user",
  FILE_CHUNK: "user",
  FILE_END: "user",
};

/** The frame of a type as this peer would send it, with something instead of the signature. */
function stripped(
  frame: (type: string, to: string, payload: JsonObject) => Frame,
  type: MessageType,
  ids: { readonly server: string; readonly user: string; readonly key: string },
  sig: JsonValue | undefined,
): string {
  const to = RECEIVERS[type] ?? ids.server;
  const made = frame(
    type,
    to === "user" ? ids.user : to,
    payloads(ids.server, ids.user, ids.key)[type],
  );
  return JSON.stringify(sig === undefined ? made : { ...made, sig });
}

async function linked(world: World) {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const ids = { server: rome.id, user: world.entropy.id(), key: rome.keys.publicKey };
  return { london, rome, ids };
}

const REQUIRED = (Object.keys(CATALOG) as MessageType[])
  // What a user may say without, a server may not (D23).
  .filter((type) => CATALOG[type].sig === "required" || CATALOG[type].author === "either");

scene("THREATS 7: what must be signed by a server is refused without", async (world) => {
  const { london, rome, ids } = await linked(world);
  const before = london.tables;
  for (const type of REQUIRED) {
    for (const [what, sig] of UNSIGNED) {
      rome.news();
      await rome.sends(stripped((...said) => rome.frame(...said), type, ids, sig));
      assertEquals(london.tables, before, `${type}, ${what}`);
      // An answer is never answered, as far as it can be read at all.
      const readable = sig === undefined || typeof sig === "string";
      const silent = readable && (type === "ERROR" || type === "ACK");
      const answers = rome.received.map(({ type }) => type);
      assertEquals(answers, silent ? [] : ["ERROR"], `${type}, ${what}`);
    }
  }
});

scene("THREATS 7: a first frame that must be signed is refused without", async (world) => {
  const { london, ids } = await linked(world);
  const before = london.tables;
  for (const [what, sig] of UNSIGNED) {
    const oslo = await world.rawServer("oslo");
    await oslo.dials(london);
    const key = oslo.keys.publicKey;
    const said = { ...ids, key };
    await oslo.sends(stripped((...said) => oslo.frame(...said), "SERVER_ANNOUNCE", said, sig));
    assertEquals([oslo.refusals.length, oslo.closed?.code], [1, 1008], what);
    assertEquals(london.tables, before, what);
  }
});

scene("THREATS 7: a proof without a signature proves nothing", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const { sig: _, ...proof } = JSON.parse(await alice.proof());
  for (const [what, sig] of UNSIGNED) {
    alice.news();
    await alice.sends(JSON.stringify(sig === undefined ? proof : { ...proof, sig }));
    assertEquals(alice.received.map(({ type }) => type), ["ERROR"], what);
    assertEquals(london.node.state.users.registration(alice.id)?.proven, false, what);
  }
});

scene(
  "THREATS 7: where a signature may be missing, a wrong one is still refused",
  async (world) => {
    const { london, rome } = await linked(world);
    const before = london.tables;
    for (const type of ["USER_HELLO", "SERVER_HELLO_JOIN"] as const) {
      for (const [what, sig] of UNSIGNED.slice(2)) {
        const peer = await world.rawUser("somebody", london);
        const ids = { server: peer.id, user: peer.id, key: peer.keys.publicKey };
        await peer.sends(stripped((...said) => peer.frame(...said), type, ids, sig));
        assertEquals([peer.refusals.length, peer.closed?.code], [1, 1008], `${type}, ${what}`);
      }
    }
    assertEquals(london.tables, before);
    assertEquals(rome.refusals, []);
  },
);

scene("THREATS 7: a client believes no server without a signature", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  await bob.says("hi", alice);
  const [delivered] = world.network.sent.filter(({ text }) => text.includes('"USER_DELIVER"'));
  assert(delivered);
  const frame = JSON.parse(await bobsNext(world));
  for (const [, sig] of UNSIGNED) {
    world.network.inject("london", "alice", JSON.stringify({ ...frame, sig }));
    await world.settle();
  }
  assertEquals(alice.heard, ["bob: hi"]);
  world.network.inject("london", "alice", JSON.stringify(frame));
  await world.settle();
  assertEquals(alice.heard, ["bob: hi", "bob: and again"]);
});

/** A delivery that Alice has not seen yet. */
async function bobsNext(world: World): Promise<string> {
  const [alice, bob] = world.people;
  assert(alice && bob);
  world.network.part("alice", "london");
  await bob.says("and again", alice);
  const text = world.network.sent.findLast(({ text }) => text.includes('"USER_DELIVER"'))?.text;
  world.network.dropHeldUp("alice", "london");
  world.network.heal("alice", "london");
  return text ?? "";
}
