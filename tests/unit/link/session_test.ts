import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  admits,
  advance,
  type End,
  type Session,
  SessionError,
  type SessionEvent,
} from "../../../lib/link/session.ts";
import { type MessageType, rowOf } from "../../../lib/protocol/catalog.ts";
import { resolveType } from "../../../lib/protocol/type_names.ts";
import { type Phase, PHASES } from "../../../lib/protocol/catalog_row.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { ALICE, BOB, THERE, TYPES } from "../protocol/examples.ts";

const alice = toId(ALICE);
const bob = toId(BOB);
const there = toId(THERE);

const SESSIONS: Record<Phase, Session> = {
  opening: { phase: "opening" },
  proving: { phase: "proving", peer: alice, challenge: "first" },
  user: { phase: "user", peer: alice, challenge: "first" },
  joining: { phase: "joining", peer: there, announced: false },
  server: { phase: "server", peer: there },
  dialling: { phase: "dialling" },
  helloSent: { phase: "helloSent" },
  closing: { phase: "closing" },
  closed: { phase: "closed" },
};

const EVENTS = {
  opened: { kind: "opened" },
  userMustProve: { kind: "userMustProve", user: alice, challenge: "second" },
  userAccepted: { kind: "userAccepted", user: alice, challenge: "second" },
  serverJoining: { kind: "serverJoining", server: there },
  serverMustProve: { kind: "serverMustProve", server: there },
  serverLinked: { kind: "serverLinked", server: there },
  closing: { kind: "closing" },
  closed: { kind: "closed" },
} as const satisfies { [K in SessionEvent["kind"]]: Extract<SessionEvent, { kind: K }> };

type Kind = keyof typeof EVENTS;

/** The diagram: what is not drawn cannot happen. */
const DIAGRAM: Record<Phase, Partial<Record<Kind, Phase>>> = {
  opening: {
    userMustProve: "proving",
    userAccepted: "user",
    serverJoining: "joining",
    serverMustProve: "joining",
    serverLinked: "server",
    closing: "closing",
    closed: "closed",
  },
  proving: { userAccepted: "user", closing: "closing", closed: "closed" },
  user: { closing: "closing", closed: "closed" },
  joining: {
    serverMustProve: "joining",
    serverLinked: "server",
    closing: "closing",
    closed: "closed",
  },
  server: { closing: "closing", closed: "closed" },
  dialling: { opened: "helloSent", closing: "closing", closed: "closed" },
  helloSent: {
    serverMustProve: "joining",
    serverLinked: "server",
    closing: "closing",
    closed: "closed",
  },
  closing: { closing: "closing", closed: "closed" },
  closed: { closed: "closed" },
};

for (const phase of PHASES) {
  for (const kind of Object.keys(EVENTS) as Kind[]) {
    const next = DIAGRAM[phase][kind];
    Deno.test(
      next === undefined
        ? `a link that is ${phase} cannot hear of ${kind}`
        : `a link that is ${phase} is ${next} after ${kind}`,
      () => {
        const session = SESSIONS[phase];
        const before = structuredClone(session);
        if (next === undefined) {
          assertThrows(() => advance(session, EVENTS[kind]), SessionError, kind);
        } else {
          assertEquals(advance(session, EVENTS[kind]).phase, next);
        }
        assertEquals(session, before, "the old state is untouched");
      },
    );
  }
}

Deno.test("a link belongs to whoever introduced himself, and to nobody before", () => {
  const accepted = advance({ phase: "opening" }, EVENTS.userAccepted);
  assertEquals(accepted, { phase: "user", peer: alice, challenge: "second" });
  const linked = advance({ phase: "helloSent" }, EVENTS.serverLinked);
  assertEquals(linked, { phase: "server", peer: there });
});

Deno.test("only who was asked for proof can be accepted by it, and the challenge stays the one sent", () => {
  const proving = SESSIONS.proving;
  assertEquals(advance(proving, EVENTS.userAccepted), {
    phase: "user",
    peer: alice,
    challenge: "first",
  });
  const other: SessionEvent = { kind: "userAccepted", user: bob, challenge: "first" };
  assertThrows(() => advance(proving, other), SessionError);
});

Deno.test("only the server that joined can be linked, or asked for its proof", () => {
  for (const kind of ["serverLinked", "serverMustProve"] as const) {
    assertThrows(() => advance(SESSIONS.joining, { kind, server: bob }), SessionError);
  }
});

Deno.test("a server that must prove its key has announced itself, in whatever way it came", () => {
  const announced: Session = { phase: "joining", peer: there, announced: true };
  for (const from of [SESSIONS.opening, SESSIONS.joining, SESSIONS.helloSent, announced]) {
    assertEquals(advance(from, EVENTS.serverMustProve), announced, from.phase);
  }
  const joining = advance({ phase: "opening" }, EVENTS.serverJoining);
  assertEquals(joining, { phase: "joining", peer: there, announced: false });
});

Deno.test("a link that is closing still says whose it was", () => {
  assertEquals(advance(SESSIONS.user, EVENTS.closing), { phase: "closing", peer: alice });
  assertEquals(advance(SESSIONS.server, EVENTS.closing), { phase: "closing", peer: there });
  assertEquals(advance(SESSIONS.opening, EVENTS.closing), { phase: "closing" });
  const again = advance(advance(SESSIONS.user, EVENTS.closing), EVENTS.closing);
  assertEquals(again, { phase: "closing", peer: alice });
});

