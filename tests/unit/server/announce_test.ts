import { assert, assertEquals } from "@std/assert";
import { HEARTBEAT_MS } from "../../../lib/protocol/limits.ts";
import { MAX_LISTED_USERS } from "../../../lib/protocol/messages/bootstrap.ts";
import {
  ANNOUNCE_MS,
  announceDue,
  announceHeard,
  announceSoon,
  introduceOthers,
  nextAnnouncing,
} from "../../../lib/server/announce.ts";
import { announceHandlers } from "../../../lib/server/handlers/announce.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import { answer } from "../../../lib/server/questions.ts";
import { prove } from "../../../lib/server/mesh_link.ts";
import { heardOf } from "../../../lib/server/reachability.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { announced, CAROL, ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

const FOURTH = "00000000-0000-4000-8000-000000000004";
const [there, elsewhere] = [id(THERE), id(ELSEWHERE)];

/** A server with links to two others of ours, and a third that is heard over the first of them. */
function setUp() {
  const server = new SmallServer();
  const { state } = server;
  const [one, two] = [server.server(THERE, keyOf(1)), server.server(FOURTH, keyOf(4))];
  one.gossips = two.gossips = true;
  const address = { host: "e.example", port: 1 };
  state.servers.set({ id: elsewhere, key: keyOf(3), address, dialled: false });
  heardOf(state, one, elsewhere, NOW);
  return { server, state, one, two };
}

/** ELSEWHERE's announce with what a test wants in it. */
const says = (payload: Record<string, string[]>, ts = NOW) =>
  announced(ELSEWHERE, keyOf(3), payload, ts);

/** What is announced, and where to. */
function announces(effects: Effect[]) {
  return effects.flatMap((effect) =>
    effect.kind === "send" && effect.frame.type === "SERVER_ANNOUNCE"
      ? [{ links: effect.links, payload: effect.frame.payload }]
      : []
  );
}

function shown(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "forward") return `forward ${effect.text} to ${effect.links}`;
    if (effect.kind !== "send") return effect.kind;
    const { type, payload } = effect.frame;
    const about = payload["asks"] ?? payload["user_id"];
    return `${type}${about === undefined ? "" : ` ${about}`} to ${effect.links}`;
  });
}

// Saying it

Deno.test("a server tells those of ours where it is, whom it is linked to and who is here, and introduces itself to nobody by that", () => {
  const { server, state, one, two } = setUp();
  server.server(ELSEWHERE, keyOf(3));
  server.localUser(ALICE, keyOf(2));
  server.remoteUser(BOB, THERE);
  announceSoon(state, NOW);
  const [said] = announces(announceDue(state, NOW + 500));
  assertEquals(said?.links, [one.id, two.id], "another team's server is not told");
  const { ts: _ts, ...payload } = said?.payload ?? { ts: 0 };
  assertEquals<unknown>(payload, {
    host: "127.0.0.1",
    port: 8765,
    pubkey: keyOf(0),
    receiver: "*",
    links: [FOURTH, THERE, ELSEWHERE],
    users: [ALICE],
    type: "SERVER_ANNOUNCE",
    origin: HERE,
  });
});

Deno.test("it is said again every heartbeat, soon after a change, and once for changes that come together", () => {
  const { state } = setUp();
  assertEquals(ANNOUNCE_MS, HEARTBEAT_MS);
  assertEquals(nextAnnouncing(state), Infinity);
  announceSoon(state, NOW);
  announceSoon(state, NOW + 300);
  assertEquals(nextAnnouncing(state), NOW + 500);
  assertEquals(announceDue(state, NOW + 499), []);
  assertEquals(announceDue(state, NOW + 500).length, 1);
  assertEquals(announceDue(state, NOW + 501), []);
  assertEquals(nextAnnouncing(state), NOW + 500 + ANNOUNCE_MS);
  assertEquals(announceDue(state, NOW + 500 + ANNOUNCE_MS).length, 1);
});

Deno.test("while nobody of ours would hear it nothing is said, nor planned", () => {
  const { state, one, two } = setUp();
  one.gossips = two.gossips = false;
  announceSoon(state, NOW);
  assertEquals(announceDue(state, NOW + 500), []);
  assertEquals(nextAnnouncing(state), Infinity);
});

Deno.test("a server that turns out to be of ours only later is told then, by whichever frame it showed itself", () => {
  for (const how of ["a nonce", "an announce to everybody"]) {
    const server = new SmallServer();
    const { state } = server;
    const link = server.server(THERE, keyOf(1));
    announceSoon(state, NOW);
    announceDue(state, NOW + 500);
    if (how === "a nonce") prove(state, link, there, "bm9uY2U", NOW + 2_000);
    else announceHandlers.SERVER_ANNOUNCE(state, link, announced(THERE, keyOf(1)), NOW + 2_000);
    assertEquals(nextAnnouncing(state), NOW + 2_500, how);
    assertEquals(announces(announceDue(state, NOW + 2_500))[0]?.links, [link.id], how);
  }
});

