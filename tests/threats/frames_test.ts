import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { publicSigningInput } from "../../lib/protocol/signing_input.ts";
import { scene } from "../support/world.ts";

/** A `LIST_REQUEST` whose payload is any text at all. */
const listing = (from: string, payload: string) =>
  `{"type":"LIST_REQUEST","from":"${from}","to":"*","ts":1700000000000,"payload":${payload}}`;

const CROOKED: Record<string, string> = {
  "a key named __proto__": '{"__proto__":{"admin":true}}',
  "a number that is infinite": '{"a":1e400}',
  "an integer that is not safe": '{"a":9007199254740993}',
  "a lone surrogate": '{"a":"\\ud800"}',
  "a lone surrogate in a key": '{"\\udc00":1}',
  "more than 256 keys": `{${Array.from({ length: 257 }, (_, i) => `"${i}":1`).join()}}`,
  "an array for a payload": "[]",
  "a depth of 17": "[".repeat(16) + "]".repeat(16),
  "10,000 brackets": "[".repeat(10_000),
  "10,000 brackets, closed": '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000),
  "a text that breaks off": '{"a":',
};

for (const [what, payload] of Object.entries(CROOKED)) {
  scene(`THREATS 9, 11: ${what} is refused, and the link lives`, async (world) => {
    const london = await world.server("london");
    const alice = await world.rawUser("alice", london);
    await alice.enters();
    await alice.sends(listing(alice.id, payload));
    assertEquals(alice.received.at(-1)?.type, "ERROR");
    assert(["BAD_KEY", "UNKNOWN_TYPE"].includes(`${alice.refusals[0]}`), `${alice.refusals}`);
    await alice.sends(listing(alice.id, "{}"));
    assertEquals(alice.of("LIST_RESPONSE").length, 1);
  });
}

scene(
  "THREATS 9: what was verified is what is acted on, of two equal keys the last",
  async (world) => {
    const london = await world.server("london");
    const paris = await world.rawServer("paris");
    const rome = await world.rawServer("rome");
    await paris.links(london);
    await rome.links(london);
    const bob = await world.stranger("bob");
    const carol = await world.stranger("carol");
    const honest = await rome.advertise(bob);
    const first = honest.replace('"user_id"', `"user_id":"${carol.id}","user_id"`);
    const last = honest.replace(`"${bob.id}"`, `"${bob.id}","user_id":"${carol.id}"`);
    await rome.sends(last);
    assertEquals([rome.refusals, london.presence], [["INVALID_SIG"], []]);
    await rome.sends(first);
    assertEquals(london.presence, ["bob at rome"]);
    // What goes on is the very text, so nobody can read anything else out of it than what was signed.
    const onward = world.network.sent.filter(({ from, to }) => from === "london" && to === "paris");
    assertEquals(onward.map(({ text }) => text).filter((text) => text.includes("ADVERTISE")), [
      first,
    ]);
  },
);

scene("THREATS 9: the order of keys means nothing", async (world) => {
  const london = await world.server("london");
  const rome = await world.rawServer("rome");
  await rome.links(london);
  const bob = await world.stranger("bob");
  const { payload, ...frame } = JSON.parse(await rome.advertise(bob));
  const backwards = Object.fromEntries(Object.entries(payload).reverse());
  await rome.sends(JSON.stringify({ payload: backwards, ...frame }));
  assertEquals(london.presence, ["bob at rome"]);
});

scene("THREATS 8: digits moved between `to` and `ts` make no other message", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const alice = await world.rawUser("alice", london);
  await alice.enters();
  const frame = JSON.parse(await alice.direct(bob, "hi"));
  const digits = `${frame.ts}`;
  for (const moved of [1, 2, 5]) {
    const to = frame.to + digits.slice(0, moved);
    await alice.sends(JSON.stringify({ ...frame, to, ts: Number(digits.slice(moved)) }));
    const shorter = { ...frame, to: frame.to.slice(0, -1), ts: Number(`1${digits}`) };
    await alice.sends(JSON.stringify(shorter));
  }
  assertEquals(new Set(alice.refusals), new Set(["BAD_KEY"]));
  assertEquals(bob.heard, []);
});

