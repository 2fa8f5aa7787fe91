/**
 * The backend that runs everywhere: Web Crypto, in Deno and in browsers.
 *
 * @module
 */

import { decodeBase64url } from "../protocol/base64url.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { PSS_SALT_BYTES, RSA_BLOCK_BYTES, SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";
import { isConsistentJwk } from "./jwk_consistency.ts";
import { type CryptoPort, type KeyPair, KeyPolicyError, PrivateKey } from "./port.ts";
import {
  type PublicKey,
  publicKeyDer,
  publicKeyFromModulus,
  publicKeyModulus,
} from "./public_key.ts";

const { subtle } = globalThis.crypto;

const PSS = { name: "RSA-PSS", hash: "SHA-256" } as const;
const OAEP = { name: "RSA-OAEP", hash: "SHA-256" } as const;

/** Public keys kept imported; the least recently used makes room. Each weighs a few kilobytes. */
const CACHED_KEYS = 4096;

const [OUR_SALT, OTHER_SALT] = PSS_SALT_BYTES;

type Salt = typeof PSS_SALT_BYTES[number];

/** Said to the owner of a damaged key file. */
const DAMAGED = "the parts of the private key do not belong together";

/** Web Crypto ties a key to one algorithm, so a private key is two handles. */
class WebCryptoPrivateKey extends PrivateKey {
  protected override readonly backend = "webcrypto";

  constructor(readonly pss: CryptoKey, readonly oaep: CryptoKey) {
    super();
  }
}

/** A public key as far as it was needed, and the salt that its owner uses (D2). */
interface ImportedKey {
  pss?: Promise<CryptoKey>;
  oaep?: Promise<CryptoKey>;
  salt: Salt;
}

/** Cryptography through `globalThis.crypto.subtle`. */
export class WebCrypto implements CryptoPort {
  /** In the order of last use. */
  readonly #keys = new Map<PublicKey, ImportedKey>();
  readonly #cachedKeys: number;

  /**
   * Starts with no key imported.
   *
   * @param cachedKeys How many public keys are kept imported, at least 1.
   */
  constructor(cachedKeys: number = CACHED_KEYS) {
    this.#cachedKeys = cachedKeys;
  }

  async generateKeyPair(): Promise<KeyPair> {
    const algorithm = {
      ...PSS,
      modulusLength: RSA_BLOCK_BYTES * 8,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const { privateKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const pkcs8 = await exportPkcs8(privateKey);
    try {
      return await this.importPrivateKey(pkcs8);
    } finally {
      pkcs8.fill(0);
    }
  }

  async importPrivateKey(pkcs8: Uint8Array): Promise<KeyPair> {
    const der = new Uint8Array(pkcs8);
    const [pss, oaep] = await Promise.all([
      subtle.importKey("pkcs8", der, PSS, true, ["sign"]),
      subtle.importKey("pkcs8", der, OAEP, false, ["decrypt"]),
    ]).catch(refuse("not the PKCS#8 of an RSA private key")).finally(() => void der.fill(0));
    const publicKey = await findPublicKey(pss);
    const privateKey = new WebCryptoPrivateKey(pss, oaep);
    await this.#checkConsistency({ publicKey, privateKey });
    return { publicKey, privateKey };
  }

  async exportPrivateKey(key: PrivateKey): Promise<Uint8Array> {
    return await exportPkcs8(own(key).pss);
  }

  async sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
    const algorithm = { name: PSS.name, saltLength: OUR_SALT };
    return new Uint8Array(await subtle.sign(algorithm, own(key).pss, new Uint8Array(data)));
  }

  async verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    if (signature.length !== RSA_BLOCK_BYTES) return false;
    // RFC 8017 §5.2.2. Deno verifies s + n as well as s: a second spelling of the same signature (D3, D27).
    if (!isSmaller(signature, publicKeyModulus(key))) return false;
    const signatureCopy = new Uint8Array(signature);
    const dataCopy = new Uint8Array(data);
    const entry = this.#imported(key);
    const handle = await (entry.pss ??= importPublic(key, PSS, "verify"));
    const likely = entry.salt;
    for (const saltLength of [likely, likely === OUR_SALT ? OTHER_SALT : OUR_SALT]) {
      const algorithm = { name: PSS.name, saltLength };
      if (!await subtle.verify(algorithm, handle, signatureCopy, dataCopy)) continue;
      entry.salt = saltLength;
      return true;
    }
    return false;
  }

