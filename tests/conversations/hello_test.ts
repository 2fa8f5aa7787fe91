import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawUser } from "../support/raw_peer.ts";
import { scene } from "../support/world.ts";

scene("a user is welcomed with the server's id, key and a challenge (D17, D18)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const [welcome, advert] = alice.received;
  assertEquals(welcome?.type, "ACK");
  assertEquals(welcome?.from, london.id.valueOf());
  assertEquals(welcome?.to, alice.id.valueOf());
  const { challenge, ...said } = welcome?.payload ?? {};
  assertEquals(typeof challenge, "string");
  assertEquals(said, {
    msg_ref: "USER_HELLO",
    server_id: london.id,
    pubkey: london.keys.publicKey,
    type: "ACK",
    origin: london.id,
    ts: welcome?.ts ?? 0,
  });
  assertEquals(advert?.payload["user_id"], alice.id);
  assertEquals(alice.received.length, 2);
});

for (const to of ["*", "own id", "ddb2b7dd-4b3b-4c42-8f5a-d9b8c57f7a4e", "the server"]) {
  scene(`a hello may be addressed to ${to} (D17)`, async (world) => {
    const london = await world.server("london");
    const alice = await world.rawUser("alice", london);
    const receiver = { "own id": alice.id, "the server": london.id }[to] ?? to;
    await alice.sends(alice.hello().replace('"to":"*"', `"to":"${receiver}"`));
    assertEquals(london.presence, ["alice at london"]);
  });
}

scene("a newcomer is told of everybody online, remote users word for word (D18)", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const toLondon = world.network.sent.find(({ from, to, text }) =>
    from === "paris" && to === "london" && text.includes("USER_ADVERTISE") && text.includes(bob.id)
  );
  const carol = await world.rawUser("carol", london);
  await carol.enters();
  const told = world.network.sent.filter(({ to }) => to === "carol").map(({ text }) => text);
  assert(toLondon && told.includes(toLondon.text));
  const people = carol.of("USER_ADVERTISE").map(({ payload }) =>
    world.nameOf(`${payload["user_id"]}`)
  );
  assertEquals(people.sort(), ["alice", "bob", "carol"]);
});

scene("an id in use is refused and its first session undisturbed", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const first = alice.received.length;
  const second = await world.rawUser("second", london);
  await second.sends(
    second.hello({ pubkey: alice.keys.publicKey }).replaceAll(second.id, alice.id),
  );
  assertEquals(second.refusals, ["NAME_IN_USE"]);
  assertEquals(second.closed?.code, 1008);
  assertEquals([alice.received.length, alice.closed], [first, undefined]);
  assertEquals(bob.sees, ["alice"]);
});

scene("an id that was registered with another key is refused, online or not", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.hangsUp();
  const thief = await world.rawUser("thief", london);
  await thief.sends(thief.hello().replaceAll(thief.id, alice.id));
  assertEquals(thief.refusals, ["BAD_KEY"]);
  assertEquals(thief.closed?.code, 1008);
  assertEquals(london.presence, []);
});

scene("an id that another server advertises with another key is refused", async (world) => {
  const [london, paris] = await world.mesh("london", "paris");
  assert(london && paris);
  const bob = await world.person("bob", paris);
  const thief = await world.rawUser("thief", london);
  await thief.sends(thief.hello().replaceAll(thief.id, bob.id));
  assertEquals(thief.refusals, ["BAD_KEY"]);
  assertEquals(london.presence, ["bob at paris"]);
});

scene("a first frame other than a hello is answered and the link closed", async (world) => {
  const london = await world.server("london");
  const firsts = ["LIST_REQUEST", "MSG_DIRECT", "HEARTBEAT", "USER_ADVERTISE", "ACK", "FILE_END"];
  for (const type of firsts) {
    const someone = await world.rawUser("someone", london);
    await someone.sends(JSON.stringify(someone.frame(type, "*", {})));
    assertEquals(someone.closed?.code, 1008, type);
    // An answer is never answered, or two servers could go on for ever.
    if (type !== "ACK") assertEquals(someone.received.map(({ type }) => type), ["ERROR"], type);
  }
});

