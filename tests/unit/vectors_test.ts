/**
 * The vectors made with Python, both ways: what they hold is taken here, and what is made here opens and
 * verifies with their keys.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { parsePublicKey } from "../../lib/crypto/public_key.ts";
import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { open, seal } from "../../lib/e2ee/seal.ts";
import { decodeBase64url } from "../../lib/protocol/base64url.ts";
import { canonicalPython, canonicalPythonUtf8 } from "../../lib/protocol/canonical_json.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { type JsonObject, parseFrameText } from "../../lib/protocol/json.ts";
import {
  directSigningInput,
  keyShareSigningInput,
  payloadSigningInputs,
  publicSigningInput,
} from "../../lib/protocol/signing_input.ts";
import { bytesOf, derOf, utf8 } from "../support/binary.ts";
import vectors from "../vectors/python.json" with { type: "json" };

const crypto = new WebCrypto();
const alice = parsePublicKey(vectors.keys.alice.spki_der_b64url);
const bob = parsePublicKey(vectors.keys.bob.spki_der_b64url);
const server = parsePublicKey(vectors.keys.server.spki_der_b64url);

const importPem = (pem: string) => crypto.importPrivateKey(derOf(pem));

/** The vectors are data; this gives them the way that a frame's payload comes. */
const asReceived = (payload: unknown): JsonObject => parseFrameText(JSON.stringify(payload));

for (const [name, key] of Object.entries(vectors.keys)) {
  Deno.test(`the key of ${name} is the same in each form that is taken`, async () => {
    const expected = parsePublicKey(key.spki_der_b64url);
    assertEquals(expected.valueOf(), key.spki_der_b64url);
    assertEquals(parsePublicKey(key.spki_pem_b64url), expected);
    assertEquals((await importPem(key.pkcs8_pem)).publicKey, expected);
    assertThrows(() => parsePublicKey(key.pkcs1_pem_b64url), ProtocolError, "PKCS#1");
  });
}

for (const vector of vectors.payload_signatures) {
  Deno.test(`payload ${vector.canonical_python.slice(0, 40)}`, async (t) => {
    const payload = asReceived(vector.payload);
    const [signed, ...others] = payloadSigningInputs(payload);

    await t.step("has the recorded canonical forms", () => {
      assertEquals(canonicalPython(payload), vector.canonical_python);
      assertEquals(canonicalPythonUtf8(payload), vector.canonical_utf8);
    });
    await t.step("verifies with either salt", async () => {
      assert(await crypto.verify(server, bytesOf(vector.sig_salt478), signed));
      assert(await crypto.verify(server, bytesOf(vector.sig_salt32), signed));
    });
    await t.step("verifies when raw UTF-8 was signed", async () => {
      const signature = bytesOf(vector.sig_utf8_salt32);
      const results = await Promise.all(
        [signed, ...others].map((input) => crypto.verify(server, signature, input)),
      );
      assert(results.includes(true));
    });
    await t.step("is signed here as it is there", async () => {
      const { privateKey } = await importPem(vectors.keys.server.pkcs8_pem);
      const signature = await crypto.sign(privateKey, signed);
      assert(await crypto.verify(server, signature, utf8(vector.canonical_python)));
    });
  });
}

for (const vector of vectors.direct_messages) {
  Deno.test(`direct message of ${utf8(vector.plaintext).length} bytes`, async (t) => {
    const input = directSigningInput(vector);

    await t.step("opens", async () => {
      const { privateKey } = await importPem(vectors.keys.alice.pkcs8_pem);
      assertEquals(await open(crypto, privateKey, vector.ciphertext), utf8(vector.plaintext));
    });
    await t.step("opens for nobody else", async () => {
      const { privateKey } = await importPem(vectors.keys.bob.pkcs8_pem);
      assertEquals(await open(crypto, privateKey, vector.ciphertext), undefined);
    });
    await t.step("has a content_sig that verifies with either salt", async () => {
      assert(await crypto.verify(bob, bytesOf(vector.content_sig_salt478), input));
      assert(await crypto.verify(bob, bytesOf(vector.content_sig_salt32), input));
    });
    await t.step("verifies for no other ts, receiver or kind", async () => {
      const signature = bytesOf(vector.content_sig_salt478);
      const others = [
        directSigningInput({ ...vector, ts: vector.ts + 1 }),
        directSigningInput({ ...vector, to: vectors.ids.server }),
        publicSigningInput(vector),
      ];
      for (const other of others) assertFalse(await crypto.verify(bob, signature, other));
    });
    await t.step("sealed here has the same size and opens with that key", async () => {
      const ciphertext = await seal(crypto, alice, utf8(vector.plaintext));
      assertEquals(ciphertext.length, vector.ciphertext.length);
      const { privateKey } = await importPem(vectors.keys.alice.pkcs8_pem);
      assertEquals(await open(crypto, privateKey, ciphertext), utf8(vector.plaintext));
    });
  });
}

Deno.test("the public message verifies, and not as a direct one", async () => {
  const { from, ts, ciphertext, content_sig_salt478 } = vectors.public_message;
  const signature = bytesOf(content_sig_salt478);
  assert(await crypto.verify(bob, signature, publicSigningInput({ from, ts, ciphertext })));
  const direct = directSigningInput({ from, ts, ciphertext, to: "public" });
  assertFalse(await crypto.verify(bob, signature, direct));
});

Deno.test("the key share verifies, and not with another member", async () => {
  const { shares, creator_pub: creatorPub, content_sig_salt478 } = vectors.key_share;
  const signature = bytesOf(content_sig_salt478);
  assertEquals(parsePublicKey(creatorPub), bob);
  assert(await crypto.verify(bob, signature, keyShareSigningInput({ shares, creatorPub })));
  const moved = shares.map((share) => ({ ...share, member: vectors.ids.bob }));
  assertFalse(
    await crypto.verify(bob, signature, keyShareSigningInput({ shares: moved, creatorPub })),
  );
});

for (const { why, payload, sig } of vectors.invalid_signatures) {
  Deno.test(`a signature does not verify: ${why}`, async () => {
    const signature = decodeBase64url(sig);
    if (signature === undefined) {
      assertEquals(why, "padded base64");
      return;
    }
    for (const input of payloadSigningInputs(asReceived(payload))) {
      assertFalse(await crypto.verify(server, signature, input));
    }
  });
}

for (const { why, key } of vectors.bad_keys) {
  Deno.test(`a key is refused with BAD_KEY: ${why}`, () => {
    assertEquals(assertThrows(() => parsePublicKey(key), ProtocolError).code, "BAD_KEY");
  });
}