  async encrypt(key: PublicKey, block: Uint8Array): Promise<Uint8Array> {
    if (block.length > SEGMENT_PLAINTEXT_BYTES) {
      throw new RangeError(`${block.length} bytes in a block of ${SEGMENT_PLAINTEXT_BYTES}`);
    }
    const blockCopy = new Uint8Array(block);
    const handle = await (this.#imported(key).oaep ??= importPublic(key, OAEP, "encrypt"));
    return new Uint8Array(await subtle.encrypt(OAEP, handle, blockCopy));
  }

  async decrypt(key: PrivateKey, block: Uint8Array): Promise<Uint8Array | undefined> {
    const handle = own(key).oaep;
    if (block.length !== RSA_BLOCK_BYTES) return undefined;
    try {
      return new Uint8Array(await subtle.decrypt(OAEP, handle, new Uint8Array(block)));
    } catch (error) {
      if (error instanceof DOMException && error.name === "OperationError") return undefined;
      throw error;
    }
  }

  async sha256(data: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(data)));
  }

  #imported(key: PublicKey): ImportedKey {
    const entry = this.#keys.get(key) ?? { salt: OUR_SALT };
    this.#keys.delete(key);
    this.#keys.set(key, entry);
    if (this.#keys.size > this.#cachedKeys) {
      const [eldest] = this.#keys.keys();
      if (eldest !== undefined) this.#keys.delete(eldest);
    }
    return entry;
  }

  /** A damaged file must be found now, not when nobody accepts our signatures. It takes some 15 ms. */
  async #checkConsistency({ publicKey, privateKey }: KeyPair): Promise<void> {
    const probe = new TextEncoder().encode("probe");
    // Deno throws a plain Error for parts that it finds inconsistent itself.
    const signature = await this.sign(privateKey, probe).catch(refuse(DAMAGED));
    if (!await this.verify(publicKey, signature, probe)) throw new KeyPolicyError(DAMAGED);
  }
}

async function importPublic(
  key: PublicKey,
  algorithm: typeof PSS | typeof OAEP,
  usage: "verify" | "encrypt",
): Promise<CryptoKey> {
  return await subtle.importKey("spki", publicKeyDer(key), algorithm, false, [usage]);
}

/** Compares two numbers of the same length, big-endian. */
function isSmaller(one: Uint8Array, other: Uint8Array): boolean {
  const at = one.findIndex((byte, i) => byte !== other[i]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}

async function exportPkcs8(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await subtle.exportKey("pkcs8", key));
}

/** The public half of a private key that D1 allows and whose parts belong together. */
async function findPublicKey(privateKey: CryptoKey): Promise<PublicKey> {
  const jwk = await subtle.exportKey("jwk", privateKey);
  const { n, e } = jwk;
  if (e !== "AQAB") throw new KeyPolicyError("the exponent is not 65537 (D1)");
  const modulus = decodeBase64url(n ?? "");
  if (modulus === undefined) throw new KeyPolicyError("the modulus cannot be read");
  try {
    const publicKey = publicKeyFromModulus(modulus);
    if (isConsistentJwk(jwk)) return publicKey;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new KeyPolicyError(error.detail, { cause: error });
  }
  throw new KeyPolicyError(DAMAGED);
}

/** Turns whatever the platform throws over a key file into the one error that its owner is told. */
function refuse(reason: string): (cause: unknown) => never {
  return (cause) => {
    throw new KeyPolicyError(reason, { cause });
  };
}

function own(key: PrivateKey): WebCryptoPrivateKey {
  if (key instanceof WebCryptoPrivateKey) return key;
  throw new TypeError("a private key of another backend");
}
