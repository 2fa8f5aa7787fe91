import { assertEquals, assertMatch } from "@std/assert";
import type { PublicKey } from "../../../lib/crypto/public_key.ts";
import { MAX_INBOX, MAX_SERVER_INBOX } from "../../../lib/link/inbox_limits.ts";
import { Ingress } from "../../../lib/link/ingress.ts";
import type { Session } from "../../../lib/link/session.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { MAX_SERVER_FRAME_BYTES, MAX_USER_FRAME_BYTES } from "../../../lib/protocol/limits.ts";
import { utf8 } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { BLOCK, BOB, exampleText, PAYLOADS, THERE, TYPES } from "../protocol/examples.ts";
import { settled } from "./recording_transport.ts";
import { BOBS_LINK, bound, Cast, onBobsLink, ScriptedHost, setUp } from "./scripted_host.ts";

Deno.test("a good frame of a server passes every check, in this order", async () => {
  const { cast, host, take } = await setUp();
  const told = await take(await cast.frame("USER_REMOVE", bound("USER_REMOVE")));
  assertEquals(told, ["seen", "signerOf", "accept USER_REMOVE"]);
  const [message] = host.accepted;
  assertEquals(message?.signedBy, cast.server.publicKey);
  assertEquals([message?.firstSight, message?.fingerprint], [false, undefined]);
  assertEquals(message?.messageRef, undefined);
  assertEquals(message?.contentVerified, false);
  assertMatch(message?.frameId ?? "", /^[\w-]{43}$/);
});

Deno.test("a good message of a user passes every check, its content_sig included", async () => {
  const { cast, host, take } = await onBobsLink();
  const told = await take(await cast.direct());
  assertEquals(told, ["seen", "contentKeyOf", "accept MSG_DIRECT"]);
  const [message] = host.accepted;
  assertEquals([message?.contentVerified, message?.signedBy], [true, undefined]);
  assertMatch(message?.messageRef ?? "", /^[\w-]{43}$/);
});

Deno.test("a content_sig by somebody whose key nobody knows is passed on as not verified", async () => {
  const { cast, host, take } = await setUp();
  const payload = bound("SERVER_DELIVER");
  assertEquals(await take(await cast.frame("SERVER_DELIVER", payload)), [
    "seen",
    "signerOf",
    "contentKeyOf",
    "accept SERVER_DELIVER",
  ]);
  assertEquals(host.accepted[0]?.contentVerified, false);
});

// Size

for (
  const [state, limit] of [
    [{ phase: "opening" }, MAX_USER_FRAME_BYTES],
    [BOBS_LINK, MAX_USER_FRAME_BYTES],
    [{ phase: "joining", peer: toId(THERE), announced: false }, MAX_USER_FRAME_BYTES],
    [{ phase: "helloSent" }, MAX_SERVER_FRAME_BYTES],
    [{ phase: "server", peer: toId(THERE) }, MAX_SERVER_FRAME_BYTES],
  ] as const satisfies [Session, number][]
) {
  Deno.test(`a link that is ${state.phase} takes ${limit} bytes of UTF-8 a frame, and not one more`, async () => {
    const farewell = (pad: string, bytes: number) => {
      const bare = JSON.stringify({ type: "CTRL_CLOSE", pad: "" });
      const room = bytes - bare.length;
      const one = utf8(pad).length;
      const filling = pad.repeat(Math.floor(room / one)) + "x".repeat(room % one);
      return JSON.stringify({ type: "CTRL_CLOSE", pad: filling });
    };
    for (const pad of ["x", "é", "€", "😀"]) {
      const { take } = await setUp({ state });
      assertEquals(utf8(farewell(pad, limit)).length, limit);
      assertEquals(await take(farewell(pad, limit)), ["accept CTRL_CLOSE"]);
      assertEquals(await take(farewell(pad, limit + 1)), ["close 1009"]);
      assertEquals(await take(farewell(pad, 100)), [], "nothing is taken afterwards");
    }
  });
}

const INBOXES = [
  { whose: "a user", state: BOBS_LINK, room: MAX_INBOX, pad: 60_000 },
  { whose: "a server", state: undefined, room: MAX_SERVER_INBOX, pad: 900_000 },
];

