import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sealDirect } from "../../lib/client/direct_message.ts";
import { scene } from "../support/world.ts";

scene("a text goes to somebody on the same server, and back", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", london);
  const hi = await alice.says("hi", bob);
  assertEquals([hi.state, bob.heard], ["taken", ["alice: hi"]]);
  await bob.says("good morning ☀", alice);
  assertEquals(alice.heard, ["bob: good morning ☀"]);
});

scene("a text goes to somebody on another server, and back", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const hi = await alice.says("hi", bob);
  assertEquals([hi.state, bob.heard], ["taken", ["alice: hi"]]);
  await bob.says("good morning ☀", alice);
  assertEquals(alice.heard, ["bob: good morning ☀"]);
});

scene("between servers a message keeps its ts and its user ids (D16)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.rawUser("alice", london);
  const bob = await world.rawUser("bob", paris);
  await alice.enters();
  await bob.enters();
  const then = world.clock.now() - 5_000;
  const { text, messageRef } = await alice.sealed(bob, "hi", then);
  await alice.sends(text);
  const [delivered] = bob.of("USER_DELIVER");
  assertEquals([delivered?.from, delivered?.to, delivered?.ts], [paris.id, bob.id, then]);
  assertEquals(delivered?.payload["sender"], alice.id);
  const said = alice.of("ACK").map(({ payload }) => payload["msg_ref"]);
  assertEquals(said, ["USER_HELLO", messageRef]);
});

scene("MSG_PRIVATE is MSG_DIRECT by another name (D20)", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends((await alice.direct(bob, "hi")).replace("MSG_DIRECT", "MSG_PRIVATE"));
  assertEquals(bob.heard, ["alice: hi"]);
});

scene("a message to nobody is answered USER_NOT_FOUND with its reference", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  const nobody = await world.stranger("nobody");
  await alice.enters();
  const { text, messageRef } = await alice.sealed(nobody, "hi");
  await alice.sends(text);
  const [refusal] = alice.of("ERROR");
  assertEquals(refusal?.payload["code"], "USER_NOT_FOUND");
  assertEquals(refusal?.payload["msg_ref"], messageRef);
});

scene("a failed message may be sent again as it is once its recipient is there", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  const bob = await world.stranger("bob");
  await alice.enters();
  const text = await alice.direct(bob, "hi");
  await alice.sends(text);
  await bob.enters(london);
  await alice.sends(text);
  assertEquals(bob.heard, ["alice: hi"]);
});

scene("a message to a user whose server is out of reach waits 10 s, then fails", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  await paris.crash();
  assertEquals(alice.sees, ["bob"]);
  const lost = await alice.says("are you there?", bob);
  await world.advance(9_999);
  assertEquals(lost.state, "sending");
  await world.advance(1);
  assertEquals(lost.state, "failed");
  assertStringIncludes(lost.why ?? "", "could not be reached within 10 s");
});

scene("messages that wait go out, in order, when the way is open again", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  await world.advance(20_000);
  world.network.cut("london", "paris");
  await world.settle();
  const first = await alice.says("one", bob);
  const second = await alice.says("two", bob);
  assertEquals([london.linked, first.state, bob.heard], [[], "sending", []]);
  await world.advance(5_000);
  assertEquals(bob.heard, ["alice: one", "alice: two"]);
  assertEquals([first.state, second.state], ["taken", "taken"]);
}, { slowness: 40 });

scene("a message that waits for one who comes here is delivered here", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  await paris.crash();
  const note = await alice.says("welcome back", bob);
  const again = world.twin(bob);
  await again.enters(london);
  assertEquals([again.heard, note.state], [["alice: welcome back"], "taken"]);
});

scene("taken is said only when the recipient's server has taken it (D21)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  world.network.part("london", "paris");
  const message = await alice.says("hi", bob);
  await world.advance(9_000);
  assertEquals(message.state, "sending");
  world.network.heal("london", "paris");
  await world.settle();
  assertEquals([message.state, bob.heard], ["taken", ["alice: hi"]]);
});

scene("after 10 s without confirmation the sender is told TIMEOUT, once", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  world.network.part("london", "paris");
  const message = await alice.says("hi", bob);
  await world.advance(10_000);
  assertEquals(message.state, "failed");
  assertStringIncludes(message.why ?? "", "did not confirm");
  world.network.heal("london", "paris");
  await world.settle();
  assertEquals(message.state, "failed");
  assertEquals(bob.heard, ["alice: hi"]);
  // The sender tries again, in the same frame: it is confirmed and not shown a second time.
  alice.client.retry();
  await world.settle();
  assertEquals([message.state, bob.heard], ["taken", ["alice: hi"]]);
});

