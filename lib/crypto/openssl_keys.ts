/**
 * The keys that the OpenSSL backend holds in libcrypto's memory, and when they leave it.
 *
 * @module
 */

import { PSS_SALT_BYTES } from "../protocol/limits.ts";
import { type Handle, type Libcrypto, NOTHING } from "./libcrypto.ts";
import { pssContext } from "./libcrypto_contexts.ts";
import { readPublicKey } from "./libcrypto_keys.ts";
import { PrivateKey } from "./port.ts";
import { type PublicKey, publicKeyDer } from "./public_key.ts";

/** The place of a private key in libcrypto's memory, which may be empty already. */
export class PrivateKeySlot {
  readonly #library: Libcrypto;
  #handle: Handle;

  /**
   * Owns a key from now on.
   *
   * @param library Whose memory it is in.
   * @param handle The key.
   */
  constructor(library: Libcrypto, handle: Handle) {
    this.#library = library;
    this.#handle = handle;
  }

  /**
   * The key, for a call that begins at once: whoever waits in between may find it freed.
   *
   * @param library Who is to use it.
   * @returns Its handle.
   * @throws {TypeError} If it is in another library's memory, or its backend is closed.
   */
  handleFor(library: Libcrypto): Handle {
    if (library !== this.#library) throw new TypeError("a private key of another backend");
    if (this.#handle === NOTHING) throw new TypeError("a private key of a backend that is closed");
    return this.#handle;
  }

  /** Wipes the key and frees its memory, as soon as no call that has begun uses it any more. */
  free(): void {
    if (this.#handle !== NOTHING) this.#library.call.EVP_PKEY_free(this.#handle);
    this.#handle = NOTHING;
  }
}

/** A private key, as the port hands it about: it shows nothing, not even where it is. */
export class OpenSslPrivateKey extends PrivateKey {
  /** As the port wants it. */
  protected override readonly backend = "openssl";
  readonly #slot: PrivateKeySlot;

  /**
   * Hands a key about.
   *
   * @param slot Where it is.
   */
  constructor(slot: PrivateKeySlot) {
    super();
    this.#slot = slot;
  }

  /**
   * The key, for a call that begins at once.
   *
   * @param library Who is to use it.
   * @returns Its handle.
   * @throws {TypeError} As {@linkcode PrivateKeySlot.handleFor}.
   */
  handleFor(library: Libcrypto): Handle {
    return this.#slot.handleFor(library);
  }
}

/** The salts that are taken (D2). */
export type Salt = typeof PSS_SALT_BYTES[number];

/** A public key, parsed once, with what it is mostly used for: to verify. */
export class OpenSslPublicKey {
  /** The key itself. */
  readonly handle: Handle;
  readonly #library: Libcrypto;
  #verifier: Handle = NOTHING;
  #salt: Salt = PSS_SALT_BYTES[0];

  /**
   * Takes a key into libcrypto's memory.
   *
   * @param library libcrypto.
   * @param key The key.
   */
  constructor(library: Libcrypto, key: PublicKey) {
    this.#library = library;
    this.handle = library.made(readPublicKey(library, publicKeyDer(key)), "parse a public key");
  }

  /** The salt that its owner used last (D2), which is the one to try first. */
  get salt(): Salt {
    return this.#salt;
  }

  /**
   * The context that verifies. It is kept with the key, so it is for calls only that end before anything
   * else is done.
   *
   * @param salt The length of the salt, in bytes.
   * @returns The context.
   */
  verifier(salt: Salt): Handle {
    if (this.#verifier === NOTHING) {
      this.#verifier = pssContext(this.#library, this.handle, "verify", salt);
    } else if (salt !== this.#salt) {
      const { call } = this.#library;
      const result = call.EVP_PKEY_CTX_set_rsa_pss_saltlen(this.#verifier, salt);
      this.#library.insist(result, "set the salt");
    }
    this.#salt = salt;
    return this.#verifier;
  }

  /** Frees it. A context made for it lives on. */
  free(): void {
    const { call } = this.#library;
    call.EVP_PKEY_CTX_free(this.#verifier);
    call.EVP_PKEY_free(this.handle);
  }
}

/** Public keys, each parsed once. Beyond the bound the one that was not used for longest makes room. */
export class PublicKeyCache {
  /** In the order of last use. */
  readonly #keys = new Map<PublicKey, OpenSslPublicKey>();
  readonly #library: Libcrypto;
  readonly #bound: number;

  /**
   * An empty cache.
   *
   * @param library libcrypto.
   * @param bound How many keys are kept, at least 1.
   */
  constructor(library: Libcrypto, bound: number) {
    this.#library = library;
    this.#bound = bound;
  }

  /** How many keys are kept now. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * Finds a key, or parses it.
   *
   * @param key The key. Its one canonical spelling serves as its fingerprint.
   * @returns The key, for calls that begin at once.
   */
  get(key: PublicKey): OpenSslPublicKey {
    const entry = this.#keys.get(key) ?? new OpenSslPublicKey(this.#library, key);
    this.#keys.delete(key);
    this.#keys.set(key, entry);
    if (this.#keys.size > this.#bound) {
      const [eldest] = this.#keys;
      if (eldest !== undefined) {
        this.#keys.delete(eldest[0]);
        eldest[1].free();
      }
    }
    return entry;
  }

  /** Frees all of them. */
  clear(): void {
    for (const key of this.#keys.values()) key.free();
    this.#keys.clear();
  }
}
