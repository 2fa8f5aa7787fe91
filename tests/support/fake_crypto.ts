/**
 * Cryptography for simulations of many servers: as fast as a hash, the same for the same seed, and honest in
 * everything that an honest program can observe. It keeps nothing secret from an attacker.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import {
  type CryptoPort,
  type KeyPair,
  KeyPolicyError,
  PrivateKey,
} from "../../lib/crypto/port.ts";
import { isPublicKey, type PublicKey, publicKeyFromModulus } from "../../lib/crypto/public_key.ts";
import { RSA_BLOCK_BYTES, SEGMENT_PLAINTEXT_BYTES } from "../../lib/protocol/limits.ts";

const SALT_BYTES = 8;
const TAG_BYTES = 32;
const LENGTH_BYTES = 2;
const BODY_BYTES = RSA_BLOCK_BYTES - SALT_BYTES - TAG_BYTES;

class FakePrivateKey extends PrivateKey {
  protected override readonly backend = "fake";

  constructor(readonly publicKey: PublicKey) {
    super();
  }
}

/** A backend without RSA. Two of one seed make the same keys in the same order. */
export class FakeCrypto implements CryptoPort {
  readonly #seed: number;
  #counter = 0;

  /** @param seed Any number. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  generateKeyPair(): Promise<KeyPair> {
    const modulus = stretch(RSA_BLOCK_BYTES, "key", this.#salt());
    modulus[0] = (modulus[0] ?? 0) | 0x80;
    modulus[RSA_BLOCK_BYTES - 1] = (modulus[RSA_BLOCK_BYTES - 1] ?? 0) | 1;
    const publicKey = publicKeyFromModulus(modulus);
    return Promise.resolve({ publicKey, privateKey: new FakePrivateKey(publicKey) });
  }

  importPrivateKey(pkcs8: Uint8Array): Promise<KeyPair> {
    const publicKey = new TextDecoder().decode(pkcs8);
    if (!isPublicKey(publicKey)) return Promise.reject(new KeyPolicyError("no key of FakeCrypto"));
    return Promise.resolve({ publicKey, privateKey: new FakePrivateKey(publicKey) });
  }

  exportPrivateKey(key: PrivateKey): Promise<Uint8Array> {
    return Promise.resolve(new TextEncoder().encode(own(key).publicKey));
  }

  sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
    const { publicKey } = own(key);
    return Promise.resolve(makeSignature(publicKey, this.#salt(), data));
  }

  verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    const salt = signature.subarray(0, SALT_BYTES);
    return Promise.resolve(equal(signature, makeSignature(key, salt, data)));
  }

  encrypt(key: PublicKey, block: Uint8Array): Promise<Uint8Array> {
    if (block.length > SEGMENT_PLAINTEXT_BYTES) {
      return Promise.reject(new RangeError(`${block.length} bytes in a block`));
    }
    const salt = this.#salt();
    const body = new Uint8Array(BODY_BYTES);
    new DataView(body.buffer).setUint16(0, block.length);
    body.set(block, LENGTH_BYTES);
    mask(body, key, salt);
    return Promise.resolve(concat(salt, body, digest("tag", key, salt, body)));
  }

  decrypt(key: PrivateKey, block: Uint8Array): Promise<Uint8Array | undefined> {
    const { publicKey } = own(key);
    const salt = block.subarray(0, SALT_BYTES);
    const body = block.slice(SALT_BYTES, SALT_BYTES + BODY_BYTES);
    const tag = block.subarray(SALT_BYTES + BODY_BYTES);
    if (!equal(tag, digest("tag", publicKey, salt, body))) return Promise.resolve(undefined);
    mask(body, publicKey, salt);
    const length = new DataView(body.buffer).getUint16(0);
    return Promise.resolve(body.slice(LENGTH_BYTES, LENGTH_BYTES + length));
  }

  sha256(data: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(digest(data));
  }

  /** Real signatures and ciphertexts differ each time; these do too, but not from run to run. */
  #salt(): Uint8Array {
    return digest(`${this.#seed}/${this.#counter++}`).subarray(0, SALT_BYTES);
  }
}

function makeSignature(key: PublicKey, salt: Uint8Array, data: Uint8Array): Uint8Array {
  const proof = digest("signature", key, salt, data);
  const signature = new Uint8Array(RSA_BLOCK_BYTES);
  signature.set(salt);
  for (let at = SALT_BYTES; at < RSA_BLOCK_BYTES; at += proof.length) {
    signature.set(proof.subarray(0, RSA_BLOCK_BYTES - at), at);
  }
  return signature;
}

function mask(body: Uint8Array, key: PublicKey, salt: Uint8Array): void {
  const stream = stretch(body.length, key, salt);
  for (let i = 0; i < body.length; i++) body[i] = (body[i] ?? 0) ^ (stream[i] ?? 0);
}

/** In one call: a simulation makes a hundred thousand of these. */
function stretch(length: number, ...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash("shake256", { outputLength: length });
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function digest(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function own(key: PrivateKey): FakePrivateKey {
  if (key instanceof FakePrivateKey) return key;
  throw new TypeError("a private key of another backend");
}
