import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { PublicKeyCache } from "../../../lib/crypto/openssl_keys.ts";
import { PrivateKey } from "../../../lib/crypto/port.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { libcrypto, makeOpenSsl, testWithOpenSsl } from "../../support/openssl.ts";

class ForeignKey extends PrivateKey {
  protected override readonly backend = "foreign";
}

const [{ privateKey: stored } = { privateKey: "" }] = keys.keys;
const publicKeys = keys.keys.map(({ publicKey }) => parsePublicKey(publicKey));

testWithOpenSsl("a private key of another backend is OpenSSL's caller's mistake", async () => {
  await using crypto = makeOpenSsl();
  const key = new ForeignKey();
  await assertRejects(() => crypto.sign(key, utf8("hello")), TypeError);
  await assertRejects(() => crypto.decrypt(key, new Uint8Array(512)), TypeError);
  await assertRejects(() => crypto.exportPrivateKey(key), TypeError);
});

testWithOpenSsl("OpenSSL gives a key out byte for byte as it was taken", async () => {
  await using crypto = makeOpenSsl();
  const { privateKey } = await crypto.importPrivateKey(bytesOf(stored));
  assertEquals(await crypto.exportPrivateKey(privateKey), bytesOf(stored));
});

testWithOpenSsl("a private key with something behind it is refused by OpenSSL", async () => {
  await using crypto = makeOpenSsl();
  const longer = new Uint8Array([...bytesOf(stored), 0]);
  await assertRejects(() => crypto.importPrivateKey(longer), Error, "not the PKCS#8");
});

testWithOpenSsl("OpenSSL's private key shows nothing of itself to a log", async () => {
  await using crypto = makeOpenSsl();
  const { privateKey } = await crypto.importPrivateKey(bytesOf(stored));
  assertEquals(JSON.stringify(privateKey), '{"backend":"openssl"}');
  assertFalse(/\d/.test(Deno.inspect(privateKey, { depth: 10 })));
});

testWithOpenSsl(
  "OpenSSL finishes what is under way when it is closed, then takes no more",
  async () => {
    const crypto = makeOpenSsl({ lanes: 1 });
    const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(stored));
    const sealed = await crypto.encrypt(publicKey, utf8("hello"));
    const signing = Array.from({ length: 8 }, (_, i) => crypto.sign(privateKey, utf8(`text ${i}`)));
    const opening = crypto.decrypt(privateKey, sealed);
    const closing = Promise.all([crypto.close(), crypto.close()]);
    const late = crypto.sign(privateKey, utf8("late"));
    let isLateDone = false;
    void late.then(() => isLateDone = true);
    await closing;
    assert(isLateDone, "closed with a call under way");
    for (const signature of [...await Promise.all(signing), await late]) {
      assertEquals(signature.length, 512);
    }
    assertEquals(await opening, utf8("hello"));
    await assertRejects(() => crypto.sign(privateKey, utf8("hello")), TypeError, "closed");
    await assertRejects(() => crypto.verify(publicKey, sealed, utf8("hello")), TypeError, "closed");
    await assertRejects(() => makeOpenSsl().sign(privateKey, utf8("hello")), TypeError, "closed");
    await crypto.close();
  },
);

testWithOpenSsl("a public key that makes room while it is used is freed after that", async () => {
  await using crypto = makeOpenSsl({ cachedKeys: 1 });
  const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(stored));
  const signature = await crypto.sign(privateKey, utf8("hello"));
  await Promise.all(Array.from({ length: 40 }, async (_, i) => {
    assert(await crypto.verify(publicKey, signature, utf8("hello")));
    const other = publicKeys[i % publicKeys.length] ?? publicKey;
    assertEquals((await crypto.encrypt(other, utf8("hello"))).length, 512);
  }));
});

testWithOpenSsl("OpenSSL keeps so many public keys parsed and no more, the last used ones", () => {
  const [a, b, c] = publicKeys;
  assert(a !== undefined && b !== undefined && c !== undefined);
  const cache = new PublicKeyCache(libcrypto(), 2);
  const [first, second] = [cache.get(a), cache.get(b)];
  assertEquals(cache.get(a), first);
  cache.get(c);
  assertEquals(cache.size, 2);
  assertEquals(cache.get(a), first);
  assert(cache.get(b) !== second);
  cache.clear();
  assertEquals(cache.size, 0);
});

testWithOpenSsl(
  "OpenSSL hashes and signs long data on a thread, with the same outcome",
  async () => {
    await using crypto = makeOpenSsl();
    const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(stored));
    const long = new Uint8Array(1 << 20).map((_, i) => i);
    const expected = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", long));
    const copy = long.slice();
    const [hashing, signing] = [crypto.sha256(copy), crypto.sign(privateKey, copy)];
    copy.fill(0);
    assertEquals(await hashing, expected);
    assert(await crypto.verify(publicKey, await signing, long));
    assertFalse(await crypto.verify(publicKey, await signing, copy));
  },
);

testWithOpenSsl(
  "OpenSSL's signatures of several texts at once are in no more lanes than said",
  async () => {
    await using crypto = makeOpenSsl({ lanes: 1 });
    const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(stored));
    const ended: number[] = [];
    await Promise.all(Array.from({ length: 5 }, async (_, i) => {
      const signature = await crypto.sign(privateKey, utf8(`text ${i}`));
      ended.push(i);
      assert(await crypto.verify(publicKey, signature, utf8(`text ${i}`)));
    }));
    assertEquals(ended, [0, 1, 2, 3, 4]);
  },
);
