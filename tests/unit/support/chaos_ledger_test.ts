import { assertEquals, assertMatch } from "@std/assert";
import { INSTANT_MS, type Kill, Ledger } from "../../support/chaos/ledger.ts";

const message = { text: "hi", from: "alice", to: "bob", home: 1, at: 5_000 };

/** A ledger with one message. */
function typed(): Ledger {
  const ledger = new Ledger();
  ledger.accepted(message);
  return ledger;
}

/** The only rule that is broken, or "". */
function broken(ledger: Ledger, kills: readonly Kill[] = []): string {
  const { broken } = ledger.judge(kills);
  assertEquals(broken.length <= 1, true, broken.join("\n"));
  return broken[0] ?? "";
}

Deno.test("acknowledged and delivered once is as it should be", () => {
  const ledger = typed();
  ledger.delivered("hi", "alice", "bob", 5_100);
  ledger.settled("hi", { kind: "acknowledged", at: 5_200 });
  const { broken, lost, figures } = ledger.judge([]);
  assertEquals([broken, lost], [[], []]);
  assertEquals(figures, {
    accepted: 1,
    acknowledged: 1,
    failed: 0,
    failedButDelivered: 0,
    reasons: {},
  });
});

Deno.test("failed and not delivered, or delivered once, is as it should be, and counted", () => {
  const ledger = typed();
  ledger.settled("hi", { kind: "failed", why: "TIMEOUT", at: 15_000 });
  assertEquals(broken(ledger), "");
  ledger.delivered("hi", "alice", "bob", 5_100);
  const { broken: none, figures } = ledger.judge([]);
  assertEquals(none, []);
  assertEquals([figures.failedButDelivered, figures.reasons], [1, { TIMEOUT: 1 }]);
});

Deno.test("a message without an outcome breaks a rule", () => {
  const ledger = typed();
  assertEquals([ledger.open, ledger.openOf("alice"), ledger.openOf("bob")], [1, 1, 0]);
  assertMatch(broken(ledger), /^no outcome: "hi"/);
});

Deno.test("two outcomes break a rule", () => {
  const ledger = typed();
  ledger.settled("hi", { kind: "failed", why: "TIMEOUT", at: 15_000 });
  ledger.settled("hi", { kind: "acknowledged", at: 15_001 });
  assertMatch(broken(ledger), /^failed, then acknowledged/);
});

Deno.test("a second delivery breaks a rule, whatever the sender was told", () => {
  for (
    const outcome of [
      { kind: "acknowledged", at: 6_000 },
      { kind: "failed", why: "TIMEOUT", at: 15_000 },
    ] as const
  ) {
    const ledger = typed();
    ledger.settled("hi", outcome);
    ledger.delivered("hi", "alice", "bob", 5_100);
    ledger.delivered("hi", "alice", "bob", 9_000);
    assertMatch(broken(ledger), /^delivered 2 times/);
  }
});

Deno.test("a delivery to somebody else, or as somebody else's, breaks a rule", () => {
  for (const [from, to] of [["alice", "carol"], ["carol", "bob"]] as const) {
    const ledger = typed();
    ledger.settled("hi", { kind: "acknowledged", at: 6_000 });
    ledger.delivered("hi", from, to, 5_100);
    assertMatch(broken(ledger), /^delivered (to|as from) carol/);
  }
});

Deno.test("what nobody typed breaks a rule when it is shown or settled", () => {
  const shown = new Ledger();
  shown.delivered("?", "alice", "bob", 1);
  assertMatch(broken(shown), /^bob was shown what nobody typed/);
  const settled = new Ledger();
  settled.settled("?", { kind: "acknowledged", at: 1 });
  assertMatch(broken(settled), /^an outcome for what nobody typed/);
});

Deno.test("acknowledged and never delivered breaks a rule", () => {
  const ledger = typed();
  ledger.settled("hi", { kind: "acknowledged", at: 6_000 });
  assertEquals(ledger.missing, 1);
  const innocent: readonly (readonly Kill[])[] = [
    [],
    [{ server: 2, at: 6_000 }], // another server
    [{ server: 1, at: 4_900 }], // before the message was typed
    [{ server: 1, at: 6_001 + INSTANT_MS }], // long after it was acknowledged
  ];
  for (const kills of innocent) {
    assertMatch(broken(ledger, kills), /^acknowledged, never delivered/);
  }
});

Deno.test("what a server was killed over is listed, and breaks no rule", () => {
  for (const at of [5_500, 6_000, 6_000 + INSTANT_MS]) {
    const ledger = typed();
    ledger.welcomed("bob", 1_000);
    ledger.settled("hi", { kind: "acknowledged", at: 6_000 });
    ledger.welcomed("bob", 8_000);
    const { broken, lost } = ledger.judge([{ server: 1, at }]);
    assertEquals(broken, []);
    assertEquals(lost.length, 1);
    assertMatch(lost[0] ?? "", /acknowledged at 6\.000 s/);
    assertMatch(lost[0] ?? "", /server 1 killed at/);
  }
});

Deno.test("a kill explains no acknowledgement that was heard when the recipient was back", () => {
  const ledger = typed();
  ledger.welcomed("bob", 5_900);
  ledger.settled("hi", { kind: "acknowledged", at: 6_000 });
  assertMatch(broken(ledger, [{ server: 1, at: 5_500 }]), /^acknowledged, never delivered/);
});
