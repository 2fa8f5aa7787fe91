import { assertEquals } from "@std/assert";
import { HEARTBEAT_MS, PRESENCE_GRACE_MS } from "../../../lib/protocol/limits.ts";
import { heardOf, nextHop, vouchedForByNobody } from "../../../lib/server/reachability.ts";
import type { Id } from "../../../lib/protocol/ids.ts";
import { BOB, NOW, THERE } from "../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

const [there, elsewhere] = [id(THERE), id(ELSEWHERE)];

/** THERE, one of ours, passes on what ELSEWHERE says, where Bob is. */
function setUp() {
  const server = new SmallServer();
  const { state } = server;
  const link = server.server(THERE, keyOf(1));
  link.gossips = true;
  heardOf(state, link, there, NOW);
  heardOf(state, link, elsewhere, NOW);
  server.remoteUser(BOB, ELSEWHERE);
  const announces = (links: readonly Id[]) =>
    state.reach.announce(state.reach.of(there), {
      text: "announce",
      ts: NOW,
      links: new Set(links),
      users: undefined,
    });
  return { state, link, announces, heard: state.reach.of(elsewhere) };
}

Deno.test("a server to which nobody says to be linked is out of reach, and its users are kept for a while", () => {
  const { state, link, announces, heard } = setUp();
  announces([elsewhere]);
  vouchedForByNobody(state, elsewhere, NOW);
  assertEquals(nextHop(state, elsewhere), link, "one still says so");
  announces([]);
  vouchedForByNobody(state, elsewhere, NOW);
  assertEquals([nextHop(state, elsewhere), heard.graceUntil], [undefined, NOW + PRESENCE_GRACE_MS]);
});

Deno.test("whoever was out of reach already is given up sooner when whoever knew it best has lost it", () => {
  const { state, announces, heard } = setUp();
  announces([]);
  vouchedForByNobody(state, elsewhere, NOW);
  vouchedForByNobody(state, elsewhere, NOW + 1);
  assertEquals(heard.graceUntil, NOW + 1 + HEARTBEAT_MS);
});

Deno.test("a server with a link of its own needs nobody's word, nor one that another team's server passes on", () => {
  const { state, link, announces } = setUp();
  announces([]);
  link.gossips = false;
  vouchedForByNobody(state, elsewhere, NOW);
  assertEquals(nextHop(state, elsewhere), link);
  state.reach.of(elsewhere).direct = true;
  link.gossips = true;
  vouchedForByNobody(state, elsewhere, NOW);
  assertEquals(nextHop(state, elsewhere), link);
});
