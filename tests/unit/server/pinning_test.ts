import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import {
  keep,
  learn,
  refuseOtherKeyAt,
  refuseOtherPin,
  refuseUninvited,
} from "../../../lib/server/pinning.ts";
import { MAX_HEARSAY, MAX_PINS } from "../../../lib/server/tables/servers.ts";
import { BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { MemoryStore } from "../../../lib/store/memory.ts";
import { ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

const place = { host: "b.example", port: 1 };
const introducer = { ...place, pubkey: keyOf(7) };

/** A list with one server and one key on it. */
const allowlist = {
  kind: "allowlist",
  ids: new Set([id(THERE)]),
  fingerprints: new Set(["SHA256:listed"]),
} as const;

function listed(index: number, other: Record<string, unknown> = {}) {
  return { server_id: THERE, ...place, pubkey: keyOf(index), ...other };
}

function facts(effects: Effect[]): unknown[] {
  return effects.map((effect) =>
    effect.kind === "persist" && effect.fact.kind === "server" ? effect.fact.server : effect.kind
  );
}

function codeOf(action: () => void): string {
  return assertThrows(action, ProtocolError).code;
}

Deno.test("the first key wins: a frame that would change a server's is refused (§12)", () => {
  const { state } = new SmallServer();
  refuseOtherPin(state, id(THERE), keyOf(1));
  learn(state, listed(1));
  refuseOtherPin(state, id(THERE), keyOf(1));
  assertEquals(codeOf(() => refuseOtherPin(state, id(THERE), keyOf(2))), "BAD_KEY");
});

Deno.test("nobody announces the address of an introducer whose key is another, by whichever pin", () => {
  const { state } = new SmallServer([introducer]);
  refuseOtherKeyAt(state, place, keyOf(7));
  refuseOtherKeyAt(state, { ...place, port: 2 }, keyOf(1));
  assertEquals(codeOf(() => refuseOtherKeyAt(state, place, keyOf(1))), "BAD_KEY");
  state.servers.pinIntroducer({ host: "c.example", port: 3 }, keyOf(2));
  const atFirstSight = () => refuseOtherKeyAt(state, { host: "c.example", port: 3 }, keyOf(1));
  assertEquals(codeOf(atFirstSight), "BAD_KEY");
});

Deno.test("who is not on the operator's list is told whom to ask, and for what (D13)", () => {
  const { state } = new SmallServer([], { admission: allowlist });
  refuseUninvited(state, { id: id(THERE), fingerprint: "SHA256:any" }, keyOf(2));
  refuseUninvited(state, { id: id(BOB), fingerprint: "SHA256:listed" }, keyOf(2));
  const stranger = assertThrows(
    () => refuseUninvited(state, { id: id(BOB), fingerprint: "SHA256:other" }, keyOf(2)),
    ProtocolError,
  );
  assertEquals(stranger.code, "BAD_KEY");
  assertStringIncludes(stranger.detail, "ask its operator to add SHA256:other");
  const unsigned = assertThrows(
    () => refuseUninvited(state, { id: id(THERE), fingerprint: undefined }, keyOf(2)),
    ProtocolError,
  );
  assertStringIncludes(unsigned.detail, `${THERE}, which did not sign`);
});

Deno.test("without a list everybody is welcome", () => {
  const { state } = new SmallServer();
  refuseUninvited(state, { id: id(THERE), fingerprint: undefined }, keyOf(2));
});

Deno.test("a server that is heard of is pinned, kept, dialled, and what waited for its key is looked at", () => {
  const { state } = new SmallServer();
  state.strangers.meet(id(THERE), 1 as never, NOW);
  const effects = learn(state, listed(1, { server_id: THERE.toUpperCase() }));
  assertEquals(facts(effects), [], "it is kept when a link to it has stood");
  const record = { serverId: id(THERE), pubkey: keyOf(1), ...place, dialled: true };
  assertEquals([facts(keep(state, id(THERE))), keep(state, id(THERE))], [[record], []]);
  assertEquals(state.servers.get(id(THERE)), {
    id: id(THERE),
    key: keyOf(1),
    address: place,
    dialled: true,
  });
  assertEquals(state.planner.due(NOW, () => false).length, 1);
  assertEquals([state.knowledge, state.strangers.nextDeadline], [1, Infinity]);
});

Deno.test("what is known already is no news, and a new address changes nothing but that", () => {
  const { state } = new SmallServer();
  learn(state, listed(1));
  keep(state, id(THERE));
  assertEquals(learn(state, listed(1)), []);
  assertEquals(learn(state, listed(1, { port: 2 })), [], "where it is, it says itself");
  const moved = learn(state, listed(1, { port: 2 }), "SHA256:its");
  assertEquals(facts(moved), [
    { serverId: id(THERE), pubkey: keyOf(1), host: "b.example", port: 2, dialled: true },
  ]);
  assertEquals(state.knowledge, 1, "its key was known");
});

Deno.test("what would change a pin is not believed, be it of an id or of an address", () => {
  const logged: string[] = [];
  const server = new SmallServer([introducer], { log: (_level, text) => logged.push(text) });
  const { state } = server;
  assertEquals(learn(state, listed(1)), [], "the introducer's key is another");
  assertEquals(state.servers.get(id(THERE)), undefined);
  learn(state, listed(1, { port: 2 }));
  assertEquals(learn(state, listed(2, { port: 3 })), [], "the server's key is another");
  assertEquals(state.servers.get(id(THERE))?.key, keyOf(1));
  assertEquals(state.servers.get(id(THERE))?.address.port, 2);
  assertEquals(logged.length, 2);
});

Deno.test("nobody tells a server about itself", () => {
  const { state } = new SmallServer();
  assertEquals(learn(state, listed(3, { server_id: HERE })), []);
  assertEquals(state.servers.get(id(HERE)), undefined);
});

Deno.test("where a list is, only its members are pinned, and only by their own word", () => {
  const { state } = new SmallServer([], { admission: allowlist });
  assertEquals(learn(state, listed(1)), [], "somebody else's word");
  assertEquals(learn(state, listed(1, { server_id: BOB }), "SHA256:other"), []);
  assertEquals(state.servers.count, 0);
  learn(state, listed(1), "SHA256:any");
  learn(state, listed(2, { server_id: BOB, port: 2 }), "SHA256:listed");
  assertEquals([...state.servers.all()].map(({ id }) => id), [id(THERE), id(BOB)]);
});

Deno.test("a server at an address that another has is known, and not dialled until the other gives way", () => {
  const { state } = new SmallServer();
  learn(state, listed(1));
  const claim = listed(2, { server_id: ELSEWHERE });
  const record = { serverId: id(ELSEWHERE), pubkey: keyOf(2), ...place };
  learn(state, claim);
  assertEquals(facts(keep(state, id(ELSEWHERE))), [{ ...record, dialled: false }]);
  assertEquals(learn(state, claim), []);
  for (let now = NOW, i = 0; i < 5; i++, now += 60_000) {
    for (const target of state.planner.due(now, () => false)) {
      state.planner.failed(target, now, 0.5);
    }
  }
  assertEquals(facts(learn(state, claim)), [{ ...record, dialled: true }]);
});

Deno.test("a server that was given up is dialled again when it is heard of, though it has not moved", () => {
  const record = { serverId: id(THERE), pubkey: keyOf(1), ...place, dialled: false };
  const remembered = { ...new MemoryStore().load(), servers: [record] };
  const { state } = new SmallServer([], { remembered });
  assertEquals(state.planner.due(NOW, () => false), []);
  assertEquals(facts(learn(state, listed(1))), [{ ...record, dialled: true }]);
  assertEquals(state.planner.due(NOW, () => false).length, 1);
});

for (
  const [what, count, onOwnLink] of [["come", MAX_PINS, true], [
    "are heard of",
    MAX_HEARSAY,
    false,
  ]] as const
) {
  Deno.test(`so many servers that ${what} are pinned and no more, and no pin is lost for a new one`, () => {
    const logged: string[] = [];
    const { state } = new SmallServer([], { log: (_level, text) => logged.push(text) });
    const numbered = (i: number) => id(`00000000-0000-4000-8000-${String(i).padStart(12, "0")}`);
    for (let i = 0; i < count; i++) {
      assertEquals([state.servers.full, state.servers.fullOfHearsay && !onOwnLink], [false, false]);
      const address = { host: "h", port: 1 };
      state.servers.set({ id: numbered(i), key: keyOf(1), address, dialled: false });
    }
    learn(state, listed(1), "SHA256:its", onOwnLink);
    assertEquals([state.servers.count, logged], [count, [
      "too many servers are known to learn of another",
    ]]);
    learn(state, listed(1, { server_id: numbered(0) }), "SHA256:its");
    assertEquals(
      state.servers.get(numbered(0))?.address.host,
      "b.example",
      "one that is known may move",
    );
  });
}

Deno.test("whoever comes itself has room though others tell of too many", () => {
  const { state } = new SmallServer();
  for (let i = 0; i < MAX_HEARSAY; i++) {
    const server = id(`00000000-0000-4000-8000-${String(i).padStart(12, "0")}`);
    state.servers.set({
      id: server,
      key: keyOf(1),
      address: { host: "h", port: 1 },
      dialled: false,
    });
  }
  learn(state, listed(1), "SHA256:its", true);
  assertEquals(state.servers.get(id(THERE))?.key, keyOf(1));
});
