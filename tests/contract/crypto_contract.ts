/**
 * What every backend of the crypto port must do, alone and together with each other backend.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertNotEquals, assertRejects } from "@std/assert";
import { type CryptoPort, type KeyPair, KeyPolicyError } from "../../lib/crypto/port.ts";
import { isPublicKey, parsePublicKey } from "../../lib/crypto/public_key.ts";
import keys from "../support/keys.json" with { type: "json" };
import weak from "../vectors/weak_keys.json" with { type: "json" };
import vectors from "../vectors/python.json" with { type: "json" };
import { bytesOf, utf8 } from "../support/binary.ts";

/** Registers a test, or says why it cannot be run here. */
export type Register = (name: string, fn: () => Promise<void>) => void;

const always: Register = (name, fn) => Deno.test(name, fn);

/** Gives a backend two key pairs, without waiting for RSA-4096 keys to be made. */
export type MakePairs = (crypto: CryptoPort) => Promise<readonly [KeyPair, KeyPair]>;

/** The first two published test keys. */
export const testPairs: MakePairs = (crypto) =>
  Promise.all([importTestKey(crypto, 0), importTestKey(crypto, 1)]);

/**
 * Registers what holds for every backend, a pretended one too.
 *
 * @param name The backend's name.
 * @param make Makes a fresh one.
 * @param makePairs Gives it two key pairs.
 * @param register Registers each test; by default every one is run.
 */
export function cryptoContract(
  name: string,
  make: () => CryptoPort,
  makePairs: MakePairs = testPairs,
  register: Register = always,
): void {
  const test = (claim: string, fn: (crypto: CryptoPort, a: KeyPair, b: KeyPair) => Promise<void>) =>
    register(`${name}: ${claim}`, async () => {
      const crypto = make();
      await fn(crypto, ...await makePairs(crypto));
    });

  test("what is signed verifies, for that key and that data only", async (crypto, a, b) => {
    for (const data of [utf8(""), utf8("hello"), new Uint8Array(100_000)]) {
      const signature = await crypto.sign(a.privateKey, data);
      assertEquals(signature.length, 512);
      assert(await crypto.verify(a.publicKey, signature, data));
      assertFalse(await crypto.verify(b.publicKey, signature, data));
      assertFalse(await crypto.verify(a.publicKey, signature, utf8("other")));
    }
  });

  test(
    "a signature with one bit changed does not verify",
    async (crypto, { publicKey, privateKey }) => {
      const signature = await crypto.sign(privateKey, utf8("hello"));
      for (const at of [0, 1, 255, 510, 511]) {
        assertFalse(await crypto.verify(publicKey, flipped(signature, at), utf8("hello")));
      }
    },
  );

  test(
    "verify answers false for bytes that are no signature at all",
    async (crypto, { publicKey }) => {
      for (const length of [0, 1, 511, 512, 513, 1024]) {
        for (const fill of [0, 1, 0x80, 0xff]) {
          const garbage = new Uint8Array(length).fill(fill);
          assertFalse(await crypto.verify(publicKey, garbage, utf8("hello")));
        }
      }
    },
  );

  test("two signatures of the same data differ", async (crypto, { privateKey }) => {
    const [first, second] = await Promise.all([
      crypto.sign(privateKey, utf8("hello")),
      crypto.sign(privateKey, utf8("hello")),
    ]);
    assertNotEquals(first, second);
  });

  test(
    "a block of 0 to 446 bytes comes back as it was",
    async (crypto, { publicKey, privateKey }) => {
      for (const length of [0, 1, 445, 446]) {
        const block = new Uint8Array(length).map((_, i) => i);
        const sealed = await crypto.encrypt(publicKey, block);
        assertEquals(sealed.length, 512);
        assertEquals(await crypto.decrypt(privateKey, sealed), block);
        assertNotEquals(await crypto.encrypt(publicKey, block), sealed);
      }
    },
  );

  test("a block of 447 bytes is the caller's mistake", async (crypto, { publicKey }) => {
    await assertRejects(() => crypto.encrypt(publicKey, new Uint8Array(447)), RangeError);
  });

  test("a block opens with its key only, whole and unchanged", async (crypto, a, b) => {
    const sealed = await crypto.encrypt(a.publicKey, utf8("hello"));
    assertEquals(await crypto.decrypt(b.privateKey, sealed), undefined);
    for (const at of [0, 256, 511]) {
      assertEquals(await crypto.decrypt(a.privateKey, flipped(sealed, at)), undefined);
    }
    for (const length of [0, 1, 511, 513, 1024]) {
      const resized = new Uint8Array(length);
      resized.set(sealed.subarray(0, length));
      assertEquals(await crypto.decrypt(a.privateKey, resized), undefined);
    }
    for (const fill of [0, 1, 0xff]) {
      assertEquals(await crypto.decrypt(a.privateKey, new Uint8Array(512).fill(fill)), undefined);
    }
  });

  test("a key that was given out is the same key when it is taken back", async (crypto, a) => {
    const stored = await crypto.exportPrivateKey(a.privateKey);
    const again = await make().importPrivateKey(stored);
    assertEquals(again.publicKey, a.publicKey);
    assertEquals(await make().exportPrivateKey(again.privateKey), stored);
  });

  test("bytes that are no private key are refused", async (crypto) => {
    for (const garbage of [new Uint8Array(), utf8("hello"), new Uint8Array(2374)]) {
      await assertRejects(() => crypto.importPrivateKey(garbage), KeyPolicyError);
    }
  });

  test("a new key pair works and its public key is one that we take", async (crypto, a) => {
    const { publicKey, privateKey } = await crypto.generateKeyPair();
    assert(isPublicKey(publicKey));
    assertNotEquals(publicKey, a.publicKey);
    const signature = await crypto.sign(privateKey, utf8("hello"));
    assert(await crypto.verify(publicKey, signature, utf8("hello")));
    const sealed = await crypto.encrypt(publicKey, utf8("hello"));
    assertEquals(await crypto.decrypt(privateKey, sealed), utf8("hello"));
  });

  test("the hash is SHA-256", async (crypto) => {
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assertEquals((await crypto.sha256(utf8("abc"))).toHex(), abc);
    assertEquals((await crypto.sha256(utf8(""))).toHex(), nothing);
  });

  test("many calls at once do not mix", async (crypto, a, b) => {
    await Promise.all(Array.from({ length: 12 }, async (_, i) => {
      const [mine, other] = i % 2 === 0 ? [a, b] : [b, a];
      const text = utf8(`message ${i}`);
      const signature = await crypto.sign(mine.privateKey, text);
      assert(await crypto.verify(mine.publicKey, signature, text));
      assertFalse(await crypto.verify(other.publicKey, signature, text));
      const sealed = await crypto.encrypt(other.publicKey, text);
      assertEquals(await crypto.decrypt(other.privateKey, sealed), text);
    }));
  });

  test("a caller may reuse its buffers as soon as the call is made", async (crypto, a) => {
    const text = utf8("hello");
    const signing = crypto.sign(a.privateKey, text);
    const sealing = crypto.encrypt(a.publicKey, text);
    text.fill(0);
    const [signature, sealed] = await Promise.all([signing, sealing]);
    const data = utf8("hello");
    const verifying = crypto.verify(a.publicKey, signature, data);
    const opening = crypto.decrypt(a.privateKey, sealed);
    for (const buffer of [signature, sealed, data]) buffer.fill(0);
    assert(await verifying);
    assertEquals(await opening, utf8("hello"));
  });
}

