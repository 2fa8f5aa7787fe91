import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { channelKeyOf } from "../../lib/e2ee/channel_key.ts";
import { Keyring } from "../../lib/e2ee/keyring.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { publicSigningInput } from "../../lib/protocol/signing_input.ts";
import { seal } from "../../lib/e2ee/seal.ts";
import type { Person } from "../support/person.ts";
import { RawHome } from "../support/raw_home.ts";
import type { RawUser } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

/** Longer than nobody's key takes to come, in ms. */
const A_WHILE = 5_000;

const keyOf = ({ client }: Person) => client.channelKey;

/** Two servers and people on both, who all have the channel's key. */
async function party(world: World) {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  await world.advance(A_WHILE);
  const bob = await world.person("bob", london);
  const carol = await world.person("carol", paris);
  const dave = await world.person("dave", paris);
  await world.advance(A_WHILE);
  return { london, paris, alice, bob, carol, dave, all: [alice, bob, carol, dave] };
}

scene(
  "who is alone makes the key, and who comes later is given the same one (D23)",
  async (world) => {
    const { alice, all } = await party(world);
    assertEquals(keyOf(alice)?.epoch, 1);
    for (const person of all) assertEquals(keyOf(person)?.channelPub, keyOf(alice)?.channelPub);
  },
);

scene("a text to everybody reaches each other member once, on every server", async (world) => {
  const { alice, bob, carol, dave } = await party(world);
  const message = await alice.saysToAll("good evening");
  assertEquals(message.state, "taken");
  for (const person of [bob, carol, dave]) assertEquals(person.heardByAll, ["alice: good evening"]);
  assertEquals(alice.heardByAll, []);
  await carol.saysToAll("hello");
  assertEquals(alice.heardByAll, ["carol: hello"]);
  assertEquals(bob.heardByAll, ["alice: good evening", "carol: hello"]);
});

scene(
  "one frame goes to all, byte for byte, and no server ever holds what opens it",
  async (world) => {
    const { alice } = await party(world);
    const before = world.network.sent.length;
    await alice.saysToAll("good evening");
    const copies = world.network.sent.slice(before)
      .filter(({ text }) => text.includes('"MSG_PUBLIC_CHANNEL"'));
    assertEquals(copies.map(({ from, to }) => `${from} → ${to}`).sort(), [
      "alice → london",
      "london → bob",
      "london → paris",
      "paris → carol",
      "paris → dave",
    ]);
    assertEquals(new Set(copies.map(({ text }) => text)).size, 1);
    const secret = await world.crypto.exportPrivateKey(
      alice.keyring.current?.pair.privateKey ?? alice.keys.privateKey,
    );
    const spelled = encodeBase64url(secret);
    for (const { store } of world.servers) assert(!JSON.stringify(store.load()).includes(spelled));
  },
);

scene("a long text is one message to everybody (D4)", async (world) => {
  const { alice, dave } = await party(world);
  const text = "word ".repeat(3_000);
  await alice.saysToAll(text);
  assertEquals(dave.heardByAll, [`alice: ${text}`]);
});

scene(
  "what is said before there is a key waits for it, and private texts do not",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.person("alice", london);
    const bob = await world.person("bob", london);
    const message = await alice.saysToAll("is anybody here?");
    await alice.says("psst", bob);
    assertEquals([message.state, bob.heard], ["sending", ["alice: psst"]]);
    await world.advance(A_WHILE);
    assertEquals([message.state, bob.heardByAll], ["taken", ["alice: is anybody here?"]]);
  },
);

scene("what is said while the connection is lost goes out once it is back, once", async (world) => {
  const { alice, bob } = await party(world);
  world.network.cut("alice", "london");
  const message = await alice.saysToAll("still here");
  assertEquals(message.state, "sending");
  await world.advance(60_000);
  assertEquals([message.state, bob.heardByAll], ["taken", ["alice: still here"]]);
});

scene("who joins late reads what is new and not what is old", async (world) => {
  const { london, alice } = await party(world);
  await alice.saysToAll("before");
  const erin = await world.person("erin", london);
  await world.advance(A_WHILE);
  await alice.saysToAll("after");
  assertEquals(erin.heardByAll, ["alice: after"]);
});

