/**
 * What libcrypto is told before it signs, verifies, encrypts or decrypts (§4): one context for one kind of
 * operation with one key. A context must not be used by two threads at once; a key may, as long as nobody
 * changes it (openssl-threads(7), openssl/openssl#16496). A context holds its key: a key that is freed
 * meanwhile lives as long as the context does.
 *
 * @module
 */

import { type Handle, type Libcrypto, type LibcryptoFunctions, NOTHING } from "./libcrypto.ts";
import { RSA } from "./libcrypto_keys.ts";

/** OpenSSL's numbers for paddings. */
const OAEP_PADDING = 4;
const PSS_PADDING = 6;

/** The functions that say what a context is for. */
type Begin = Extract<keyof LibcryptoFunctions, `EVP_PKEY_${string}_init`>;

/**
 * A context for RSASSA-PSS with SHA-256 and MGF1-SHA-256.
 *
 * @param library libcrypto.
 * @param key A private key to sign with, or a public one to verify with.
 * @param purpose Which of the two.
 * @param salt The length of the salt in bytes (D2).
 * @returns The context, to be freed.
 */
export function pssContext(
  library: Libcrypto,
  key: Handle,
  purpose: "sign" | "verify",
  salt: number,
): Handle {
  const { call, sha256 } = library;
  return prepared(library, library.call.EVP_PKEY_CTX_new(key, NOTHING), (context) => [
    begin(library, context, `EVP_PKEY_${purpose}_init`),
    call.EVP_PKEY_CTX_set_rsa_padding(context, PSS_PADDING),
    call.EVP_PKEY_CTX_set_signature_md(context, sha256),
    call.EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256),
    call.EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt),
  ]);
}

/**
 * A context for RSAES-OAEP with SHA-256, MGF1-SHA-256 and the empty label.
 *
 * @param library libcrypto.
 * @param key A public key to encrypt with, or a private one to decrypt with.
 * @param purpose Which of the two.
 * @returns The context, to be freed.
 */
export function oaepContext(
  library: Libcrypto,
  key: Handle,
  purpose: "encrypt" | "decrypt",
): Handle {
  const { call, sha256 } = library;
  return prepared(library, library.call.EVP_PKEY_CTX_new(key, NOTHING), (context) => [
    begin(library, context, `EVP_PKEY_${purpose}_init`),
    call.EVP_PKEY_CTX_set_rsa_padding(context, OAEP_PADDING),
    call.EVP_PKEY_CTX_set_rsa_oaep_md(context, sha256),
    call.EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256),
  ]);
}

/**
 * A context to make RSA keys with e = 65537, which is OpenSSL's default.
 *
 * @param library libcrypto.
 * @param bits The length of the modulus.
 * @returns The context, to be freed.
 */
export function keygenContext(library: Libcrypto, bits: number): Handle {
  const { call } = library;
  return prepared(library, call.EVP_PKEY_CTX_new_id(RSA, NOTHING), (context) => [
    begin(library, context, "EVP_PKEY_keygen_init"),
    call.EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits),
  ]);
}

function begin({ call }: Libcrypto, context: Handle, name: Begin): number {
  return call[name](context);
}

function prepared(
  library: Libcrypto,
  context: Handle,
  prepare: (context: Handle) => readonly number[],
): Handle {
  library.made(context, "make a context");
  try {
    for (const result of prepare(context)) library.insist(result, "prepare a context");
    return context;
  } catch (error) {
    library.call.EVP_PKEY_CTX_free(context);
    throw error;
  }
}