scene(
  "THREATS 8: a public message does not pass as a private one, nor the reverse",
  async (world) => {
    const london = await world.server("london");
    const bob = await world.person("bob", london);
    const alice = await world.rawUser("alice", london);
    await alice.enters();
    const dm = JSON.parse(await alice.direct(bob, "hi"));
    await alice.sends(JSON.stringify({ ...dm, type: "MSG_PUBLIC_CHANNEL", to: "public" }));
    const { ciphertext } = dm.payload;
    const ts = world.clock.now();
    const input = publicSigningInput({ ciphertext, from: alice.id, ts });
    const content_sig = encodeBase64url(await world.crypto.sign(alice.keys.privateKey, input));
    const payload = { ciphertext, sender_pub: alice.keys.publicKey, content_sig };
    await alice.sends(JSON.stringify(alice.frame("MSG_DIRECT", bob.id, payload, ts)));
    assertEquals(alice.refusals, ["INVALID_SIG", "INVALID_SIG"]);
    assertEquals(bob.events.filter(({ kind }) => kind === "message" || kind === "refused"), []);
  },
);

scene(
  "THREATS 8: a malicious server cannot show a message as another's, or another's as mine",
  async (world) => {
    const london = await world.server("london");
    const [alice, bob, carol] = [
      await world.person("alice", london),
      await world.person("bob", london),
      await world.person("carol", london),
    ];
    await alice.says("for carol", carol);
    await alice.says("for bob", bob);
    const delivered = world.network.sent.filter(({ text }) => text.includes('"USER_DELIVER"'));
    for (const { text } of delivered) {
      const frame = JSON.parse(text);
      for (const sender of [alice, bob, carol]) {
        for (const to of [bob, carol]) {
          for (const by of [0, 1]) {
            // The server itself is the attacker: it signs whatever it likes.
            const ts = frame.ts + by;
            const payload = { ...frame.payload, sender: sender.id, ts };
            const forged = { ...frame, to: to.id, ts, payload };
            const input = new TextEncoder().encode(JSON.stringify(sorted(payload)));
            const sig = encodeBase64url(await world.crypto.sign(london.keys.privateKey, input));
            world.network.inject("london", to.name, JSON.stringify({ ...forged, sig }));
          }
        }
      }
    }
    await world.settle();
    assertEquals([bob.heard, carol.heard], [["alice: for bob"], ["alice: for carol"]]);
    assert(bob.of("refused").length > 0);
  },
);

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => one < other ? -1 : 1));
}

scene(
  "THREATS 10: a second spelling of base64url is refused, and makes no second message",
  async (world) => {
    const london = await world.server("london");
    const bob = await world.person("bob", london);
    const alice = await world.rawUser("alice", london);
    await alice.enters();
    const frame = JSON.parse(await alice.direct(bob, "hi"));
    await alice.sends(JSON.stringify(frame));
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const member of ["content_sig", "ciphertext"]) {
      const spelled: string = frame.payload[member];
      const last = alphabet[alphabet.indexOf(spelled.at(-1) ?? "") + 1] ?? "";
      const others = [
        `${spelled}=`,
        ` ${spelled}`,
        `${spelled}\n`,
        spelled.slice(0, -1) + last,
        spelled.replaceAll("-", "+").replaceAll("_", "/"),
      ];
      for (const other of others) {
        assert(other !== spelled);
        const payload = { ...frame.payload, [member]: other };
        alice.news();
        await alice.sends(JSON.stringify({ ...frame, payload }));
        assertEquals(alice.refusals, ["BAD_KEY"], JSON.stringify(other.slice(-4)));
      }
    }
    const upper = JSON.stringify({ ...frame, to: frame.to.toUpperCase() });
    await alice.sends(upper, JSON.stringify({ ...frame, more: "members" }));
    assertEquals(bob.heard, ["alice: hi"]);
  },
);

scene("THREATS 24: a server 10 min ahead is refused, and the log says clock", async (world) => {
  const london = await world.server("london");
  const paris = await world.server("paris", { introducers: ["london"], ahead: 600_000 });
  assertEquals([london.linked, paris.linked], [[], []]);
  const [refused] = london.log.filter(({ message }) => message === "refused a frame");
  assertStringIncludes(`${refused?.fields["detail"]}`, "600 s ahead of the clock here");
  assertStringIncludes(`${refused?.fields["detail"]}`, "compare the clocks");
  // Even the refusal comes out of a past that Paris does not accept, and its log says so too.
  assert(paris.log.some(({ fields }) => `${fields["detail"]}`.includes("compare the clocks")));
});

for (const ahead of [-110_000, 110_000]) {
  scene(`THREATS 24: a server ${ahead / 1000} s off is taken`, async (world) => {
    const london = await world.server("london");
    const paris = await world.server("paris", { introducers: ["london"], ahead });
    const alice = await world.person("alice", london);
    const bob = await world.person("bob", paris);
    const message = await alice.says("hi", bob);
    assertEquals([message.state, bob.of("refused")], ["taken", []]);
  });
}
