import { assert, assertEquals } from "@std/assert";
import { NO_LIMITS } from "../../lib/link/link_limits.ts";
import type { RawServer, RawUser } from "../support/raw_peer.ts";
import { Seeded } from "../support/seeded.ts";
import type { ServerActor } from "../support/server_actor.ts";
import { World } from "../support/world.ts";

const SEED = 1207;
const FRAMES = 100_000;
const AT_ONCE = 200;

/** One of the classic things that break parsers. */
const BITS = [
  ...'{ } [ ] , : " \\ null true -1 0 1e400 9007199254740993 "" "\\ud800" "__proto__" "*"'.split(
    " ",
  ),
  "[".repeat(50),
  "\u0000",
  "\u202e",
  '"' + "A".repeat(700) + '"',
] as const;

/** Good frames of every kind to start from. */
async function samples(world: World, user: RawUser, server: RawServer): Promise<string[]> {
  const [london] = world.servers;
  if (london !== undefined) {
    const bob = await world.person("bob", london);
    await bob.says("hi", user);
    await user.sends(await user.direct(bob, "hi"), await user.proof());
  }
  const stranger = await world.stranger("stranger");
  await server.sends(await server.advertise(stranger));
  await server.sends(await server.says("HEARTBEAT", "*", {}));
  return world.network.sent.map(({ text }) => text);
}

/** The text with one thing wrong, or with many. */
function mutated(text: string, chance: Seeded): string {
  let result = text;
  for (let times = 1 + chance.below(3); times > 0; times--) {
    const at = chance.below(result.length + 1);
    const length = chance.below(8);
    switch (chance.below(5)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + length);
        break;
      case 1:
        result = result.slice(0, at) + chance.pick(BITS) + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + chance.pick(BITS) + result.slice(at + length);
        break;
      case 3:
        result = swapMember(result, chance);
        break;
      case 4:
        result = result.slice(0, at) + String.fromCharCode(chance.below(0xffff)) +
          result.slice(at + 1);
        break;
    }
  }
  return result;
}

/** A member of the frame or of its payload gets another value: a mutation that still parses. */
function swapMember(text: string, chance: Seeded): string {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return chance.pick(BITS);
  }
  const values = [null, 0, -1, 1.5, "", "x", [], {}, true, "*", "public", chance.id(), 2 ** 53];
  const inside = frame?.payload && chance.below(2) === 0 ? frame.payload : frame;
  if (typeof inside !== "object" || inside === null) return text;
  const names = Object.keys(inside);
  if (names.length > 0) inside[chance.pick(names)] = chance.pick(values);
  return JSON.stringify(frame);
}

/** Anything at all. */
function noise(chance: Seeded): string {
  return Array.from({ length: chance.below(30) }, () => chance.pick(BITS)).join("");
}

Deno.test(`THREATS 12: ${FRAMES} mutated frames harm nobody (seed ${SEED})`, async () => {
  const world = new World({ seed: SEED, limits: NO_LIMITS });
  const chance = new Seeded(SEED);
  const london = await world.server("london");
  const carol = await world.person("carol", london);
  const dave = await world.person("dave", london);
  const user = await world.rawUser("mallory", london);
  const server = await world.rawServer("mallet");
  await user.enters();
  await server.links(london);
  const good = await samples(world, user, server);
  let answers = 0;
  for (let sent = 0; sent < FRAMES; sent += AT_ONCE) {
    const texts = Array.from(
      { length: AT_ONCE },
      () => chance.below(20) === 0 ? noise(chance) : mutated(chance.pick(good), chance),
    );
    for (const peer of [user, server]) {
      await comeBack(peer, london);
      await peer.sends(...texts.slice(0, AT_ONCE / 2));
      answers += peer.news().length;
    }
    const stranger = await world.rawUser("stranger", london);
    await stranger.sends(...texts.slice(AT_ONCE / 2, AT_ONCE / 2 + 5));
    await stranger.hangsUp();
    world.network.sent.length = 0;
  }
  assert(answers > FRAMES / 2, `${answers} answers: too little of it was read`);
  await carol.says("still well?", dave);
  assertEquals(dave.heard, ["carol: still well?"]);
  assertEquals([carol.of("disconnected"), dave.of("disconnected")], [[], []]);
  world.assertNoFaults();
});

/** A mutated frame may have been a farewell. */
async function comeBack(peer: RawUser | RawServer, london: ServerActor): Promise<void> {
  if (peer.closed === undefined) return;
  if ("links" in peer) return await peer.links(london);
  await peer.dials(london);
  await peer.enters();
  await peer.sends(await peer.proof());
}