scene("a message that overtakes its key waits for it", async (world) => {
  const { paris, alice, carol } = await party(world);
  const erin = await world.stranger("erin");
  // Whoever would share the key cannot be heard for a moment; what alice says can.
  for (const holder of ["bob", "carol", "dave"]) world.network.part(holder, "london");
  world.network.part("carol", "paris");
  world.network.part("dave", "paris");
  await erin.enters(paris);
  await alice.saysToAll("welcome");
  await world.advance(10);
  world.network.heal("carol", "paris");
  await world.advance(A_WHILE);
  assertEquals(erin.heardByAll, ["alice: welcome"]);
  assertEquals(keyOf(erin)?.channelPub, keyOf(carol)?.channelPub);
});

scene(
  "a message to a key that never comes is said to be unreadable, after a while",
  async (world) => {
    const { london, bob } = await party(world);
    const mallory = await world.rawUser("mallory", london);
    await mallory.enters();
    const { publicKey } = await world.crypto.generateKeyPair();
    const ciphertext = await seal(world.crypto, publicKey, new TextEncoder().encode("old news"));
    await speaks(mallory, ciphertext, { epoch: 77 });
    assertEquals(bob.of("refused"), []);
    await world.advance(11_000);
    const [refused, ...others] = bob.of("refused");
    assertEquals(others, []);
    assertMatch(refused?.reason ?? "", /key of the public channel that never came here/);
    assertEquals(world.nameOf(refused?.from?.id ?? ""), "mallory");
  },
);

scene("members who come back after a week have the key that was made meanwhile", async (world) => {
  const { london, paris, alice, bob, carol, dave } = await party(world);
  const first = keyOf(alice);
  for (const person of [alice, bob, carol, dave]) await person.leaves();
  // Everybody else loses the key, so that another one is made.
  for (const person of [alice, carol, dave]) person.keyring = new Keyring();
  for (const server of [london, paris]) {
    await server.crash();
    server.losesDatabase();
  }
  await world.advance(7 * 24 * 3_600_000);
  for (const server of [london, paris]) await server.open();
  await world.advance(30_000);
  for (const person of [alice, carol, dave]) await person.enters(person === alice ? london : paris);
  await world.advance(A_WHILE);
  assertNotEquals(keyOf(alice)?.channelPub, first?.channelPub);
  await bob.enters(london);
  await world.advance(A_WHILE);
  const keys = new Set([alice, bob, carol, dave].map((person) => keyOf(person)?.channelPub));
  assertEquals(keys.size, 1);
});

scene(
  "a member who comes back alone is given the key by the server, which cannot read it",
  async (world) => {
    const { london, paris, alice, all } = await party(world);
    const key = keyOf(alice);
    for (const person of all) await person.leaves();
    for (const server of [london, paris]) await server.crash();
    await world.advance(24 * 3_600_000);
    await london.open();
    alice.keyring = new Keyring();
    await alice.enters(london);
    assertEquals(keyOf(alice)?.channelPub, key?.channelPub);
  },
);

scene(
  "two who make a key at the same moment end with one, and so do all who come (D23)",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    world.network.part("london", "paris");
    const alice = await world.person("alice", london);
    const carol = await world.person("carol", paris);
    await world.advance(A_WHILE);
    assertNotEquals(keyOf(alice)?.channelPub, keyOf(carol)?.channelPub);
    world.network.heal("london", "paris");
    await world.advance(35_000);
    const smaller = [...alice.keyring.all()].map(({ channelPub }) => channelPub).sort()[0];
    assertEquals([keyOf(alice)?.channelPub, keyOf(carol)?.channelPub], [smaller, smaller]);
    await alice.saysToAll("hello");
    assertEquals(carol.heardByAll, ["alice: hello"]);
  },
);

scene(
  "plain text of other teams is read and marked; who refuses it is told of it (D24)",
  async (world) => {
    const { london, bob, carol } = await party(world);
    await carol.leaves();
    carol.refusePlain = true;
    await carol.enters(london);
    const eve = await world.rawUser("eve", london);
    await eve.enters();
    await speaks(eve, encodeBase64url(new TextEncoder().encode("hello in the clear")));
    const [heard] = bob.of("message");
    assertEquals([heard?.text, heard?.encrypted, heard?.to], [
      "hello in the clear",
      false,
      "public",
    ]);
    assertEquals(carol.heardByAll, []);
    assertMatch(carol.of("refused")[0]?.reason ?? "", /not encrypted/);
  },
);

