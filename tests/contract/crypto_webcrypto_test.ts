import { assert, assertEquals, assertFalse } from "@std/assert";
import { parsePublicKey, publicKeyModulus } from "../../lib/crypto/public_key.ts";
import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { bytesOf, utf8 } from "../support/binary.ts";
import keys from "../support/keys.json" with { type: "json" };
import vectors from "../vectors/python.json" with { type: "json" };
import { cryptoContract, cryptoPairContract, rsaContract } from "./crypto_contract.ts";

const make = () => new WebCrypto();

cryptoContract("webcrypto", make);
rsaContract("webcrypto", make);
cryptoPairContract("webcrypto", make, "webcrypto", make);

Deno.test("webcrypto tries the salt first that worked last for the key", async () => {
  const crypto = make();
  const key = parsePublicKey(vectors.keys.server.spki_der_b64url);
  const { canonical_python, sig_salt32, sig_salt478 } = vectors.payload_signatures[0] ??
    missing();
  const calls = await spyOn("verify", async () => {
    for (const signature of [sig_salt478, sig_salt32, sig_salt32, sig_salt478]) {
      assert(await crypto.verify(key, bytesOf(signature), utf8(canonical_python)));
    }
  });
  const salts = calls.map(([algorithm]) => Object(algorithm).saltLength);
  assertEquals(salts, [478, 478, 32, 32, 32, 478]);
});

Deno.test("webcrypto forgets the keys that were not used for longest, and takes them again", async () => {
  const crypto = new WebCrypto(2);
  const [a = "", b = "", c = ""] = keys.keys.map(({ publicKey }) => publicKey);
  const imports = await spyOn("importKey", async () => {
    // With b the longest unused when c comes, only b has to be imported twice.
    for (const key of [a, b, a, c, a, b]) {
      await crypto.encrypt(parsePublicKey(key), utf8("hello"));
    }
  });
  assertEquals(imports.length, 4);
});

Deno.test("webcrypto refuses the second spelling of a signature, s + n for s (D27)", async () => {
  const crypto = make();
  const [pair = missing()] = keys.keys;
  const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(pair.privateKey));
  const modulus = BigInt(`0x${publicKeyModulus(publicKey).toHex()}`);
  // Under this key two signatures of five are small enough that s + n has 512 bytes too.
  for (let i = 0;; i++) {
    const data = utf8(`text ${i}`);
    const signature = await crypto.sign(privateKey, data);
    const respelt = (BigInt(`0x${signature.toHex()}`) + modulus).toString(16);
    if (respelt.length > 1024) continue;
    assert(await crypto.verify(publicKey, signature, data));
    assertFalse(await crypto.verify(publicKey, Uint8Array.fromHex(respelt), data));
    return;
  }
});

/** Returns the arguments with which Web Crypto itself was called meanwhile. */
async function spyOn(
  method: "verify" | "importKey",
  during: () => Promise<void>,
): Promise<unknown[][]> {
  const { subtle } = globalThis.crypto;
  const real = subtle[method];
  const calls: unknown[][] = [];
  const value = (...args: unknown[]) => {
    calls.push(args);
    return Reflect.apply(real, subtle, args);
  };
  Object.defineProperty(subtle, method, { value, configurable: true });
  try {
    await during();
  } finally {
    Reflect.deleteProperty(subtle, method);
  }
  return calls;
}

function missing(): never {
  throw new Error("the vectors are incomplete");
}