Deno.test("whatever happens in whatever order, a link stays in the diagram, and closed is final", () => {
  const who = fc.constantFrom(alice, bob, there);
  const challenge = fc.constantFrom("first", "second");
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.constantFrom(EVENTS.opened, EVENTS.closing, EVENTS.closed),
    fc.record({ kind: fc.constant("userMustProve" as const), user: who, challenge }),
    fc.record({ kind: fc.constant("userAccepted" as const), user: who, challenge }),
    fc.record({ kind: fc.constant("serverJoining" as const), server: who }),
    fc.record({ kind: fc.constant("serverMustProve" as const), server: who }),
    fc.record({ kind: fc.constant("serverLinked" as const), server: who }),
  );
  const start = fc.constantFrom<Session>({ phase: "opening" }, { phase: "dialling" });
  fc.assert(fc.property(start, fc.array(event, { maxLength: 12 }), (first, events) => {
    let session = first;
    for (const happened of events) {
      const before = session;
      try {
        session = advance(before, happened);
      } catch (error) {
        assert(error instanceof SessionError);
        continue;
      }
      assertEquals(session.phase, DIAGRAM[before.phase][happened.kind]);
      if (before.phase === "closed") assertEquals(session, { phase: "closed" });
      const owner = "peer" in before ? before.peer : undefined;
      const wasAnnounced = before.phase === "joining" && before.announced;
      // Who has announced himself is not asked to do so again.
      if (wasAnnounced && session.phase === "joining") assert(session.announced);
      // Nobody takes over the link of somebody else.
      if (owner !== undefined && "peer" in session) assertEquals(session.peer, owner);
    }
  }));
});

/** Everything a server may hear in a state; the same for a client below. */
const HEARD: Record<End, Record<Phase, readonly MessageType[]>> = {
  server: {
    opening: ["SERVER_HELLO_JOIN", "SERVER_ANNOUNCE", "USER_HELLO", "CTRL_CLOSE"],
    proving: ["USER_PROOF", "CTRL_CLOSE"],
    user: [
      "USER_PROOF",
      "MSG_DIRECT",
      "PUBLIC_CHANNEL_ADD",
      "PUBLIC_CHANNEL_KEY_SHARE",
      "MSG_PUBLIC_CHANNEL",
      "FILE_START",
      "FILE_CHUNK",
      "FILE_END",
      "CTRL_CLOSE",
      "LIST_REQUEST",
      "PUBKEY_REQUEST",
    ],
    joining: ["SERVER_ANNOUNCE", "HEARTBEAT", "ERROR", "CTRL_CLOSE"],
    server: [
      "SERVER_ANNOUNCE",
      "USER_ADVERTISE",
      "USER_REMOVE",
      "SERVER_DELIVER",
      "HEARTBEAT",
      "PUBLIC_CHANNEL_ADD",
      "PUBLIC_CHANNEL_UPDATED",
      "PUBLIC_CHANNEL_KEY_SHARE",
      "MSG_PUBLIC_CHANNEL",
      "FILE_START",
      "FILE_CHUNK",
      "FILE_END",
      "ACK",
      "ERROR",
      "CTRL_CLOSE",
      "LIST_REQUEST",
      "LIST_RESPONSE",
      "PUBKEY_REQUEST",
      "PUBKEY_RESPONSE",
    ],
    dialling: [],
    helloSent: ["SERVER_WELCOME", "ACK", "ERROR", "CTRL_CLOSE"],
    closing: [],
    closed: [],
  },
  user: {
    opening: ["CTRL_CLOSE"],
    proving: ["CTRL_CLOSE"],
    user: [
      "PUBLIC_CHANNEL_ADD",
      "PUBLIC_CHANNEL_KEY_SHARE",
      "MSG_PUBLIC_CHANNEL",
      "FILE_START",
      "FILE_CHUNK",
      "FILE_END",
      "CTRL_CLOSE",
    ],
    joining: ["HEARTBEAT", "ERROR", "CTRL_CLOSE"],
    server: [
      "USER_ADVERTISE",
      "USER_REMOVE",
      "HEARTBEAT",
      "USER_DELIVER",
      "PUBLIC_CHANNEL_ADD",
      "PUBLIC_CHANNEL_UPDATED",
      "PUBLIC_CHANNEL_KEY_SHARE",
      "MSG_PUBLIC_CHANNEL",
      "FILE_START",
      "FILE_CHUNK",
      "FILE_END",
      "ACK",
      "ERROR",
      "CTRL_CLOSE",
      "LIST_RESPONSE",
      "PUBKEY_RESPONSE",
    ],
    dialling: [],
    helloSent: ["ACK", "ERROR", "CTRL_CLOSE"],
    closing: [],
    closed: [],
  },
};

for (const end of ["server", "user"] as const) {
  for (const phase of PHASES) {
    Deno.test(`a ${end} on a link that is ${phase} hears exactly what the catalog lets it`, () => {
      const heard = TYPES.filter((type) => admits(end, phase, rowOf(type)));
      assertEquals(heard, [...HEARD[end][phase]]);
    });
  }
}

Deno.test("a second name of a type is let through where the type is", () => {
  for (const phase of PHASES) {
    for (
      const [name, type] of [["MSG_PRIVATE", "MSG_DIRECT"], [
        "PEER_HELLO_LINK",
        "SERVER_ANNOUNCE",
      ]] as const
    ) {
      const resolved = resolveType(name);
      assert(resolved !== undefined);
      assertEquals(
        admits("server", phase, rowOf(resolved)),
        admits("server", phase, rowOf(type)),
      );
    }
  }
});