scene(
  "text of other teams that is encrypted to one reader is read by that reader (D24)",
  async (world) => {
    const { london, bob } = await party(world);
    const eve = await world.rawUser("eve", london);
    await eve.enters();
    const text = new TextEncoder().encode("for bob");
    await speaks(eve, await seal(world.crypto, bob.keys.publicKey, text));
    const [heard] = bob.of("message");
    assertEquals([heard?.text, heard?.encrypted], ["for bob", true]);
  },
);

scene("what was not signed by its sender is shown to nobody", async (world) => {
  const { london, alice, bob } = await party(world);
  const eve = await world.rawUser("eve", london);
  await eve.enters();
  const ciphertext = encodeBase64url(new TextEncoder().encode("I am alice"));
  await speaks(eve, ciphertext, {}, { from: alice.id });
  await speaks(eve, ciphertext, { content_sig: encodeBase64url(new Uint8Array(512)) });
  assertEquals([bob.heardByAll, bob.of("refused")], [[], []]);
  assertEquals(eve.of("ERROR").map(({ payload }) => payload["code"]), [
    "INVALID_SIG",
    "INVALID_SIG",
  ]);
});

/** Says something to everybody as another team's program does. */
async function speaks(
  user: RawUser,
  ciphertext: string,
  members: Record<string, string | number> = {},
  overrides: Record<string, string> = {},
): Promise<void> {
  const { world, keys } = user;
  const ts = world.clock.now();
  const input = publicSigningInput({ ciphertext, from: user.id, ts });
  const content_sig = encodeBase64url(await world.crypto.sign(keys.privateKey, input));
  const payload = { ciphertext, sender_pub: keys.publicKey, content_sig, ...members };
  const frame = user.frame("MSG_PUBLIC_CHANNEL", "public", payload, ts);
  await user.sends(JSON.stringify({ ...frame, ...overrides }));
  await world.settle();
}

scene(
  "a slow server's answer to an earlier question does not pass for the one to a later text",
  async (world) => {
    const home = await RawHome.open(world);
    const alice = await world.stranger("alice");
    const answers = () => home.says("PUBKEY_RESPONSE", alice.id, ownKey(alice, home.server.id));
    const pair = await world.crypto.generateKeyPair();
    alice.keyring.take(await channelKeyOf(world.crypto, 1, pair));
    await alice.enters(home);
    await home.welcomes(alice);
    const one = await alice.saysToAll("one");
    await world.advance(6_000);
    const two = await alice.saysToAll("two");
    await answers();
    assertEquals([one.state, two.state], ["taken", "sending"]);
    // What the server may never have read goes out again.
    await home.server.hangsUp();
    await world.advance(2_000);
    await home.welcomes(alice);
    const texts = home.server.of("MSG_PUBLIC_CHANNEL").map(({ ts }) => ts);
    assertEquals([texts.length, new Set(texts).size], [3, 2]);
    await answers();
    assertEquals(two.state, "taken");
  },
);

/** What a server says of a user's own key. */
function ownKey({ id, keys }: Person, directory: string) {
  return { user_id: id, pubkey: keys.publicKey, version: 1, directory };
}

scene(
  "what may have been read by all is not said to all a second time by itself",
  async (world) => {
    const { alice, bob, london } = await party(world);
    // It gets there, and the answer does not come back for a long time.
    const message = alice.client.say("once");
    await world.advance(75);
    world.network.part("alice", london.name);
    await world.advance(400_000);
    world.network.heal("alice", london.name);
    await world.advance(120_000);
    assertEquals(bob.heardByAll, ["alice: once"]);
    assertEquals(message.state, "failed");
    assertMatch(message.why ?? "", /before it was known whether this has arrived/);
    alice.client.retry();
    await world.advance(5_000);
    assertEquals([message.state, bob.heardByAll], ["taken", ["alice: once", "alice: once"]]);
  },
  { delayMs: 50 },
);
