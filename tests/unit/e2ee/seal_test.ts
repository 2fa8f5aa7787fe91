import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { open, seal } from "../../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import keys from "../../support/keys.json" with { type: "json" };

Deno.test("what is sealed opens again, with real keys", async () => {
  const crypto = new WebCrypto();
  const [{ privateKey: stored } = { privateKey: "" }] = keys.keys;
  const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(stored));
  for (const text of ["", "hello", "x".repeat(446), "x".repeat(447), "é😀".repeat(300)]) {
    const ciphertext = await seal(crypto, publicKey, utf8(text));
    assertEquals(await open(crypto, privateKey, ciphertext), utf8(text));
  }
});

Deno.test("a plaintext of any size is sealed into whole blocks and opens again", async () => {
  const crypto = new FakeCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      const plaintext = new Uint8Array(bytes);
      const ciphertext = await seal(crypto, publicKey, plaintext);
      const blocks = Math.max(1, Math.ceil(plaintext.length / 446));
      assertEquals(bytesOf(ciphertext).length, blocks * 512);
      assertEquals(await open(crypto, privateKey, ciphertext), plaintext);
    }),
    { numRuns: 50 },
  );
});

Deno.test("28,544 bytes are the most", async () => {
  const crypto = new FakeCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  const ciphertext = await seal(crypto, publicKey, new Uint8Array(28_544));
  assertEquals((await open(crypto, privateKey, ciphertext))?.length, 28_544);
  await assertRejects(() => seal(crypto, publicKey, new Uint8Array(28_545)), RangeError);
});

Deno.test("the same text sealed twice is not the same ciphertext", async () => {
  const crypto = new FakeCrypto(1);
  const { publicKey } = await crypto.generateKeyPair();
  assertNotEquals(
    await seal(crypto, publicKey, utf8("hello")),
    await seal(crypto, publicKey, utf8("hello")),
  );
});

Deno.test("a ciphertext that cannot be opened gives undefined, whatever is wrong with it", async () => {
  const crypto = new FakeCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  const other = await crypto.generateKeyPair();
  const sealed = bytesOf(await seal(crypto, publicKey, new Uint8Array(1000)));
  const changed = sealed.slice();
  changed[600] = (changed[600] ?? 0) ^ 1;
  const wrong: string[] = [
    "",
    "hello",
    "hello world!",
    `${encodeBase64url(sealed)}==`,
    encodeBase64url(sealed.subarray(1)),
    encodeBase64url(sealed.subarray(0, 1000)),
    encodeBase64url(changed),
    await seal(crypto, other.publicKey, utf8("hello")),
  ];
  for (const ciphertext of wrong) {
    assertEquals(await open(crypto, privateKey, ciphertext), undefined, ciphertext.slice(0, 20));
  }
});

Deno.test("every block is tried even if the first cannot be opened (row 27)", async () => {
  const crypto = new CountingCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  const sealed = bytesOf(await seal(crypto, publicKey, new Uint8Array(1000)));
  await open(crypto, privateKey, encodeBase64url(sealed));
  const forGood = crypto.decryptions;
  sealed[0] = (sealed[0] ?? 0) ^ 1;
  await open(crypto, privateKey, encodeBase64url(sealed));
  assert(forGood === 3);
  assertEquals(crypto.decryptions, 2 * forGood);
});

class CountingCrypto extends FakeCrypto {
  decryptions = 0;

  override decrypt(...args: Parameters<FakeCrypto["decrypt"]>): ReturnType<FakeCrypto["decrypt"]> {
    this.decryptions++;
    return super.decrypt(...args);
  }
}