scene("an unknown type before the hello ends the link, after it does not (§7)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(JSON.stringify(alice.frame("SING", "*", {})));
  assertEquals([alice.refusals, alice.closed], [["UNKNOWN_TYPE"], undefined]);
  const stranger = await world.rawUser("stranger", london);
  await stranger.sends(JSON.stringify(stranger.frame("SING", "*", {})));
  assertEquals([stranger.refusals, stranger.closed?.code], [["UNKNOWN_TYPE"], 1008]);
});

scene("who says nothing for 5 s is told so and cut, not earlier", async (world) => {
  const london = await world.server("london");
  const quiet = await world.rawUser("quiet", london);
  await world.advance(4_999);
  assertEquals([quiet.received, quiet.closed], [[], undefined]);
  await world.advance(1);
  assertEquals(quiet.refusals, ["TIMEOUT"]);
  assertEquals(quiet.closed?.code, 1008);
  assertMatch(`${quiet.received[0]?.payload["detail"]}`, /USER_HELLO/);
});

scene("an id once proven needs proof: nothing goes in or out before (D19)", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(await alice.proof());
  assertEquals(alice.refusals, []);
  await alice.hangsUp();
  await alice.dials(london);
  alice.news();
  await alice.enters();
  assertEquals(alice.received.map(({ type }) => type), ["ACK"]);
  assertEquals(bob.sees, []);
  const early = await bob.says("too early", alice);
  assertEquals(early.state, "failed");
  assertEquals(alice.received.length, 1);
  await alice.sends(await alice.proof());
  assertEquals(bob.sees, ["alice"]);
  await bob.says("welcome back", alice);
  assertEquals(alice.of("USER_DELIVER").length, 1);
});

scene("before the proof a message is refused and the link ends (D19)", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(await alice.proof());
  await alice.hangsUp();
  await alice.dials(london);
  await alice.sends(alice.hello(), await alice.direct(bob, "hi"));
  assertEquals(bob.heard, []);
  assertEquals(alice.closed?.code, 1008);
});

scene("the right key without proof is refused after 10 s (D19)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(await alice.proof());
  await alice.hangsUp();
  const copy = await world.rawUser("copy", london);
  await copy.sends(copy.hello({ pubkey: alice.keys.publicKey }).replaceAll(copy.id, alice.id));
  await world.advance(9_999);
  assertEquals(copy.closed, undefined);
  await world.advance(1);
  assertEquals(copy.refusals, ["TIMEOUT"]);
  assertEquals(copy.closed?.code, 1008);
  assertStringIncludes(copy.closed?.reason ?? "", "USER_PROOF");
});

scene("a proof for another challenge, server or user is no proof (D19)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const old = await alice.proof();
  await alice.sends(old);
  await alice.hangsUp();
  await alice.dials(london);
  await alice.enters();
  await alice.sends(old);
  assertEquals(alice.refusals, ["INVALID_SIG"]);
  assertEquals(london.presence, []);
});

scene("a proof by another key is no proof (D19)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  const mallory = await world.rawUser("mallory", london);
  await alice.enters();
  const { from, payload } = alice.of("ACK")[0] ?? { from: "", payload: {} };
  const challenge = "challenge" in payload ? payload.challenge ?? "" : "";
  const ts = world.clock.now();
  const said = { challenge, server_id: from, user_id: alice.id, ts };
  await alice.sends(await alice.signed(alice.frame("USER_PROOF", from, said), mallory.keys));
  assertEquals(alice.refusals, ["INVALID_SIG"]);
  assertEquals(london.node.state.users.registration(alice.id)?.proven, false);
});

scene(
  "our client proves its key at the first welcome, so nobody else gets its id",
  async (world) => {
    const london = await world.server("london");
    const alice = await world.person("alice", london);
    assertEquals(london.node.state.users.registration(alice.id)?.proven, true);
    assertEquals(london.store.load().users.map(({ proven }) => proven), [true]);
  },
);

scene("of two links that prove the same id the first is undisturbed (§9.1, D19)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  await alice.sends(await alice.proof());
  await alice.hangsUp();
  const twin = new RawUser(world, "twin", alice.id, alice.keys);
  for (const link of [alice, twin]) {
    await link.dials(london);
    await link.enters();
  }
  await alice.sends(await alice.proof());
  await twin.sends(await twin.proof());
  assertEquals(twin.refusals, ["NAME_IN_USE"]);
  assertEquals([twin.closed?.code, alice.closed], [1008, undefined]);
});
