import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fingerprint } from "../../../lib/crypto/fingerprint.ts";
import type { Session } from "../../../lib/link/session.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { canonicalUtf8 } from "../../../lib/protocol/canonical_json.ts";
import { rowOf } from "../../../lib/protocol/catalog.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { utf8 } from "../../support/binary.ts";
import {
  ALICE,
  BLOCK,
  BOB,
  exampleText,
  HERE,
  NOW,
  PAYLOADS,
  THERE,
  TYPES,
} from "../protocol/examples.ts";
import { bound, onBobsLink, setUp } from "./scripted_host.ts";

// What the signed payload repeats (D9)

for (
  const [why, other] of [
    ["another ts", { ts: NOW + 1 }],
    ["another origin", { origin: HERE }],
    ["an origin that is no text", { origin: THERE, ts: `${NOW}` }],
    ["another type", { type: "USER_ADVERTISE" }],
    ["its own second name for a type", { type: "user_remove" }],
  ] as const
) {
  Deno.test(`a frame whose signed payload says ${why} is refused, unverified (D9)`, async () => {
    const { cast, host, take } = await setUp();
    const payload = { ...bound("USER_REMOVE"), ...other };
    await take(await cast.frame("USER_REMOVE", payload));
    assertEquals(host.accepted, []);
    assertEquals(host.told, []);
    assertEquals(host.refusals.length, 1);
  });
}

Deno.test("a signed frame passes as no other type, from nobody else and at no other time", async () => {
  const { cast, host, take } = await setUp();
  const payload = bound("SERVER_ANNOUNCE");
  host.state = { phase: "opening" };
  for (
    const other of [
      { type: "SERVER_HELLO_JOIN" },
      { type: "SERVER_HELLO_LINK" },
      { from: HERE },
      { ts: NOW + 1 },
    ]
  ) {
    const told = await take(await cast.frame("SERVER_ANNOUNCE", payload, other));
    assertEquals(told, ["refuse INVALID_SIG"], JSON.stringify(other));
  }
  const told = await take(await cast.frame("SERVER_ANNOUNCE", payload));
  assertEquals(told.at(-1), "accept SERVER_ANNOUNCE");
});

Deno.test("a nonce that a server sends to others is no proof of its key, whatever frame it is put into (D12)", async () => {
  const { cast, take } = await setUp();
  for (const type of ["SERVER_ANNOUNCE", "SERVER_WELCOME"] as const) {
    const payload = bound(type, { ...PAYLOADS[type], nonce: "QQ" });
    const told = await take(await cast.frame(type, payload, { type: "HEARTBEAT" }));
    assertEquals(told, ["refuse INVALID_SIG"], type);
  }
});

Deno.test("ids are compared in either case: origin, from and owner", async () => {
  const { cast, take } = await setUp();
  const payload = { ...bound("HEARTBEAT"), origin: THERE.toUpperCase() };
  const told = await take(await cast.frame("HEARTBEAT", payload, { from: THERE.toUpperCase() }));
  assertEquals(told, ["signerOf", "accept HEARTBEAT"]);
});

Deno.test("a frame of another team's server repeats nothing, and is taken", async () => {
  const { cast, take } = await setUp();
  const told = await take(await cast.frame("USER_REMOVE"));
  assertEquals(told.at(-1), "accept USER_REMOVE");
});

// Whose link it is

Deno.test("a link speaks for its owner only, except for what may be relayed", async () => {
  for (const type of TYPES) {
    const { during, from } = rowOf(type);
    if (!during.includes("server") || type === "CTRL_CLOSE") continue;
    const { cast, host, take } = await setUp({
      end: rowOf(type).receiver === "user" ? "user" : "server",
    });
    await take(await cast.frame(type, PAYLOADS[type], { from: HERE }));
    const refused = host.refusals.at(0)?.error;
    assertEquals(refused?.code, from === "peer" ? "INVALID_SIG" : undefined, type);
    if (refused !== undefined) assertStringIncludes(refused.detail, "this link belongs to");
  }
});

