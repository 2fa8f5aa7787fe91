import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  type ChannelKey,
  channelKeyOf,
  importChannelKey,
  unwrapChannelKey,
  wrapChannelKey,
} from "../../../lib/e2ee/channel_key.ts";
import {
  type ChannelKeyName,
  MAX_EPOCH_STEP,
  winsOver,
} from "../../../lib/protocol/channel_key.ts";
import { Keyring, MAX_KEPT_KEYS } from "../../../lib/e2ee/keyring.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { decodeBase64url } from "../../../lib/protocol/base64url.ts";
import { bytesOf } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import keys from "../../support/keys.json" with { type: "json" };

const crypto = new FakeCrypto(4);
const alice = await crypto.generateKeyPair();
const bob = await crypto.generateKeyPair();

const newKey = async (epoch: number): Promise<ChannelKey> =>
  await channelKeyOf(crypto, epoch, await crypto.generateKeyPair());

Deno.test("a wrapped key is read by the member it is for, and by nobody else", async () => {
  const key = await newKey(3);
  const wrapped = await wrapChannelKey(crypto, key, bob.publicKey);
  const unwrapped = await unwrapChannelKey(crypto, bob.privateKey, wrapped, key);
  assertEquals([unwrapped?.epoch, unwrapped?.channelPub], [3, key.channelPub]);
  assertEquals(unwrapped?.pair.publicKey, key.pair.publicKey);
  assertEquals(await unwrapChannelKey(crypto, alice.privateKey, wrapped, key), undefined);
});

Deno.test("with real keys: PKCS#8 in six blocks, read by the member alone (D4, D23)", async () => {
  const real = new WebCrypto();
  const [member, other] = await Promise.all(
    keys.keys.slice(0, 2).map(({ privateKey }) => real.importPrivateKey(bytesOf(privateKey))),
  );
  const [, , stored] = keys.keys;
  assert(member !== undefined && other !== undefined && stored !== undefined);
  const pair = await real.importPrivateKey(bytesOf(stored.privateKey));
  const key = await channelKeyOf(real, 1, pair);
  const wrapped = await wrapChannelKey(real, key, member.publicKey);
  assertEquals(decodeBase64url(wrapped)?.length, 6 * 512);
  const unwrapped = await unwrapChannelKey(real, member.privateKey, wrapped, key);
  assertEquals(unwrapped?.pair.publicKey, pair.publicKey);
  assertEquals(await unwrapChannelKey(real, other.privateKey, wrapped, key), undefined);
});

Deno.test("a wrap is in whole blocks, as many as the key needs (D4)", async () => {
  const key = await newKey(1);
  const wrapped = await wrapChannelKey(crypto, key, bob.publicKey);
  const pkcs8 = await crypto.exportPrivateKey(key.pair.privateKey);
  assertEquals(decodeBase64url(wrapped)?.length, Math.ceil(pkcs8.length / 446) * 512);
});

Deno.test("a wrap with another key in it than its share says is no key", async () => {
  const [key, other] = [await newKey(1), await newKey(1)];
  const wrapped = await wrapChannelKey(crypto, other, bob.publicKey);
  assertEquals(await unwrapChannelKey(crypto, bob.privateKey, wrapped, key), undefined);
});

Deno.test("whatever is no PKCS#8 of a sound key is no key", async () => {
  assertEquals(await importChannelKey(crypto, 1, new Uint8Array(2000).fill(7)), undefined);
  assertEquals(await importChannelKey(crypto, 1, new Uint8Array(0)), undefined);
});

Deno.test("of any keys each member in the end has the same in use, in whatever order they come (D23)", async () => {
  const keys = [
    await newKey(1),
    await newKey(2),
    await newKey(2),
    await newKey(2),
    await newKey(1),
  ];
  const best = keys.reduce((one, other) => winsOver(other, one) ? other : one);
  for (let turn = 0; turn < keys.length; turn++) {
    const ring = new Keyring();
    for (const key of [...keys.slice(turn), ...keys.slice(0, turn)]) ring.take(key);
    assertEquals(ring.current?.channelPub, best.channelPub);
    assertEquals(ring.all().length, keys.length);
    assertEquals(ring.privateKeysFor(2).length, 3);
    assertEquals(ring.privateKeysFor(1).length, 2);
    assertEquals(ring.privateKeysFor(undefined)[0], best.pair.privateKey);
  }
});

Deno.test("a key is taken once, and old ones are kept for reading", async () => {
  const ring = new Keyring();
  const [first, second] = [await newKey(1), await newKey(2)];
  assertEquals(ring.newest(), undefined);
  assert(ring.take(first));
  assertFalse(ring.take(first));
  assert(ring.take(second));
  assertEquals(ring.newest(), {
    epoch: 2,
    channelPub: second.channelPub,
    publicKey: second.pair.publicKey,
  });
  assertEquals(ring.privateKeysFor(1), [first.pair.privateKey]);
});

Deno.test("an epoch more than 1,000 above the known one is refused, and so is none at all (D23)", async () => {
  const ring = new Keyring();
  const named = (epoch: number): ChannelKeyName => ({ epoch, channelPub: "d" });
  assert(ring.wants(named(7_000)), "none is known yet");
  ring.take(await newKey(5));
  assert(ring.wants(named(5 + MAX_EPOCH_STEP)));
  assertFalse(ring.wants(named(5 + MAX_EPOCH_STEP + 1)));
  assertFalse(ring.wants(named(0)));
});

Deno.test("a member who makes keys without end pushes out the oldest, not the memory", async () => {
  const ring = new Keyring();
  for (let epoch = 1; epoch <= MAX_KEPT_KEYS + 5; epoch++) ring.take(await newKey(epoch));
  assertEquals(ring.all().length, MAX_KEPT_KEYS);
  assertFalse(ring.wants({ epoch: 5, channelPub: "a" }));
  assertEquals(ring.current?.epoch, MAX_KEPT_KEYS + 5);
});

Deno.test("a key far above all others is not used, and is kept", async () => {
  const ring = new Keyring();
  const [first, second, far] = [await newKey(1), await newKey(2), await newKey(5_000)];
  ring.take(far);
  assertEquals(ring.current, far, "it is the only one");
  assert(ring.take(first));
  assert(ring.take(second));
  assertEquals(ring.all(), [far, second, first]);
  assertEquals(ring.privateKeysFor(5_000), [far.pair.privateKey]);
});

Deno.test("whoever would refuse a key that is far above is led to it in steps of at most 1,000", async () => {
  const ring = new Keyring();
  const epochs = [1, 600, 900, 1_500, 1_900, 2_800];
  for (const epoch of epochs) ring.take(await newKey(epoch));
  const steps = (from: number) => ring.stepsFrom(from).map(({ epoch }) => epoch);
  assertEquals(steps(1), [900, 1_900, 2_800]);
  assertEquals(steps(600), [1_500, 1_900, 2_800].slice(0, 1).concat(1_900, 2_800));
  assertEquals(steps(1_900), [2_800]);
  assertEquals(new Keyring().stepsFrom(1), []);
});
