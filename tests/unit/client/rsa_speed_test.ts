import { assertEquals } from "@std/assert";
import { RsaSpeed } from "../../../lib/client/rsa_speed.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";

/** A client on which every decryption takes so many ms. */
async function clientWith(ms: number) {
  const crypto = new FakeCrypto(1);
  let now = 0;
  const cipher = {
    encrypt: crypto.encrypt.bind(crypto),
    decrypt: (...args: Parameters<typeof crypto.decrypt>) => {
      now += ms;
      return crypto.decrypt(...args);
    },
  };
  const keys = await crypto.generateKeyPair();
  const fault = (error: unknown) => {
    throw error;
  };
  return new RsaSpeed({ keys, crypto, cipher, clock: { now: () => now }, fault });
}

Deno.test("what is not known is measured, once", async () => {
  const speed = await clientWith(5);
  assertEquals(speed.secondsFor(446_000), undefined);
  const known = speed.known();
  assertEquals(speed.known(), known);
  await known;
  assertEquals(speed.secondsFor(446_000), 5);
});

Deno.test("what is too quick for the clock stays unknown", async () => {
  const speed = await clientWith(0);
  await speed.known();
  assertEquals(speed.secondsFor(1), undefined);
});

Deno.test("a transfer knows better than a sample, if enough of it has come", async () => {
  const speed = await clientWith(5);
  await speed.known();
  speed.observed(1_000, 1);
  assertEquals(speed.secondsFor(446_000), 5);
  speed.observed(200_000, 2_000);
  assertEquals(speed.secondsFor(446_000), 4.46);
});