scene("a second copy is delivered once and confirmed again", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.rawUser("alice", london);
  const bob = await world.rawUser("bob", paris);
  await alice.enters();
  await bob.enters();
  const { text, messageRef } = await alice.sealed(bob, "hi");
  await alice.sends(text);
  await alice.sends(text);
  await alice.sends(`${text} `);
  const acks = alice.of("ACK").filter(({ payload }) => payload["msg_ref"] === messageRef);
  assertEquals([bob.of("USER_DELIVER").length, acks.length], [1, 3]);
});

scene("a second copy is not confirmed while the first one is under way", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.rawUser("alice", london);
  const bob = await world.person("bob", paris);
  await alice.enters();
  world.network.part("london", "paris");
  const { text } = await alice.sealed(bob, "hi");
  await alice.sends(text, text);
  assertEquals(alice.of("ACK").length, 1);
});

scene("a message is passed on by a server that knows better, unchanged (§8.3)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const rome = await world.rawServer("rome");
  const alice = await world.rawUser("alice", london);
  await rome.links(paris);
  await rome.links(london);
  await rome.sends(await rome.advertise(alice));
  const direct = JSON.parse(await alice.direct(bob, "hi"));
  const payload = { user_id: bob.id, sender: alice.id, ...direct.payload };
  await rome.sends(await rome.says("SERVER_DELIVER", london.id, payload, direct.ts));
  assertEquals(bob.heard, ["alice: hi"]);
  assertEquals(rome.of("ACK").length, 1);
});

scene(
  "a message that was passed on in vain is refused, however often it is sent",
  async (world) => {
    const [london, paris] = await world.mesh("london", "paris");
    assert(london && paris);
    const bob = await world.person("bob", paris);
    const rome = await world.rawServer("rome");
    const alice = await world.rawUser("alice", london);
    await rome.links(paris);
    await rome.links(london);
    await rome.sends(await rome.advertise(alice));
    // Bob has left, but London has not heard of it yet.
    world.network.part("london", "paris");
    await bob.leaves();
    const direct = JSON.parse(await alice.direct(bob, "hi"));
    const payload = { user_id: bob.id, sender: alice.id, ...direct.payload };
    const frame = await rome.says("SERVER_DELIVER", london.id, payload, direct.ts);
    await rome.sends(frame, frame);
    world.network.heal("london", "paris");
    await world.advance(10_000);
    await rome.sends(frame);
    assertEquals(rome.of("ACK"), []);
    assert(rome.refusals.includes("USER_NOT_FOUND"), JSON.stringify(rome.refusals));
  },
);

scene("a delivery that fails corrects what gossip said (§8.4)", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.stranger("bob");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  await rome.sends(await rome.advertise(bob));
  assertEquals(alice.sees, ["bob"]);
  const message = await alice.says("hi", bob);
  const [delivery] = rome.of("SERVER_DELIVER");
  const sig = `${delivery?.payload["content_sig"]}`;
  const digest = await world.crypto.sha256(Uint8Array.fromBase64(sig, { alphabet: "base64url" }));
  const msg_ref = digest.toBase64({ alphabet: "base64url", omitPadding: true });
  const refusal = { code: "USER_NOT_FOUND", detail: "not here", msg_ref };
  await rome.sends(await rome.says("ERROR", london.id, refusal));
  assertEquals([message.state, message.why], ["failed", "not here"]);
  assertEquals([alice.sees, london.presence], [[], ["alice at london"]]);
});

const LONG = "Lorem ipsum dolor sit amet, 👩‍👩‍👧‍👦 consetetur. ".repeat(40);

scene("a long text goes in segments to a client that reads them (D4)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const message = await alice.says(LONG, bob);
  assertEquals([message.state, bob.heard], ["taken", [`alice: ${LONG}`]]);
});

scene("a long text goes in pieces of one block to other clients (D4)", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.rawUser("bob", london);
  await bob.enters();
  const message = await alice.says(LONG, bob);
  const blocks = bob.of("USER_DELIVER").map(({ payload }) => `${payload["ciphertext"]}`.length);
  assert(blocks.length > 2 && blocks.every((length) => length === 683), `${blocks}`);
  assertEquals(message.state, "taken");
});

scene("of two copies that come at once by two links one is delivered", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  const oslo = await world.rawServer("oslo");
  for (const server of [rome, oslo]) await server.links(london);
  const bob = await world.rawUser("bob", london);
  await bob.enters();
  const alice = await world.stranger("alice");
  await rome.sends(await rome.advertise(alice));
  const ts = rome.stamp();
  const recipientKey = bob.keys.publicKey;
  const { id: from, keys } = alice;
  const parts = { from, keys, to: bob.id, recipientKey, text: "once", ts };
  const { payload } = JSON.parse((await sealDirect(world.crypto, parts)).text);
  const said = { ...payload, user_id: bob.id, sender: from };
  const text = await rome.says("SERVER_DELIVER", london.id, said, ts);
  // Neither has been verified when the other comes.
  await Promise.all([rome.sends(text), oslo.sends(text)]);
  assertEquals(bob.of("USER_DELIVER").length, 1);
});
