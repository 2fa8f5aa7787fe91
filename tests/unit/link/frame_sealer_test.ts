import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { PrivateKey } from "../../../lib/crypto/port.ts";
import { FrameSealer } from "../../../lib/link/frame_sealer.ts";
import { readEnvelope, type UnsignedFrame } from "../../../lib/protocol/envelope.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { HERE, NOW, THERE } from "../protocol/examples.ts";
import { settled } from "./recording_transport.ts";

class CountingCrypto extends FakeCrypto {
  signatures = 0;
  failure: Error | undefined;

  override sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
    this.signatures++;
    return this.failure === undefined ? super.sign(key, data) : Promise.reject(this.failure);
  }
}

async function setUp() {
  const crypto = new CountingCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  return { crypto, publicKey, sealer: new FrameSealer(crypto, privateKey) };
}

function frame(payload: UnsignedFrame["payload"], to = THERE): UnsignedFrame {
  return { type: "HEARTBEAT", from: HERE, to, ts: NOW, payload };
}

Deno.test("one frame is signed once, however often and to however many it is sent", async () => {
  const { crypto, sealer } = await setUp();
  const same = frame({ a: 1 });
  const texts = await Promise.all([sealer.seal(same), sealer.seal(same), sealer.seal(same)]);
  texts.push(await sealer.seal(same));
  assertEquals(crypto.signatures, 1);
  assertEquals(new Set(texts).size, 1);
});

Deno.test("what has been signed is there at once", async () => {
  const { sealer } = await setUp();
  const same = frame({ a: 1 });
  const text = await sealer.seal(same);
  assertEquals(sealer.seal(same), text);
});

Deno.test("two frames that look the same are two frames", async () => {
  const { crypto, sealer } = await setUp();
  assertNotEquals(await sealer.seal(frame({ a: 1 })), await sealer.seal(frame({ a: 1 })));
  assertEquals(crypto.signatures, 2);
});

Deno.test("the empty payload of heartbeats is signed once in a lifetime (§8.4)", async () => {
  const { crypto, sealer } = await setUp();
  const texts = await Promise.all([sealer.seal(frame({})), sealer.seal(frame({}, "*"))]);
  assertEquals(crypto.signatures, 1);
  const [one, other] = texts.map(readEnvelope);
  assertEquals([one?.sig, one?.to, other?.to], [other?.sig, THERE, "*"]);
});

Deno.test("the signature covers the payload in Python's canonical form, and nothing else (D7)", async () => {
  const { crypto, publicKey, sealer } = await setUp();
  const { sig, rawPayload } = readEnvelope(await sealer.seal(frame({ b: "Zoë", a: [1] })));
  assertEquals(rawPayload, { b: "Zoë", a: [1] });
  const signature = bytesOf(sig ?? "");
  const covered = utf8('{"a":[1],"b":"Zo\\u00eb"}');
  assertEquals(await crypto.verify(publicKey, signature, covered), true);
});

Deno.test("a key that fails is told to whoever sends, and to nobody else", async () => {
  const { crypto, sealer } = await setUp();
  crypto.failure = new Error("no key");
  const unsent = sealer.seal(frame({ a: 1 }));
  await settled();
  await assertRejects(() => Promise.resolve(unsent), Error, "no key");
});

Deno.test("a signature is made when its turn comes, and asks for one turn however often it is sent", async () => {
  const { crypto, sealer } = await setUp();
  const turns: (() => void)[] = [];
  const inTurn = async (sign: () => Promise<string>) => {
    await new Promise<void>((resolve) => void turns.push(resolve));
    return await sign();
  };
  const same = frame({ a: 1 });
  const sealed = [sealer.seal(same, inTurn), sealer.seal(same, inTurn)];
  const heartbeats = [sealer.seal(frame({}), inTurn), sealer.seal(frame({}, "*"), inTurn)];
  await settled();
  assertEquals([turns.length, crypto.signatures], [2, 0]);
  for (const turn of turns) turn();
  await Promise.all([...sealed, ...heartbeats]);
  assertEquals(crypto.signatures, 2);
});

Deno.test("a heartbeat whose signature failed is signed anew the next time", async () => {
  const { crypto, sealer } = await setUp();
  crypto.failure = new Error("no key");
  await assertRejects(() => Promise.resolve(sealer.seal(frame({}))), Error, "no key");
  crypto.failure = undefined;
  const { sig } = readEnvelope(await sealer.seal(frame({})));
  assertEquals(typeof sig, "string");
});
