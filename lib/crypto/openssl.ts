/**
 * The fast backend: OpenSSL's libcrypto, called through Deno's foreign function interface.
 *
 * What takes milliseconds (sign, decrypt, make a key) runs on threads of Deno's pool. To verify and to encrypt
 * takes some 0.1 ms, to verify on a thread 0.14 ms (medians of 4,000 calls in turn, x86-64, OpenSSL 3.0.19), so
 * both are done on the spot; a flood of them then takes no lane from those who sign.
 *
 * @module
 */

import { lanesFor } from "../base/lanes.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { PSS_SALT_BYTES, RSA_BLOCK_BYTES, SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";
import { type Handle, type Libcrypto, LibcryptoError, NOTHING } from "./libcrypto.ts";
import { isConsistent } from "./libcrypto_consistency.ts";
import { keygenContext, oaepContext, pssContext } from "./libcrypto_contexts.ts";
import { readPrivateKey, writePrivateKey, writePublicKey } from "./libcrypto_keys.ts";
import { OpenSslCalls } from "./openssl_calls.ts";
import { OpenSslPrivateKey, PrivateKeySlot, PublicKeyCache, type Salt } from "./openssl_keys.ts";
import { type CryptoPort, type KeyPair, KeyPolicyError, type PrivateKey } from "./port.ts";
import { type PublicKey, publicKeyFromDer } from "./public_key.ts";

/** Public keys kept parsed, as in `webcrypto.ts`. Each weighs a few kilobytes. */
const CACHED_KEYS = 4096;

const DIGEST_BYTES = 32;

/** More than this is hashed on a thread: a user's frame is hashed on the spot, in some 0.1 ms. */
const HASHED_ON_THE_SPOT = 64 * 1024;

const [OUR_SALT, OTHER_SALT] = PSS_SALT_BYTES;

/** How the backend is set up; all of it has defaults. */
export interface OpenSslOptions {
  /** How many public keys are kept parsed, at least 1. */
  readonly cachedKeys?: number;
  /** How many signatures and decryptions are worked on at once; by default three for each processor. */
  readonly lanes?: number;
}

/** Cryptography through libcrypto. It is closed when it is not needed any more. */
export class OpenSsl implements CryptoPort, AsyncDisposable {
  readonly #library: Libcrypto;
  readonly #publicKeys: PublicKeyCache;
  readonly #privateKeys = new Set<PrivateKeySlot>();
  /** Frees the keys that their owners have forgotten. */
  readonly #forgotten = new FinalizationRegistry<PrivateKeySlot>((slot) => this.#free(slot));
  readonly #calls: OpenSslCalls;

  /**
   * Starts with no key.
   *
   * @param library libcrypto, which stays open for longer than this. Backends that share it take each
   *   other's private keys.
   * @param options How it is set up.
   */
  constructor(library: Libcrypto, options: OpenSslOptions = {}) {
    const { cachedKeys = CACHED_KEYS, lanes = lanesFor(navigator.hardwareConcurrency) } = options;
    this.#library = library;
    this.#publicKeys = new PublicKeyCache(library, cachedKeys);
    this.#calls = new OpenSslCalls(lanes);
  }

