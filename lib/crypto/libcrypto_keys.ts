/**
 * Keys on their way into libcrypto's memory and out of it, as DER.
 *
 * @module
 */

import { type Handle, type Libcrypto, NOTHING } from "./libcrypto.ts";

/** OpenSSL's number for plain RSA keys, `EVP_PKEY_RSA`; PSS-only keys have another. */
export const RSA = 6;

/**
 * Takes a public key in.
 *
 * @param library libcrypto.
 * @param der DER SubjectPublicKeyInfo.
 * @returns The key, to be freed; {@linkcode NOTHING} if it is none.
 */
export function readPublicKey(library: Libcrypto, der: Uint8Array<ArrayBuffer>): Handle {
  return readFrom(library, der, (bio) => library.call.d2i_PUBKEY_bio(bio, NOTHING));
}

/**
 * Takes a private key in. Nothing is copied but into libcrypto's memory.
 *
 * @param library libcrypto.
 * @param der PKCS#8 DER.
 * @returns The key, to be freed; {@linkcode NOTHING} if it is no RSA key or something follows it.
 */
export function readPrivateKey(library: Libcrypto, der: Uint8Array<ArrayBuffer>): Handle {
  const { call } = library;
  const info = readFrom(library, der, (bio) => {
    const info = call.d2i_PKCS8_PRIV_KEY_INFO_bio(bio, NOTHING);
    if (info === NOTHING || call.BIO_ctrl_pending(bio) === 0n) return info;
    call.PKCS8_PRIV_KEY_INFO_free(info);
    return NOTHING;
  });
  if (info === NOTHING) return NOTHING;
  const key = call.EVP_PKCS82PKEY(info);
  call.PKCS8_PRIV_KEY_INFO_free(info);
  call.ERR_clear_error();
  if (key === NOTHING || call.EVP_PKEY_get_id(key) === RSA) return key;
  call.EVP_PKEY_free(key);
  return NOTHING;
}

/**
 * Gives the public half of a key out.
 *
 * @param library libcrypto.
 * @param key The key.
 * @returns DER SubjectPublicKeyInfo.
 */
export function writePublicKey(library: Libcrypto, key: Handle): Uint8Array<ArrayBuffer> {
  return writeTo(library, (bio) => library.call.i2d_PUBKEY_bio(bio, key));
}

/**
 * Gives a private key out.
 *
 * @param library libcrypto.
 * @param key The key.
 * @returns PKCS#8 DER.
 */
export function writePrivateKey(library: Libcrypto, key: Handle): Uint8Array<ArrayBuffer> {
  return writeTo(library, (bio) => library.call.i2d_PKCS8PrivateKeyInfo_bio(bio, key));
}

/** Lets libcrypto read from a buffer; it is done with it when this returns. */
function readFrom(
  { call }: Libcrypto,
  bytes: Uint8Array<ArrayBuffer>,
  read: (bio: Handle) => Handle,
): Handle {
  const bio = call.BIO_new_mem_buf(bytes, bytes.length);
  // Without one, as for no bytes at all, reading fails as it does for any garbage.
  if (bio === NOTHING) return NOTHING;
  const handle = read(bio);
  call.BIO_free(bio);
  call.ERR_clear_error();
  return handle;
}

/** Lets libcrypto write; its own buffer is wiped when it is freed. */
function writeTo(library: Libcrypto, write: (bio: Handle) => number): Uint8Array<ArrayBuffer> {
  const { call } = library;
  const bio = library.made(call.BIO_new(call.BIO_s_mem()), "make a buffer");
  try {
    library.insist(write(bio), "write a key");
    const bytes = new Uint8Array(Number(call.BIO_ctrl_pending(bio)));
    library.insist(call.BIO_read(bio, bytes, bytes.length) === bytes.length ? 1 : 0, "read a key");
    return bytes;
  } finally {
    call.BIO_free(bio);
  }
}