Deno.test("more users than a frame has room for are not listed: they are not said to have left", () => {
  const { server, state } = setUp();
  const user = { at: "local", key: keyOf(2), meta: {}, advert: {} as never } as const;
  for (let i = 0; i < MAX_LISTED_USERS; i++) {
    state.users.set({ ...user, id: id(`00000000-0000-4000-8000-${String(i).padStart(12, "0")}`) });
  }
  const listed = () => {
    state.nextAnnounce = NOW;
    return announces(announceDue(state, NOW))[0]?.payload["users"];
  };
  assertEquals((listed() as string[]).length, MAX_LISTED_USERS);
  server.localUser(ALICE, keyOf(2));
  assertEquals(listed(), undefined);
});

// Hearing it

Deno.test("an announce is passed on to those of ours who do not hear its author, never back", () => {
  const { server, state, one, two } = setUp();
  server.server(BOB, keyOf(5));
  const message = says({ links: [THERE] });
  const text = message.text;
  assertEquals(announceHeard(state, one, message, NOW), [
    { kind: "forward", links: [two.id], text },
  ]);
  assertEquals(announceHeard(state, one, says({ links: [THERE, FOURTH] }), NOW), []);
  const own = announced(THERE, keyOf(1), { links: [HERE] });
  assertEquals(
    announceHeard(state, two, own, NOW),
    [],
    "one is its author, two is where it came by",
  );
});

Deno.test("who is not listed by his server has left, unless he came after the list was made", () => {
  const { server, state, one } = setUp();
  const alice = server.localUser(ALICE, keyOf(2));
  server.remoteUser(BOB, ELSEWHERE);
  server.remoteUser(CAROL, ELSEWHERE);
  server.remoteUser(FOURTH, THERE);
  announceHeard(state, one, says({ links: [THERE, FOURTH], users: [CAROL] }, NOW), NOW);
  assert(state.users.get(id(BOB)) !== undefined, "the advertisement is as new as the list");
  const effects = announceHeard(
    state,
    one,
    says({ links: [THERE, FOURTH], users: [CAROL] }, NOW + 1),
    NOW,
  );
  assertEquals(shown(effects), [`USER_REMOVE ${BOB} to ${alice.id}`]);
  assertEquals(state.users.get(id(BOB)), undefined);
  assert(state.users.get(id(FOURTH)) !== undefined, "another server's users are its own affair");
});

Deno.test("who is listed is there without doubt, and no list says that all are", () => {
  const { server, state, one } = setUp();
  server.remoteUser(BOB, ELSEWHERE);
  const bob = state.users.get(id(BOB));
  if (bob?.at !== "remote") throw new TypeError("not there");
  bob.doubted = true;
  const heard = state.reach.of(elsewhere);
  heard.graceUntil = NOW + 5_000;
  announceHeard(state, one, says({ links: [] }, NOW + 1), NOW);
  assertEquals([bob.doubted, heard.graceUntil], [false, Infinity], "it has too many to list them");
  bob.doubted = true;
  announceHeard(state, one, says({ links: [], users: [BOB] }, NOW + 2), NOW);
  assertEquals([bob.doubted, heard.graceUntil], [false, Infinity]);
});

Deno.test("whoever is listed and not known is asked for, if nothing comes in a second, once in five", () => {
  const { state, one } = setUp();
  let now = NOW;
  const waits: number[] = [];
  announceHeard(state, one, says({ links: [], users: [BOB] }, now), now);
  assertEquals(nextAnnouncing(state), NOW + 1_000);
  assertEquals(announceDue(state, NOW + 999), []);
  for (let i = 0; i < 7; i++) {
    const at = nextAnnouncing(state);
    waits.push((at - now) / 1_000);
    now = at;
    assertEquals(shown(announceDue(state, now)), [`SERVER_ANNOUNCE ${ELSEWHERE} to ${one.id}`]);
    assertEquals(nextAnnouncing(state), Infinity, "until it is listed again");
    announceHeard(state, one, says({ links: [], users: [BOB] }, now + 1), now);
  }
  assertEquals(waits, [1, 5, 5, 5, 5, 5, 5]);
});

Deno.test("whoever has come meanwhile is not asked for", () => {
  const { server, state, one } = setUp();
  announceHeard(state, one, says({ links: [], users: [BOB] }, NOW), NOW);
  server.remoteUser(BOB, ELSEWHERE);
  assertEquals(announceDue(state, NOW + 1_000), []);
  announceHeard(state, one, says({ links: [], users: [BOB] }, NOW + 1), NOW);
  assertEquals(state.reach.of(elsewhere).compareAt, Infinity);
});