for (const { whose, state, room, pad } of INBOXES) {
  Deno.test(`more of ${whose} than may wait ends the link, and what waits is forgotten`, async () => {
    const { host, ingress } = await setUp(state === undefined ? {} : { state });
    const text = JSON.stringify({ type: "CTRL_CLOSE", pad: "x".repeat(pad) });
    const fits = Math.floor(room / text.length);
    // The first is being checked while the others wait.
    for (let i = 0; i < 1 + fits; i++) ingress.receive(text);
    assertEquals(host.told, []);
    ingress.receive(text);
    assertEquals(host.told, ["close 1008"]);
    await settled();
    assertEquals(host.accepted, []);
    host.told.length = 0;
    ingress.receive(text);
    await settled();
    assertEquals(host.told, []);
  });
}

Deno.test("what has been checked makes room in the inbox again", async () => {
  const { cast, host, take } = await setUp();
  const text = await cast.frame("HEARTBEAT", { pad: "x".repeat(900_000) });
  for (let i = 0; i < 10; i++) {
    assertEquals((await take(text)).filter((said) => said.startsWith("close")), []);
  }
  assertEquals(host.accepted.length, 10);
});

// Form and state

Deno.test("what cannot be read is refused with nothing known of it", async () => {
  const { host, take } = await setUp();
  assertEquals(await take("hello"), ["refuse BAD_KEY"]);
  assertEquals(await take('{"type":"NOBODY_KNOWS"}'), ["refuse UNKNOWN_TYPE"]);
  assertEquals(host.refusals.map(({ refused }) => refused), [
    { envelope: undefined, messageRef: undefined },
    { envelope: undefined, messageRef: undefined },
  ]);
});

Deno.test("a frame out of place is refused before its payload is looked at, whoever signed it", async () => {
  const { host, take } = await onBobsLink();
  const text = exampleText("USER_ADVERTISE", { from: BOB, payload: { nonsense: 1 } });
  assertEquals(await take(text), ["refuse UNKNOWN_TYPE"]);
  const { detail } = host.refusals[0]?.error ?? { detail: "" };
  assertEquals(detail, "USER_ADVERTISE is not for a user to send");
});

Deno.test("nothing at all is taken before our own first frame, nor after the link was closed", async () => {
  for (const phase of ["dialling", "closing", "closed"] as const) {
    const { take } = await setUp({ state: { phase } });
    for (const type of TYPES) {
      assertEquals(await take(exampleText(type)), ["refuse UNKNOWN_TYPE"]);
    }
  }
});

Deno.test("a refused message is named where its name can be read, so that its sender knows which", async () => {
  const { host, take } = await onBobsLink();
  const payload = { ...PAYLOADS.MSG_DIRECT, ciphertext: 7 };
  assertEquals(await take(exampleText("MSG_DIRECT", { payload })), ["refuse BAD_KEY"]);
  const [{ refused } = { refused: undefined }] = host.refusals;
  assertEquals(refused?.envelope?.type, "MSG_DIRECT");
  assertMatch(refused?.messageRef ?? "", /^[\w-]{43}$/);
});

// Order, and the end

/** A backend whose verifications end when the test says so. */
class PatientCrypto extends FakeCrypto {
  readonly verifications: PromiseWithResolvers<void>[] = [];
  patient = false;

  override async verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    if (this.patient) {
      const turn = Promise.withResolvers<void>();
      this.verifications.push(turn);
      await turn.promise;
    }
    return await super.verify(key, signature, data);
  }
}

async function patiently() {
  const crypto = new PatientCrypto(1);
  const cast = await Cast.of(crypto);
  const host = new ScriptedHost(cast.server.publicKey);
  const ingress = new Ingress(crypto, host, host);
  crypto.patient = true;
  return { crypto, cast, host, ingress };
}

Deno.test("frames keep their order though one takes long to verify and the next is none at all", async () => {
  const { crypto, cast, host, ingress } = await patiently();
  ingress.receive(await cast.frame("USER_REMOVE"));
  ingress.receive("hello");
  ingress.receive('{"type":"CTRL_CLOSE"}');
  await settled();
  assertEquals(host.told, ["seen", "signerOf"]);
  crypto.verifications[0]?.resolve();
  await settled();
  assertEquals(host.told.slice(2), ["accept USER_REMOVE", "refuse BAD_KEY", "accept CTRL_CLOSE"]);
});

