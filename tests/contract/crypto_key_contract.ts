/**
 * Which private keys every backend refuses beyond those of the published vectors (D1), and with which salt it
 * signs (D2).
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { type CryptoPort, KeyPolicyError } from "../../lib/crypto/port.ts";
import { publicKeyDer } from "../../lib/crypto/public_key.ts";
import { bytesOf, utf8 } from "../support/binary.ts";
import keys from "../support/keys.json" with { type: "json" };
import { type Parts, partsOf, pkcs8Of, withoutPrime } from "../support/pkcs8.ts";
import type { Register } from "./crypto_contract.ts";

const pkcs8 = bytesOf(keys.keys[0]?.privateKey ?? "");
const sound = partsOf(pkcs8);

/** Keys of which one part does not fit the others. */
const UNSOUND: Readonly<Record<string, Parts>> = {
  "another modulus": { ...sound, n: sound.n + 2n },
  "another exponent": { ...sound, d: sound.d + 2n },
  "another first factor": { ...sound, p: sound.p + 2n },
  "another second factor": { ...sound, q: sound.q + 2n },
  "factors of which one is 1": { ...sound, p: sound.n, q: 1n },
  "another first short exponent": { ...sound, dp: sound.dp + 2n },
  "another second short exponent": { ...sound, dq: sound.dq + 2n },
  "a short exponent that is not short": { ...sound, dp: sound.dp + sound.p - 1n },
  "another coefficient": { ...sound, qi: sound.qi + 2n },
  "no coefficient": { ...sound, qi: 0n },
  "factors that have changed places": { ...sound, p: sound.q, q: sound.p },
  "a factor that is no prime": withoutPrime(sound),
};

/**
 * Registers a test for each key, and one for the salt.
 *
 * @param name The backend's name.
 * @param make Makes a fresh one.
 * @param register Registers each test.
 */
export function keyContract(name: string, make: () => CryptoPort, register: Register): void {
  for (const [why, parts] of Object.entries(UNSOUND)) {
    register(`${name} refuses a private key with ${why}`, async () => {
      await assertRejects(
        () => make().importPrivateKey(pkcs8Of(parts)),
        KeyPolicyError,
        "belong together",
      );
    });
  }

  register(`${name} takes a private key whose long exponent is a longer one`, async () => {
    assertEquals(pkcs8Of(sound), pkcs8);
    const d = sound.d + (sound.p - 1n) * (sound.q - 1n);
    const crypto = make();
    const { publicKey, privateKey } = await crypto.importPrivateKey(pkcs8Of({ ...sound, d }));
    const signature = await crypto.sign(privateKey, utf8("hello"));
    assert(await crypto.verify(publicKey, signature, utf8("hello")));
  });

  register(`${name} signs with a salt of 478 bytes, and of no other length`, async () => {
    const crypto = make();
    const { publicKey, privateKey } = await crypto.importPrivateKey(pkcs8);
    const signature = new Uint8Array(await crypto.sign(privateKey, utf8("hello")));
    const { subtle } = globalThis.crypto;
    const algorithm = { name: "RSA-PSS", hash: "SHA-256" };
    const der = publicKeyDer(publicKey);
    const key = await subtle.importKey("spki", der, algorithm, false, ["verify"]);
    const fits = (saltLength: number) =>
      subtle.verify({ name: "RSA-PSS", saltLength }, key, signature, utf8("hello"));
    assert(await fits(478));
    assertFalse(await fits(32));
  });
}