  generateKeyPair(): Promise<KeyPair> {
    return this.#calls.run(async () => {
      const { call } = this.#library;
      const address = new BigUint64Array(1);
      // Not in a lane: it takes seconds, and whoever wants to sign would wait.
      await this.#with(keygenContext(this.#library, RSA_BLOCK_BYTES * 8), async (context) => {
        const make = () => call.EVP_PKEY_generate(context, address);
        this.#library.insist(await this.#calls.onThread([address], make), "make a key");
      });
      return this.#adopt(address[0] ?? NOTHING);
    });
  }

  importPrivateKey(pkcs8: Uint8Array): Promise<KeyPair> {
    return this.#calls.run(async () => {
      const der = new Uint8Array(pkcs8);
      const handle = readPrivateKey(this.#library, der);
      der.fill(0);
      if (handle === NOTHING) throw new KeyPolicyError("not the PKCS#8 of an RSA private key");
      const pair = this.#adopt(handle);
      if (await this.#isSound(pair)) return pair;
      throw new KeyPolicyError("the parts of the private key do not belong together");
    });
  }

  exportPrivateKey(key: PrivateKey): Promise<Uint8Array> {
    return this.#calls.run(() => Promise.resolve(writePrivateKey(this.#library, this.#own(key))));
  }

  sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
    return this.#calls.run(() => this.#sign(this.#own(key), data));
  }

  verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    return this.#calls.run(async () => {
      if (signature.length !== RSA_BLOCK_BYTES) return false;
      const copy = new Uint8Array(signature);
      return this.#verifies(key, copy, isLong(data) ? await this.#hash(data) : this.#digest(data));
    });
  }

  encrypt(key: PublicKey, block: Uint8Array): Promise<Uint8Array> {
    return this.#calls.run(async () => {
      if (block.length > SEGMENT_PLAINTEXT_BYTES) {
        throw new RangeError(`${block.length} bytes in a block of ${SEGMENT_PLAINTEXT_BYTES}`);
      }
      const { call } = this.#library;
      const { handle } = this.#publicKeys.get(key);
      return await this.#with(oaepContext(this.#library, handle, "encrypt"), (context) => {
        const [sealed, length] = room();
        const size = BigInt(block.length);
        const result = call.EVP_PKEY_encrypt(context, sealed, length, new Uint8Array(block), size);
        this.#library.insist(result, "encrypt");
        return sealed;
      });
    });
  }

  decrypt(key: PrivateKey, block: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#calls.run(async () => {
      const handle = this.#own(key);
      if (block.length !== RSA_BLOCK_BYTES) return undefined;
      const { call } = this.#library;
      return await this.#with(oaepContext(this.#library, handle, "decrypt"), async (context) => {
        const [opened, length] = room();
        const input = new Uint8Array(block);
        const size = BigInt(input.length);
        const open = () => call.EVP_PKEY_decrypt(context, opened, length, input, size);
        const result = await this.#calls.inLane([opened, length, input], open);
        // Why it cannot be opened is not asked: OpenSSL takes the same time over every wrong padding.
        return result === 1 ? opened.slice(0, Number(length[0])) : undefined;
      });
    });
  }

  sha256(data: Uint8Array): Promise<Uint8Array> {
    return this.#calls.run(async () => isLong(data) ? await this.#hash(data) : this.#digest(data));
  }

  /**
   * Waits for what is under way, takes no more work, and frees every key. A second call waits as well.
   *
   * @returns When libcrypto holds nothing of it any more.
   */
  async close(): Promise<void> {
    await this.#calls.close();
    for (const slot of this.#privateKeys) this.#free(slot);
    this.#publicKeys.clear();
  }

  /** As {@linkcode close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Works with a context and frees it. It holds its key until then. */
  async #with<T>(context: Handle, work: (context: Handle) => T | Promise<T>): Promise<T> {
    try {
      return await work(context);
    } finally {
      this.#library.call.EVP_PKEY_CTX_free(context);
      this.#library.call.ERR_clear_error();
    }
  }

  async #sign(key: Handle, data: Uint8Array): Promise<Uint8Array> {
    const { call } = this.#library;
    return await this.#with(pssContext(this.#library, key, "sign", OUR_SALT), async (context) => {
      const digest = isLong(data) ? await this.#hash(data) : this.#digest(data);
      const [signature, length] = room();
      const size = BigInt(digest.length);
      const sign = () => call.EVP_PKEY_sign(context, signature, length, digest, size);
      const result = await this.#calls.inLane([signature, length, digest], sign);
      this.#library.insist(result, "sign");
      return signature;
    });
  }

  /** OpenSSL refuses s ≥ n by itself (RFC 8017 §5.2.2), and any salt but the one it is told. */
  #verifies(key: PublicKey, signature: Bytes, digest: Bytes): boolean {
    const { call } = this.#library;
    const entry = this.#publicKeys.get(key);
    const [size, digestSize] = [BigInt(signature.length), BigInt(digest.length)];
    const fits = (salt: Salt) =>
      call.EVP_PKEY_verify(entry.verifier(salt), signature, size, digest, digestSize) === 1;
    const likely = entry.salt;
    if (fits(likely)) return true;
    const isOther = fits(likely === OUR_SALT ? OTHER_SALT : OUR_SALT);
    // What a stranger sends in somebody's name does not change which salt is tried first.
    if (!isOther) entry.verifier(likely);
    call.ERR_clear_error();
    return isOther;
  }

  #digest(data: Uint8Array): Bytes {
    const { call, sha256 } = this.#library;
    const digest = new Uint8Array(DIGEST_BYTES);
    const size = BigInt(data.length);
    const result = call.EVP_Digest(new Uint8Array(data), size, digest, NOTHING, sha256, NOTHING);
    this.#library.insist(result, "hash");
    return digest;
  }

  async #hash(data: Uint8Array): Promise<Bytes> {
    const { call, sha256 } = this.#library;
    const [input, digest] = [new Uint8Array(data), new Uint8Array(DIGEST_BYTES)];
    const size = BigInt(input.length);
    const hash = () => call.digestOnThread(input, size, digest, NOTHING, sha256, NOTHING);
    this.#library.insist(await this.#calls.onThread([input, digest], hash), "hash");
    return digest;
  }

  /** Owns a key, if the policy allows it (D1). */
  #adopt(handle: Handle): KeyPair {
    const slot = new PrivateKeySlot(this.#library, handle);
    this.#privateKeys.add(slot);
    try {
      const publicKey = publicKeyFromDer(writePublicKey(this.#library, handle));
      const privateKey = new OpenSslPrivateKey(slot);
      this.#forgotten.register(privateKey, slot);
      return { publicKey, privateKey };
    } catch (error) {
      this.#free(slot);
      if (!(error instanceof ProtocolError)) throw error;
      throw new KeyPolicyError(error.detail, { cause: error });
    }
  }

  #own(key: PrivateKey): Handle {
    if (key instanceof OpenSslPrivateKey) return key.handleFor(this.#library);
    throw new TypeError("a private key of another backend");
  }

  #free(slot: PrivateKeySlot): void {
    slot.free();
    this.#privateKeys.delete(slot);
  }

  /** A damaged file must be found now, not when nobody accepts our signatures. */
  async #isSound({ publicKey, privateKey }: KeyPair): Promise<boolean> {
    const handle = this.#own(privateKey);
    if (!isConsistent(this.#library, handle)) return false;
    const probe = new TextEncoder().encode("probe");
    try {
      const signature = await this.#sign(handle, probe);
      return this.#verifies(publicKey, new Uint8Array(signature), this.#digest(probe));
    } catch (error) {
      if (!(error instanceof LibcryptoError)) throw error;
      return false;
    }
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

function isLong(data: Uint8Array): boolean {
  return data.length > HASHED_ON_THE_SPOT;
}

/** Where one block comes out, and where libcrypto reads how much room there is and writes its length. */
function room(): [block: Bytes, length: BigUint64Array<ArrayBuffer>] {
  return [new Uint8Array(RSA_BLOCK_BYTES), new BigUint64Array([BigInt(RSA_BLOCK_BYTES)])];
}