Deno.test("a link on which a server must still prove its key speaks for that server only", async () => {
  for (const type of ["SERVER_ANNOUNCE", "HEARTBEAT", "ERROR"] as const) {
    const state = { phase: "joining", peer: toId(THERE), announced: true } as const;
    const { cast, take } = await setUp({ state });
    const foreign = await take(await cast.frame(type, PAYLOADS[type], { from: HERE }));
    assertEquals(foreign, ["refuse INVALID_SIG"], type);
    assertEquals((await take(await cast.frame(type))).at(-1), `accept ${type}`);
  }
});

Deno.test("a user's link speaks for the user only, whatever the frame", async () => {
  for (const type of TYPES) {
    if (!rowOf(type).during.includes("user") || type === "CTRL_CLOSE") continue;
    const { take } = await onBobsLink();
    assertEquals(await take(exampleText(type, { from: ALICE, sig: undefined })), [
      "refuse INVALID_SIG",
    ], type);
  }
});

Deno.test("a farewell says nobody's name and is taken from anybody", async () => {
  const { take } = await onBobsLink();
  assertEquals(await take('{"type":"CTRL_CLOSE"}'), ["accept CTRL_CLOSE"]);
});

// Seen before

Deno.test("a second copy is known before anything is verified", async () => {
  const { cast, host, take } = await setUp();
  const text = await cast.frame("USER_REMOVE", bound("USER_REMOVE"));
  await take(text);
  host.known.add(host.accepted[0]?.frameId ?? "");
  assertEquals(await take(text), ["seen", "duplicate USER_REMOVE"]);
});

Deno.test("the same content in another frame is a second copy, by its content_sig (D27)", async () => {
  const { cast, host, take } = await onBobsLink();
  const text = await cast.direct();
  await take(text);
  host.known.add(host.accepted[0]?.messageRef ?? "");
  const frame = JSON.parse(text);
  frame.payload.more = 1;
  assertEquals(await take(JSON.stringify(frame)), ["seen", "duplicate MSG_DIRECT"]);
});

Deno.test("what may come again is never asked for", async () => {
  const { cast, take } = await setUp();
  const text = await cast.frame("HEARTBEAT");
  for (let i = 0; i < 2; i++) assertEquals(await take(text), ["signerOf", "accept HEARTBEAT"]);
});

Deno.test("a forged frame leaves no trace by which the true one would count as seen", async () => {
  const { cast, host, take } = await setUp();
  const text = await cast.frame("USER_REMOVE", bound("USER_REMOVE"));
  const forged = JSON.stringify({ ...JSON.parse(text), sig: BLOCK });
  assertEquals(await take(forged), ["seen", "signerOf", "refuse INVALID_SIG"]);
  assertEquals(await take(text), ["seen", "signerOf", "accept USER_REMOVE"]);
  assertEquals(host.accepted.length, 1);
});

// Signatures

for (const type of TYPES.filter((name) => rowOf(name).sig === "required")) {
  Deno.test(`a ${type} without a signature that verifies is refused (THREATS 7)`, async () => {
    const { receiver, during } = rowOf(type);
    const end = receiver === "user" ? "user" : "server";
    const states: Session[] = [
      { phase: "server", peer: toId(THERE) },
      { phase: "helloSent" },
      { phase: "proving", peer: toId(THERE), challenge: "QQ" },
    ];
    const state = states.find(({ phase }) => during.includes(phase));
    const { cast, host, take } = await setUp({ end, ...(state === undefined ? {} : { state }) });
    for (const sig of [undefined, "", null, 7, [], ["QQ"], {}, "QQ", "Q Q", BLOCK, `${BLOCK}=`]) {
      await take(await cast.frame(type, PAYLOADS[type], { sig }));
    }
    assertEquals(host.accepted, []);
    const wrong = new Set(host.refusals.map(({ error }) => error.code));
    assertEquals([...wrong].toSorted(), ["BAD_KEY", "INVALID_SIG"]);
    await take(await cast.frame(type));
    assertEquals(host.accepted.length, 1, "and with it, it is taken");
  });
}

