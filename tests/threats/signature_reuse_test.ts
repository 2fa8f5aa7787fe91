import { assert, assertEquals } from "@std/assert";
import { NO_LIMITS } from "../../lib/link/link_limits.ts";
import { CATALOG } from "../../lib/protocol/catalog.ts";
import { ALIASES } from "../../lib/protocol/type_names.ts";
import type { Frame } from "../support/raw_peer.ts";
import { scene, type World } from "../support/world.ts";

const TYPES = [...Object.keys(CATALOG), ...Object.keys(ALIASES)];

/** Everything that servers signed while people came, talked, asked and left on three servers. */
async function recordedFrames(world: World): Promise<Frame[]> {
  const [london, paris, oslo] = await world.mesh("london", "paris", "oslo");
  assert(london && paris && oslo);
  const alice = await world.person("alice", london);
  const bob = await world.person("bob", paris);
  const carol = await world.person("carol", oslo);
  await alice.says("hi", bob);
  await bob.says("hi yourself", carol);
  await carol.says("good morning", alice);
  await bob.lists();
  const asks = await world.rawUser("asks", paris);
  await asks.enters();
  await asks.sends(JSON.stringify(asks.frame("PUBKEY_REQUEST", "*", { user_id: alice.id })));
  await asks.sends(await asks.direct(await world.stranger("nobody"), "hello?"));
  await asks.hangsUp();
  await bob.leaves();
  await world.advance(16_000);
  const signed = world.network.sent.map(({ text }): Frame => JSON.parse(text))
    .filter(({ type, sig }) => sig !== undefined && type !== "USER_PROOF");
  return [...new Map(signed.map((frame) => [JSON.stringify(frame), frame])).values()];
}

/** The frame with its signature, and one thing around it changed. */
function variants(frame: Frame, others: readonly string[]): Frame[] {
  return [
    ...TYPES.filter((type) => type !== frame.type).map((type) => ({ ...frame, type })),
    ...others.filter((id) => id !== frame.from).map((from) => ({ ...frame, from })),
    ...others.filter((to) => to !== frame.to).map((to) => ({ ...frame, to })),
    ...[-1, 1, 60_000, -60_000].map((by) => ({ ...frame, ts: frame.ts + by })),
  ];
}

/**
 * What a receiver, a type or a time changed to may harmlessly do: `to` of gossip and of answers says
 * nothing that counts, and a heartbeat has no content. None of it may change a table.
 */
for (const attacker of ["a linked server", "a user"]) {
  scene(
    `THREATS 2: no signature serves ${attacker} for another type, time or receiver`,
    async (world) => {
      const frames = await recordedFrames(world);
      const types = new Set(frames.map(({ type }) => type));
      for (
        const type of ["SERVER_WELCOME", "USER_ADVERTISE", "USER_REMOVE", "SERVER_DELIVER", "ACK"]
      ) {
        assert(types.has(type), type);
      }
      const [london] = world.servers;
      assert(london);
      // A restarted server has forgotten what it has seen, so nothing is refused for being a copy.
      await london.crash();
      await london.open();
      await world.advance(5_000);
      const mallory = attacker === "a user"
        ? await world.rawUser("mallory", london)
        : await world.rawServer("mallory");
      if ("links" in mallory) await mallory.links(london);
      else await mallory.enters();
      const dave = await world.rawUser("dave", london);
      await dave.enters();
      dave.news();
      const ids = [...world.servers, ...world.people, mallory, dave].map(({ id }) => `${id}`);
      const before = london.tables;
      for (const frame of frames) {
        const texts = variants(frame, [...ids, "*", "public"])
          // Who only changes `to` of what is for everybody has said the same thing again.
          .filter(({ type, ts, from, to }) =>
            !(type === frame.type && ts === frame.ts && from === frame.from && to !== "*")
          ).filter(({ type }) => type !== "CTRL_CLOSE").map((variant) => JSON.stringify(variant));
        await mallory.sends(...texts);
        assertEquals(london.tables, before, `${attacker} with a ${frame.type}`);
      }
      assertEquals(dave.received, []);
      assertEquals(mallory.closed, undefined);
    },
    { limits: NO_LIMITS },
  );
}

scene("THREATS 2: a proof for one server is none for another", async (world) => {
  const [london, paris] = [await world.server("london"), await world.server("paris")];
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const proof = await alice.proof();
  await alice.dials(paris);
  await alice.enters();
  await alice.sends(proof);
  assertEquals(alice.refusals, ["INVALID_SIG"]);
  assertEquals(paris.node.state.users.registration(alice.id)?.proven, false);
});

scene("D9: a link speaks for its owner only", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  const mallory = await world.rawUser("mallory", london);
  const rome = await world.rawServer("rome");
  const oslo = await world.rawServer("oslo");
  for (const user of [alice, mallory]) await user.enters();
  for (const server of [rome, oslo]) await server.links(london);
  await mallory.sends(JSON.stringify(alice.frame("LIST_REQUEST", "*", {})));
  await oslo.sends(await rome.says("HEARTBEAT", london.id, {}));
  await oslo.sends(await rome.says("LIST_REQUEST", london.id, {}));
  assertEquals(mallory.refusals, ["INVALID_SIG"]);
  assertEquals(oslo.refusals, ["INVALID_SIG", "INVALID_SIG"]);
  assertEquals([mallory.of("LIST_RESPONSE"), oslo.of("LIST_RESPONSE")], [[], []]);
});
