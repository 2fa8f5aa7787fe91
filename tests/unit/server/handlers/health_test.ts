import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Effect } from "../../../../lib/server/effects.ts";
import { healthHandlers } from "../../../../lib/server/handlers/health.ts";
import { meetServer } from "../../../../lib/server/mesh_link.ts";
import type { LinkEntry } from "../../../../lib/server/tables/links.ts";
import { ALICE, HERE, NOW, THERE } from "../../protocol/examples.ts";
import { ELSEWHERE, id, SmallServer, verified } from "../small_server.ts";

/** Of this server's id, HERE, ALICE's is the smaller and THERE's the greater. */
const [smaller, greater] = [id(ALICE), id(THERE)];

function heartbeat(server: SmallServer, link: LinkEntry, payload: Record<string, unknown>) {
  const message = verified("HEARTBEAT", { payload });
  if (message.type !== "HEARTBEAT") throw new TypeError("not what was asked for");
  return healthHandlers.HEARTBEAT(server.state, link, message, NOW);
}

const proof = (link: LinkEntry) => ({ nonce: link.nonce, receiver: HERE });

function closed(effects: Effect[]): number[] {
  return effects.flatMap((effect) => effect.kind === "close" ? [effect.link] : []);
}

Deno.test("a server that sends a link's nonce back under its key has proved it on that link (D12)", () => {
  const server = new SmallServer();
  for (const receiver of [HERE, HERE.toUpperCase(), undefined]) {
    const link = server.link(undefined, { kind: "serverLinked", server: greater });
    assertEquals(heartbeat(server, link, { nonce: link.nonce, receiver }), []);
    assertEquals(link.proven, true, `${receiver}`);
  }
});

Deno.test("a sign of life proves nothing, nor does another nonce, nor one that was signed for somebody else", () => {
  const server = new SmallServer([], { requireProof: true });
  const link = server.link(undefined);
  meetServer(server.state, link, greater, NOW, NOW);
  for (
    const payload of [
      {},
      { receiver: HERE },
      { nonce: "bm9uY2U", receiver: HERE },
      { nonce: link.nonce, receiver: ELSEWHERE },
      { nonce: link.nonce, receiver: "*" },
    ]
  ) {
    assertEquals(heartbeat(server, link, payload), []);
    assertEquals([link.proven, link.session.phase], [false, "joining"], JSON.stringify(payload));
  }
});

Deno.test("a link that waited for the proof stands when it comes", () => {
  const server = new SmallServer([], { requireProof: true });
  const link = server.link(undefined);
  meetServer(server.state, link, greater, NOW, NOW);
  heartbeat(server, link, proof(link));
  assertEquals(link.session, { phase: "server", peer: greater });
  assertStrictEquals(server.state.links.server(greater), link);
  assertEquals(heartbeat(server, link, proof(link)), [], "and a second proof says nothing new");
});

Deno.test("a proof alone links nobody who has not announced himself", () => {
  const server = new SmallServer();
  const link = server.link(undefined, { kind: "serverJoining", server: greater });
  assertEquals(heartbeat(server, link, proof(link)), []);
  assertEquals([link.proven, link.session.phase], [true, "joining"]);
  meetServer(server.state, link, greater, NOW, NOW);
  assertEquals(link.session.phase, "server");
});

for (const [peer, stays] of [[smaller, "peer"], [greater, "we"]] as const) {
  for (const first of ["in", "out"] as const) {
    Deno.test(`of two links that wait for their proofs that stays which ${stays} dialled, though that which is ${first} is proved first (§8.1)`, () => {
      const server = new SmallServer([], { requireProof: true });
      const target = {
        kind: "server",
        address: { host: "b.example", port: 1 },
        serverId: peer,
      } as const;
      const links = { in: server.link(undefined), out: server.link(target, { kind: "opened" }) };
      meetServer(server.state, links.in, peer, NOW, NOW);
      meetServer(server.state, links.out, peer, undefined, NOW);
      const second = first === "in" ? "out" : "in";
      heartbeat(server, links[first], proof(links[first]));
      const effects = heartbeat(server, links[second], proof(links[second]));
      const [kept, ended] = stays === "we" ? [links.out, links.in] : [links.in, links.out];
      assertStrictEquals(server.state.links.server(peer), kept);
      const ending = [...server.state.links.replaced()].map(({ id }) => id);
      assertEquals([...closed(effects), ...ending], [ended.id]);
    });
  }
}

Deno.test("a peer that has lost its older link gets in by the new one when that is proved", () => {
  const server = new SmallServer([], { requireProof: true });
  const target = {
    kind: "server",
    address: { host: "b.example", port: 1 },
    serverId: greater,
  } as const;
  const older = server.link(target, { kind: "opened" });
  older.proven = true;
  meetServer(server.state, older, greater, undefined, NOW);
  older.spokeAt = NOW;
  const newer = server.link(undefined);
  meetServer(server.state, newer, greater, NOW + 1, NOW + 1);
  heartbeat(server, newer, proof(newer));
  assertEquals([...server.state.links.replaced()], [older]);
  assertStrictEquals(server.state.links.server(greater), newer);
});