Deno.test("a signature that may be missing must verify where it is there (§7)", async () => {
  const { cast, take } = await onBobsLink();
  assertEquals((await take(await cast.direct({ sig: BLOCK }))).at(-1), "refuse INVALID_SIG");
  assertEquals((await take(await cast.direct({ sig: "" }))).at(-1), "accept MSG_DIRECT");
});

Deno.test("a signature over the payload's raw UTF-8 is as good (D7)", async () => {
  const { cast, take } = await setUp();
  const payload = { code: "TIMEOUT", detail: "Zoë 😀" };
  const signature = await cast.crypto.sign(cast.server.privateKey, utf8(canonicalUtf8(payload)));
  const text = await cast.frame("ERROR", payload, { sig: encodeBase64url(signature) });
  assertEquals((await take(text)).at(-1), "accept ERROR");
});

Deno.test("an unknown signer is refused with the owner's reason", async () => {
  const { cast, host, take } = await setUp();
  host.signer = { kind: "unknown", reason: "never heard of" };
  assertEquals(await take(await cast.frame("HEARTBEAT")), ["signerOf", "refuse INVALID_SIG"]);
  assertEquals(host.refusals[0]?.error.detail, "never heard of");
});

Deno.test("what the owner vouches for is taken without a key, and says so", async () => {
  const { host, take } = await setUp();
  host.signer = { kind: "vouched" };
  assertEquals(await take(exampleText("HEARTBEAT")), ["signerOf", "accept HEARTBEAT"]);
  assertEquals(host.accepted[0]?.signedBy, undefined);
});

Deno.test("an owner who finds a bad key in the message refuses it", async () => {
  const { cast, host, take } = await setUp();
  host.signerOf = () => {
    throw new ProtocolError("BAD_KEY", "RSA-2048; only RSA-4096 is accepted");
  };
  assertEquals(await take(await cast.frame("HEARTBEAT")), ["refuse BAD_KEY"]);
});

Deno.test("whether somebody had pinned the key that verified a frame is told", async () => {
  const { cast, host, take } = await setUp();
  const key = cast.server.publicKey;
  for (const pinned of [false, true]) {
    host.signer = { kind: "key", key, pinned };
    await take(await cast.frame("HEARTBEAT"));
  }
  assertEquals(host.accepted.map(({ firstSight }) => firstSight), [true, false]);
});

Deno.test("a message that brings a key tells the fingerprint of the key that verified it, and no other does", async () => {
  const { cast, host, take } = await setUp();
  const expected = await fingerprint(cast.crypto, cast.server.publicKey);
  assertMatch(expected, /^SHA256:[\w-]{43}$/);
  await take(await cast.frame("SERVER_ANNOUNCE"));
  await take(await cast.frame("HEARTBEAT"));
  await take(await cast.frame("SERVER_ANNOUNCE", PAYLOADS.SERVER_ANNOUNCE, { sig: BLOCK }));
  host.state = { phase: "opening" };
  await take(exampleText("SERVER_HELLO_JOIN", { sig: undefined }));
  assertEquals(host.accepted.map((one) => [one.type, one.fingerprint]), [
    ["SERVER_ANNOUNCE", expected],
    ["HEARTBEAT", undefined],
    ["SERVER_HELLO_JOIN", undefined],
  ]);
});

Deno.test("a content_sig that does not verify under the key known for its author is refused", async () => {
  const { cast, host, take } = await onBobsLink();
  host.contentKey = cast.server.publicKey;
  assertEquals((await take(await cast.direct())).at(-1), "refuse INVALID_SIG");
  assertStringIncludes(host.refusals[0]?.error.detail ?? "", BOB);
});

Deno.test("content moved to another receiver or time is refused (THREATS 8)", async () => {
  const { cast, take } = await onBobsLink();
  const text = await cast.direct();
  for (const other of [{ to: THERE }, { ts: NOW + 1 }, { to: ALICE.toUpperCase() }]) {
    const moved = JSON.stringify({ ...JSON.parse(text), ...other });
    assertEquals((await take(moved)).at(-1), "refuse INVALID_SIG");
  }
});
