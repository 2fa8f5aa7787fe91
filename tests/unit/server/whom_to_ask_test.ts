import { assertEquals } from "@std/assert";
import { announceDue, announceHeard, introduceOthers } from "../../../lib/server/announce.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import { COMPARE_MS, lookElsewhere, removeRemote } from "../../../lib/server/gossip.ts";
import { presenceHandlers } from "../../../lib/server/handlers/presence.ts";
import { linkedTo, nextHop } from "../../../lib/server/reachability.ts";
import { ALICE, BOB, NOW, THERE } from "../protocol/examples.ts";
import { announced, CAROL, ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

const [there, elsewhere] = [id(THERE), id(ELSEWHERE)];

/** A server with links to two of ours. */
function setUp() {
  const server = new SmallServer();
  const { state } = server;
  const [one, two] = [server.server(THERE, keyOf(1)), server.server(ELSEWHERE, keyOf(2))];
  one.gossips = two.gossips = true;
  linkedTo(state, one, there, undefined, NOW);
  linkedTo(state, two, elsewhere, undefined, NOW);
  return { server, state, one, two };
}

/** ELSEWHERE says who is there. */
function lists({ state }: SmallServer, users: string[], ts = NOW): void {
  const link = state.links.server(elsewhere);
  if (link === undefined) throw new TypeError("there is no link");
  announceHeard(state, link, announced(ELSEWHERE, keyOf(2), { users, links: [] }, ts), NOW);
}

const compareAt = ({ state }: SmallServer) => state.reach.of(elsewhere).compareAt;

/** BOB is at THERE, and nobody wonders. */
function bobIsThere(users: string[] = [BOB]) {
  const set = setUp();
  set.server.remoteUser(BOB, THERE);
  lists(set.server, users);
  set.state.reach.of(elsewhere).compareAt = Infinity;
  return set;
}

Deno.test("a user who is gone from one server and listed by another is asked for there, whoever says that he is gone", () => {
  for (const whoSays of ["his server", "nobody"]) {
    const { server, state, one } = bobIsThere();
    if (whoSays === "nobody") removeRemote(state, id(BOB), there, NOW);
    else {
      const payload = { user_id: BOB, server_id: THERE };
      const message = verified("USER_REMOVE", { from: THERE, ts: NOW + 1, payload });
      if (message.type !== "USER_REMOVE") throw new TypeError("not what was asked for");
      presenceHandlers.USER_REMOVE(state, one, message, NOW);
    }
    assertEquals(compareAt(server), NOW + COMPARE_MS, whoSays);
  }
});

Deno.test("a user who is gone is not looked for where nobody lists him, nor at a server out of reach", () => {
  const unlisted = bobIsThere([CAROL]);
  lookElsewhere(unlisted.state, id(BOB), NOW);
  assertEquals(compareAt(unlisted.server), Infinity);
  const lost = bobIsThere();
  lost.state.reach.of(elsewhere).via = undefined;
  lookElsewhere(lost.state, id(BOB), NOW);
  assertEquals(compareAt(lost.server), Infinity);
});

Deno.test("a server that was asked in vain is not asked sooner because a user is gone elsewhere", () => {
  const { server, state } = bobIsThere();
  state.reach.of(elsewhere).nextAsk = NOW + 20_000;
  lookElsewhere(state, id(BOB), NOW);
  assertEquals(compareAt(server), NOW + 20_000);
});

Deno.test("of two who claim a user the older list is no reason to ask, though the other server is out of reach (D15)", () => {
  const { server, state } = setUp();
  server.remoteUser(BOB, THERE);
  state.reach.of(there).via = undefined;
  lists(server, [BOB], NOW - 1);
  assertEquals(compareAt(server), Infinity);
  lists(server, [BOB], NOW + 1);
  assertEquals(compareAt(server), NOW + COMPARE_MS);
});

const forwards = (effects: Effect[]) =>
  effects.map((effect) => effect.kind === "forward" ? effect.text : effect.kind);

Deno.test("a new link is told neither of users who were spread over it already, nor of those out of reach", () => {
  const { server, state, one } = setUp();
  server.remoteUser(ALICE, ELSEWHERE);
  one.turn = state.nextTurn();
  assertEquals(forwards(introduceOthers(state, one, NOW)), ["as it came"]);
  server.remoteUser(BOB, ELSEWHERE);
  assertEquals(forwards(introduceOthers(state, one, NOW)), ["as it came"], "of Bob it has heard");
  server.state.links.remove(state.links.server(elsewhere) ?? one);
  state.reach.of(elsewhere).via = undefined;
  assertEquals(introduceOthers(state, one, NOW), []);
});

Deno.test("who has been told the users anew is not told again when somebody else asks", () => {
  const { server, state, one, two } = setUp();
  server.localUser(ALICE, keyOf(3));
  const adverts = (now: number) =>
    announceDue(state, now).flatMap((effect) =>
      effect.kind === "send" && effect.frame.type === "USER_ADVERTISE" ? [...effect.links] : []
    );
  state.roundLinks.add(one.id);
  state.roundUsers.add(id(ALICE));
  state.nextRound = NOW;
  assertEquals(adverts(NOW), [one.id]);
  state.roundLinks.add(two.id);
  state.roundUsers.add(id(ALICE));
  state.nextRound = NOW + 5_000;
  assertEquals(adverts(NOW + 5_000), [two.id]);
});

Deno.test("what was heard too long ago of a server that announces nothing is passed on to nobody: it would live again there", () => {
  const { server, state, one } = setUp();
  server.remoteUser(ALICE, ELSEWHERE);
  one.turn = state.nextTurn();
  assertEquals(forwards(introduceOthers(state, one, NOW + 30_000)), ["as it came"]);
  assertEquals(introduceOthers(state, one, NOW + 30_001), []);
});

Deno.test("whoever says that it is linked to a server out of reach opens the way to it, if something was heard of that before", () => {
  const { server, state, one, two } = setUp();
  const far = id(CAROL);
  const says = (ts: number) =>
    announceHeard(state, one, announced(THERE, keyOf(1), { links: [CAROL] }, ts), NOW);
  says(NOW);
  assertEquals(state.reach.get(far), undefined);
  state.reach.of(far);
  says(NOW + 1);
  assertEquals(nextHop(state, far), one);
  linkedTo(state, two, far, undefined, NOW);
  assertEquals(server.state.reach.get(far)?.via, two.id);
});
