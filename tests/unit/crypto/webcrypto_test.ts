import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { PrivateKey } from "../../../lib/crypto/port.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import keys from "../../support/keys.json" with { type: "json" };

class ForeignKey extends PrivateKey {
  protected override readonly backend = "foreign";
}

Deno.test("a private key of another backend is the caller's mistake", async () => {
  const crypto = new WebCrypto();
  const key = new ForeignKey();
  await assertRejects(() => crypto.sign(key, utf8("hello")), TypeError);
  await assertRejects(() => crypto.decrypt(key, new Uint8Array(512)), TypeError);
  await assertRejects(() => crypto.exportPrivateKey(key), TypeError);
});

Deno.test("a key that was given out is byte for byte the one that was taken", async () => {
  const crypto = new WebCrypto();
  const [{ privateKey } = { privateKey: "" }] = keys.keys;
  const pair = await crypto.importPrivateKey(bytesOf(privateKey));
  assertEquals(await crypto.exportPrivateKey(pair.privateKey), bytesOf(privateKey));
});

Deno.test("a private key shows nothing of itself to a log", async () => {
  const crypto = new WebCrypto();
  const [{ privateKey: stored } = { privateKey: "" }] = keys.keys;
  const { privateKey } = await crypto.importPrivateKey(bytesOf(stored));
  const secret = stored.slice(800, 840);
  assertFalse(JSON.stringify(privateKey).includes(secret));
  assertFalse(Deno.inspect(privateKey, { depth: 10 }).includes(secret));
});