for (
  const [where, lacking] of [
    ["here", false],
    ["at a server that is there and says so too", false],
    ["at a server that cannot be reached", true],
    ["at a server that does not say so any more", true],
  ] as const
) {
  Deno.test(`who is listed by two and known ${where} is ${lacking ? "" : "not "}asked for (D15)`, () => {
    const { server, state, one } = setUp();
    if (where === "here") server.localUser(BOB, keyOf(2));
    else server.remoteUser(BOB, THERE);
    if (!where.includes("cannot be reached")) heardOf(state, one, there, NOW);
    const heard = state.reach.of(there);
    if (!where.includes("cannot be reached")) heard.via = one.id;
    const users = new Set(where.includes("any more") ? [] : [id(BOB)]);
    state.reach.announce(heard, { text: "theirs", ts: NOW, links: new Set(), users });
    announceHeard(state, one, says({ links: [], users: [BOB] }, NOW + 1), NOW);
    assertEquals(nextAnnouncing(state) < Infinity, lacking);
  });
}

// Asking and answering

Deno.test("who lacks some of this server's users is told them anew, once in five seconds, and nobody else is", () => {
  const { server, state, two } = setUp();
  server.localUser(ALICE, keyOf(2));
  server.localUser(BOB, keyOf(2));
  server.localUser(CAROL, keyOf(2));
  const lacking = () =>
    [ALICE, BOB].map((user) => state.users.get(id(user)))
      .map((user) => user?.at === "local" ? user.advert.ts : 0);
  const before = lacking();
  const lacks = [ALICE, BOB, ELSEWHERE];
  const ask = (ts: number) => announced(FOURTH, keyOf(4), { asks: [HERE], lacks }, ts);
  assertEquals(answer(state, two, ask(NOW), NOW), []);
  const adverts = [`USER_ADVERTISE ${ALICE} to ${two.id}`, `USER_ADVERTISE ${BOB} to ${two.id}`];
  assertEquals(shown(announceDue(state, NOW)), adverts);
  const after = lacking();
  assert(after.every((ts, i) => ts > (before[i] ?? 0)), "or they would count as seen");
  answer(state, two, ask(NOW + 1), NOW + 1);
  assertEquals(nextAnnouncing(state), NOW + 5_000);
  assertEquals(announceDue(state, NOW + 4_999), []);
  assertEquals(shown(announceDue(state, NOW + 5_000)), adverts);
});

Deno.test("who lacks the users of a server: the question goes on to where that is", () => {
  const { state, one, two } = setUp();
  const ask = announced(FOURTH, keyOf(4), { links: [], asks: [ELSEWHERE] });
  assertEquals(shown(answer(state, two, ask, NOW)), [
    `forward ${ask.text} to ${one.id}`,
  ]);
  assertEquals(state.wanted.links(elsewhere, NOW), [two.id]);
  assertEquals(state.reach.get(id(FOURTH))?.announced, undefined, "a question is not kept");
});

Deno.test("who does not know a server is given its introduction, and nobody else is asked", () => {
  const { state, two } = setUp();
  state.reach.introduce(state.reach.of(elsewhere), "it is me");
  const seek = announced(FOURTH, keyOf(4), { links: [], seeks: [ELSEWHERE, CAROL] });
  assertEquals(shown(answer(state, two, seek, NOW)), [`forward it is me to ${two.id}`]);
});

Deno.test("a question does not go back to where it came from, nor to who would not understand it", () => {
  const { state, one } = setUp();
  const ask = announced(THERE, keyOf(1), { links: [], asks: [ELSEWHERE] });
  assertEquals(answer(state, one, ask, NOW), []);
  const { state: other, one: mute, two } = setUp();
  mute.gossips = false;
  const further = announced(FOURTH, keyOf(4), { links: [], asks: [ELSEWHERE, THERE] });
  assertEquals(answer(other, two, further, NOW), []);
  assertEquals(other.wanted.links(elsewhere, NOW), []);
});

Deno.test("a server that links is told of the others who are there and do not hear it, and of silent ones' users", () => {
  const { server, state, one, two } = setUp();
  const announce = (who: string, text: string, ts: number, links: string[] = []) =>
    state.reach.announce(state.reach.of(id(who)), {
      text,
      ts,
      links: new Set(links.map(id)),
      users: undefined,
    });
  server.remoteUser(BOB, ELSEWHERE);
  two.turn = state.nextTurn();
  const told = (now = NOW) => shown(introduceOthers(state, two, now));
  assertEquals(told(), [`forward as it came to ${two.id}`], "nothing is announced of its server");
  announce(ELSEWHERE, "elsewhere", NOW);
  announce(FOURTH, "its own", NOW);
  announce(CAROL, "cannot be reached", NOW);
  assertEquals(told(), [`forward elsewhere to ${two.id}`]);
  assertEquals(told(NOW + 2 * ANNOUNCE_MS).length, 1);
  assertEquals(told(NOW + 2 * ANNOUNCE_MS + 1), [], "that is too old to be passed on");
  announce(ELSEWHERE, "elsewhere", NOW, [FOURTH]);
  assertEquals(told(), [], "it hears that itself");
  server.remoteUser(ALICE, FOURTH);
  two.turn = state.nextTurn();
  assertEquals(told(), [], "its own users it knows");
  assertEquals(one.gossips, true);
});
