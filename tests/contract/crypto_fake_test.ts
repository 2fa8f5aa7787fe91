import { assertEquals, assertNotEquals } from "@std/assert";
import { FakeCrypto } from "../support/fake_crypto.ts";
import { cryptoContract } from "./crypto_contract.ts";

cryptoContract(
  "fake",
  () => new FakeCrypto(1),
  async (crypto) => [await crypto.generateKeyPair(), await crypto.generateKeyPair()],
);

Deno.test("fake crypto makes the same keys from the same seed, and others from another", async () => {
  const [a, b, c] = [new FakeCrypto(7), new FakeCrypto(7), new FakeCrypto(8)];
  const { publicKey } = await a.generateKeyPair();
  assertEquals((await b.generateKeyPair()).publicKey, publicKey);
  assertNotEquals((await c.generateKeyPair()).publicKey, publicKey);
});
