/**
 * The port through which everything reaches cryptography (§4). Backends differ in speed only: one contract
 * suite runs over each of them, and over each pair.
 *
 * @module
 */

import type { PublicKey } from "./public_key.ts";

/**
 * A private key in the hands of the backend that made it; no other takes it. It shows nothing of itself,
 * so that it cannot end up in a log.
 */
export abstract class PrivateKey {
  /** Names the backend, and keeps other objects from passing as a key. */
  protected abstract readonly backend: string;
}

/** An RSA-4096 key pair. One pair serves for signatures and for encryption alike (§4). */
export interface KeyPair {
  /** For everybody. */
  readonly publicKey: PublicKey;
  /** For its owner, and for the backend that made it. */
  readonly privateKey: PrivateKey;
}

/** A private key that the policy of D1 forbids. Its owner is told, never a peer. */
export class KeyPolicyError extends Error {
  /** As it shows in a log. */
  override readonly name = "KeyPolicyError";
}

/** RSA-4096 and SHA-256, nothing else (§4). Every method may run many times at once. */
export interface CryptoPort {
  /**
   * Makes a new key pair, e = 65537. It may take seconds.
   *
   * @returns The pair.
   */
  generateKeyPair(): Promise<KeyPair>;

  /**
   * Takes a key pair from its stored form.
   *
   * @param pkcs8 PKCS#8 DER.
   * @returns The pair; the public half is found in the private one.
   * @throws {KeyPolicyError} If it is no sound RSA-4096 key with e = 65537 (D1).
   */
  importPrivateKey(pkcs8: Uint8Array): Promise<KeyPair>;

  /**
   * Gives out a key to be stored.
   *
   * @param key A key of this backend.
   * @returns PKCS#8 DER.
   */
  exportPrivateKey(key: PrivateKey): Promise<Uint8Array>;

  /**
   * Signs with RSASSA-PSS, SHA-256, MGF1-SHA-256 and the maximal salt, 478 bytes (D2).
   *
   * @param key A key of this backend.
   * @param data What to sign; it is hashed once.
   * @returns 512 bytes.
   */
  sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array>;

  /**
   * Checks an RSASSA-PSS signature with a salt of 478 or 32 bytes (D2).
   *
   * @param key Whose signature it should be.
   * @param signature Any bytes, of any length.
   * @param data What should have been signed.
   * @returns True if it verifies; false for everything else. It never throws for what a peer sent.
   */
  verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean>;

  /**
   * Encrypts one block with RSA-OAEP, SHA-256, MGF1-SHA-256, empty label (§4).
   *
   * @param key Whose private key shall open it.
   * @param block At most 446 bytes.
   * @returns 512 bytes, others each time.
   * @throws {RangeError} If the block is longer.
   */
  encrypt(key: PublicKey, block: Uint8Array): Promise<Uint8Array>;

  /**
   * Opens one block.
   *
   * @param key A key of this backend.
   * @param block Any bytes, of any length.
   * @returns The plaintext, or undefined if it cannot be opened, without a reason: a reason would be an
   * oracle.
   */
  decrypt(key: PrivateKey, block: Uint8Array): Promise<Uint8Array | undefined>;

  /**
   * Hashes with SHA-256.
   *
   * @param data Any bytes.
   * @returns 32 bytes.
   */
  sha256(data: Uint8Array): Promise<Uint8Array>;
}