Deno.test("what is being verified when the link ends is not taken, nor what waits behind it", async () => {
  const { crypto, cast, host, ingress } = await patiently();
  ingress.receive(await cast.frame("USER_REMOVE"));
  ingress.receive('{"type":"CTRL_CLOSE"}');
  await settled();
  ingress.stop();
  crypto.verifications[0]?.resolve();
  await settled();
  ingress.receive('{"type":"CTRL_CLOSE"}');
  await settled();
  assertEquals(host.told, ["seen", "signerOf"]);
});

Deno.test("a forgery found out after the link has ended is not answered", async () => {
  const { crypto, cast, host, ingress } = await patiently();
  ingress.receive(await cast.frame("USER_REMOVE", PAYLOADS.USER_REMOVE, { sig: BLOCK }));
  await settled();
  ingress.stop();
  crypto.verifications[0]?.resolve();
  await settled();
  assertEquals(host.told, ["seen", "signerOf"]);
});

Deno.test("a second copy found out after the link has ended is not told of", async () => {
  const { cast, host, ingress } = await setUp();
  ingress.receive(await cast.frame("USER_REMOVE"));
  ingress.stop();
  await settled();
  assertEquals(host.told, []);
});

Deno.test("a link that ends while a frame is handed over takes no other", async () => {
  const { cast, host, ingress } = await setUp();
  host.onAccept = () => ingress.stop();
  ingress.receive(await cast.frame("HEARTBEAT"));
  ingress.receive(await cast.frame("HEARTBEAT"));
  await settled();
  assertEquals(host.told, ["signerOf", "accept HEARTBEAT"]);
});

Deno.test("a frame that changes the state of the link changes what the next may be", async () => {
  const { cast, host, ingress } = await setUp({ state: { phase: "opening" } });
  host.onAccept = () => host.state = { phase: "server", peer: toId(THERE) };
  ingress.receive(await cast.frame("SERVER_ANNOUNCE"));
  ingress.receive(await cast.frame("HEARTBEAT"));
  await settled();
  assertEquals(host.told.filter((said) => /accept|refuse/.test(said)), [
    "accept SERVER_ANNOUNCE",
    "accept HEARTBEAT",
  ]);
});

Deno.test("what came before the peer closed is still checked, and then the end is told", async () => {
  const { crypto, cast, host, ingress } = await patiently();
  ingress.receive(await cast.frame("USER_REMOVE"));
  ingress.receive('{"type":"CTRL_CLOSE"}');
  ingress.finish(() => host.told.push("end"));
  await settled();
  assertEquals(host.told, ["seen", "signerOf"]);
  crypto.verifications[0]?.resolve();
  await settled();
  assertEquals(host.told.slice(2), ["accept USER_REMOVE", "accept CTRL_CLOSE", "end"]);
});

Deno.test("where nothing waits the end is told at once", async () => {
  const { host, ingress } = await setUp();
  ingress.finish(() => host.told.push("end"));
  assertEquals(host.told, ["end"]);
});

for (
  const method of ["session", "now", "signerOf", "seen", "accept", "duplicate", "refuse"] as const
) {
  Deno.test(`an owner whose ${method} throws is at fault, and nothing more is taken`, async () => {
    const { cast, host, ingress } = await setUp();
    const text = await cast.frame("USER_REMOVE", bound("USER_REMOVE"));
    if (method === "duplicate") host.seen = () => true;
    const broken = () => {
      throw new TypeError("our mistake");
    };
    Object.assign(host, { [method]: broken });
    ingress.receive(method === "refuse" ? "hello" : text);
    ingress.receive('{"type":"CTRL_CLOSE"}');
    await settled();
    assertEquals(host.told.filter((said) => !/^(seen|signerOf)$/.test(said)), [
      "fault TypeError: our mistake",
    ]);
  });
}

Deno.test("an owner who cannot take a message now says so as the peer's fault, and goes on", async () => {
  const { cast, host, take } = await setUp();
  host.onAccept = () => {
    throw new ProtocolError("USER_NOT_FOUND", "nobody of that name");
  };
  assertEquals((await take(await cast.frame("HEARTBEAT"))).at(-1), "refuse USER_NOT_FOUND");
  host.onAccept = () => {};
  assertEquals((await take(await cast.frame("HEARTBEAT"))).at(-1), "accept HEARTBEAT");
});