/**
 * Registers what holds for backends that really do RSA: both salts (D2) and the policy for private keys (D1).
 *
 * @param name The backend's name.
 * @param make Makes a fresh one.
 * @param register Registers each test; by default every one is run.
 */
export function rsaContract(
  name: string,
  make: () => CryptoPort,
  register: Register = always,
): void {
  register(`${name}: signatures with either salt verify, in any order`, async () => {
    const crypto = make();
    const key = parsePublicKey(vectors.keys.server.spki_der_b64url);
    for (const { canonical_python, sig_salt32, sig_salt478 } of vectors.payload_signatures) {
      for (const signature of [sig_salt478, sig_salt32, sig_salt32, sig_salt478]) {
        assert(await crypto.verify(key, bytesOf(signature), utf8(canonical_python)));
      }
    }
  });

  register(`${name}: each of the test keys is taken, and its public half found`, async () => {
    const crypto = make();
    for (const [i, { publicKey }] of keys.keys.entries()) {
      assertEquals((await importTestKey(crypto, i)).publicKey, parsePublicKey(publicKey));
    }
  });

  for (const { why, pkcs8, detail } of weak.private_keys) {
    register(`${name}: a private key is refused: ${why}`, async () => {
      const error = await assertRejects(
        () => make().importPrivateKey(bytesOf(pkcs8)),
        KeyPolicyError,
      );
      assert(error.message.includes(detail), error.message);
    });
  }
}

/**
 * Registers what holds between two backends that really do RSA.
 *
 * @param nameA One backend's name.
 * @param makeA Makes it.
 * @param nameB The other's name.
 * @param makeB Makes it.
 * @param register Registers each test; by default every one is run.
 */
export function cryptoPairContract(
  nameA: string,
  makeA: () => CryptoPort,
  nameB: string,
  makeB: () => CryptoPort,
  register: Register = always,
): void {
  register(`${nameA} and ${nameB} take each other's keys, signatures and blocks`, async () => {
    const [first, second] = [makeA(), makeB()];
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const mine = await importTestKey(one, 0);
      const theirs = await other.importPrivateKey(await one.exportPrivateKey(mine.privateKey));
      assertEquals(theirs.publicKey, mine.publicKey);
      const signature = await one.sign(mine.privateKey, utf8("hello"));
      assert(await other.verify(mine.publicKey, signature, utf8("hello")));
      assertFalse(await other.verify(mine.publicKey, signature, utf8("other")));
      const sealed = await one.encrypt(mine.publicKey, utf8("hello"));
      assertEquals(await other.decrypt(theirs.privateKey, sealed), utf8("hello"));
    }
  });
}

async function importTestKey(crypto: CryptoPort, index: number): Promise<KeyPair> {
  const key = keys.keys[index];
  if (key === undefined) throw new RangeError(`there is no test key ${index}`);
  return await crypto.importPrivateKey(bytesOf(key.privateKey));
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
