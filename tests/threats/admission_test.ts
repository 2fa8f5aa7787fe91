import { assertEquals, assertStringIncludes } from "@std/assert";
import { fingerprint } from "../../lib/crypto/fingerprint.ts";
import type { Admission } from "../../lib/mesh/admission.ts";
import type { Id } from "../../lib/protocol/ids.ts";
import { PROOF_MS } from "../../lib/protocol/limits.ts";
import { RawServer } from "../support/raw_peer.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { scene, type World } from "../support/world.ts";

function allowing({ ids = [], fingerprints = [] }: {
  readonly ids?: readonly Id[];
  readonly fingerprints?: readonly string[];
}): Admission {
  return { kind: "allowlist", ids: new Set(ids), fingerprints: new Set(fingerprints) };
}

/** London with a user, and a friend whose link stands, but nothing for anybody else. */
async function stage(world: World) {
  const keys = await world.crypto.generateKeyPair();
  const friend = new RawServer(world, "friend", world.entropy.id(), keys);
  const listed = await fingerprint(world.crypto, keys.publicKey);
  const london = await world.server("london", { admission: allowing({ fingerprints: [listed] }) });
  const alice = await world.person("alice", london);
  const stranger = await world.rawServer("stranger");
  return { london, alice, friend, stranger };
}

/** All that a server was told, but for refusals and farewells. */
function learnt(server: RawServer): string[] {
  return server.received.map(({ type }) => type).filter((type) => type !== "ERROR");
}

function assertTurnedAway(stranger: RawServer, london: ServerActor): void {
  const [refusal] = stranger.of("ERROR");
  assertEquals(refusal?.payload["code"], "BAD_KEY");
  assertStringIncludes(String(refusal?.payload["detail"]), "ask its operator to add");
  assertEquals([stranger.closed?.code, learnt(stranger), london.linked], [1008, [], []]);
  assertEquals(london.store.load().servers, []);
}

scene("THREATS 18: an unlisted server that joins learns nothing", async (world) => {
  const { london, stranger } = await stage(world);
  await stranger.dials(london);
  await stranger.sends(
    await stranger.says("SERVER_HELLO_JOIN", "london:8765", stranger.introduction),
  );
  assertTurnedAway(stranger, london);
});

scene("THREATS 18: an unlisted server that announces itself learns nothing", async (world) => {
  const { london, stranger } = await stage(world);
  await stranger.links(london);
  assertTurnedAway(stranger, london);
});

scene("THREATS 18: a listed key that did not sign is anybody's word", async (world) => {
  const { london, friend, stranger } = await stage(world);
  await stranger.dials(london);
  const join = stranger.frame("SERVER_HELLO_JOIN", "london:8765", friend.introduction);
  await stranger.sends(JSON.stringify(join));
  assertTurnedAway(stranger, london);
});

scene("THREATS 18: who repeats a listed server's frames learns nothing", async (world) => {
  const { london, friend, stranger } = await stage(world);
  await stranger.dials(london);
  await stranger.sends(
    await friend.says("SERVER_HELLO_JOIN", "london:8765", friend.introduction),
  );
  const [welcome] = stranger.of("SERVER_WELCOME");
  assertEquals([welcome?.payload["servers"], welcome?.payload["clients"]], [
    [{ server_id: london.id, host: "london", port: 8765, pubkey: london.keys.publicKey }],
    [],
  ]);
  await stranger.sends(
    await friend.says("SERVER_ANNOUNCE", "*", { ...friend.introduction, receiver: london.id }),
  );
  await world.advance(PROOF_MS);
  assertEquals(learnt(stranger), ["SERVER_WELCOME", "SERVER_ANNOUNCE"]);
  assertEquals([stranger.refusals, stranger.closed?.code], [["TIMEOUT"], 1008]);
  assertEquals(london.linked, []);
});

scene(
  "THREATS 18: a listed server that proves its key is in, and hears who is there",
  async (world) => {
    const { london, friend } = await stage(world);
    await friend.links(london);
    assertEquals([london.linked, friend.of("USER_ADVERTISE")], [[], []]);
    await friend.proves(london);
    assertEquals(london.linked, [friend.id]);
    assertEquals(friend.of("USER_ADVERTISE").length, 1);
  },
);

scene("THREATS 18: nobody brings an unlisted server in by telling of it", async (world) => {
  const { london, friend, stranger } = await stage(world);
  await friend.links(london);
  await friend.proves(london);
  await friend.sends(
    await stranger.says("SERVER_ANNOUNCE", "*", { ...stranger.introduction, receiver: "*" }),
  );
  await world.advance(60_000);
  assertEquals(london.node.state.servers.get(stranger.id), undefined);
  assertEquals(world.network.dials.filter(({ to }) => to === "stranger:8765"), []);
});

scene("THREATS 18: two servers of ours on each other's list link as ever", async (world) => {
  const londonId = world.entropy.id();
  const parisId = world.entropy.id();
  const london = await world.server("london", {
    id: londonId,
    admission: allowing({ ids: [parisId] }),
  });
  const paris = await world.server("paris", {
    id: parisId,
    admission: allowing({ ids: [londonId] }),
    introducers: ["london"],
  });
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  await alice.says("hi", bob);
  assertEquals([paris.linked, bob.heard], [["london"], ["alice: hi"]]);
});
