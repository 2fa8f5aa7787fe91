/**
 * OpenSSL's libcrypto as it is: the library, its functions and nothing else.
 *
 * Handles and addresses are 64-bit numbers here, not Deno's pointers: with the permission for one path only,
 * Deno neither makes a pointer of a number nor reads memory through one. So whatever goes in or out goes
 * through a buffer of ours, or through one of libcrypto's BIOs. In every calling convention that Deno runs
 * on, a pointer travels as such a number.
 *
 * @module
 */

/** The address of one of libcrypto's objects; {@linkcode NOTHING} is its NULL. */
export type Handle = bigint;

/** What libcrypto takes and returns for no object. */
export const NOTHING: Handle = 0n;

const HANDLE = "u64";
const SIZE = "usize";

/** The functions that are called, with what they take and return. */
export const LIBCRYPTO_SYMBOLS = {
  OPENSSL_init_crypto: { parameters: ["u64", HANDLE], result: "i32" },
  OPENSSL_version_major: { parameters: [], result: "u32" },
  OPENSSL_version_minor: { parameters: [], result: "u32" },
  OPENSSL_version_patch: { parameters: [], result: "u32" },
  ERR_clear_error: { parameters: [], result: "void" },

  BIO_s_mem: { parameters: [], result: HANDLE },
  BIO_new: { parameters: [HANDLE], result: HANDLE },
  BIO_new_mem_buf: { parameters: ["buffer", "i32"], result: HANDLE },
  BIO_ctrl_pending: { parameters: [HANDLE], result: SIZE },
  BIO_read: { parameters: [HANDLE, "buffer", "i32"], result: "i32" },
  BIO_free: { parameters: [HANDLE], result: "i32" },

  d2i_PUBKEY_bio: { parameters: [HANDLE, HANDLE], result: HANDLE },
  i2d_PUBKEY_bio: { parameters: [HANDLE, HANDLE], result: "i32" },
  d2i_PKCS8_PRIV_KEY_INFO_bio: { parameters: [HANDLE, HANDLE], result: HANDLE },
  PKCS8_PRIV_KEY_INFO_free: { parameters: [HANDLE], result: "void" },
  EVP_PKCS82PKEY: { parameters: [HANDLE], result: HANDLE },
  i2d_PKCS8PrivateKeyInfo_bio: { parameters: [HANDLE, HANDLE], result: "i32" },
  EVP_PKEY_get_id: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_get_bn_param: { parameters: [HANDLE, "buffer", "buffer"], result: "i32" },
  EVP_PKEY_free: { parameters: [HANDLE], result: "void" },

  BN_new: { parameters: [], result: HANDLE },
  BN_clear_free: { parameters: [HANDLE], result: "void" },
  BN_CTX_new: { parameters: [], result: HANDLE },
  BN_CTX_free: { parameters: [HANDLE], result: "void" },
  BN_mul: { parameters: [HANDLE, HANDLE, HANDLE, HANDLE], result: "i32" },
  BN_mod_mul: { parameters: [HANDLE, HANDLE, HANDLE, HANDLE, HANDLE], result: "i32" },
  BN_div: { parameters: [HANDLE, HANDLE, HANDLE, HANDLE, HANDLE], result: "i32" },
  BN_sub_word: { parameters: [HANDLE, "u64"], result: "i32" },
  BN_copy: { parameters: [HANDLE, HANDLE], result: HANDLE },
  BN_cmp: { parameters: [HANDLE, HANDLE], result: "i32" },
  BN_is_one: { parameters: [HANDLE], result: "i32" },

  EVP_sha256: { parameters: [], result: HANDLE },
  EVP_Digest: { parameters: ["buffer", SIZE, "buffer", HANDLE, HANDLE, HANDLE], result: "i32" },
  digestOnThread: {
    name: "EVP_Digest",
    parameters: ["buffer", SIZE, "buffer", HANDLE, HANDLE, HANDLE],
    result: "i32",
    nonblocking: true,
  },

  EVP_PKEY_CTX_new: { parameters: [HANDLE, HANDLE], result: HANDLE },
  EVP_PKEY_CTX_new_id: { parameters: ["i32", HANDLE], result: HANDLE },
  EVP_PKEY_CTX_free: { parameters: [HANDLE], result: "void" },
  EVP_PKEY_CTX_set_rsa_padding: { parameters: [HANDLE, "i32"], result: "i32" },
  EVP_PKEY_CTX_set_rsa_pss_saltlen: { parameters: [HANDLE, "i32"], result: "i32" },
  EVP_PKEY_CTX_set_rsa_mgf1_md: { parameters: [HANDLE, HANDLE], result: "i32" },
  EVP_PKEY_CTX_set_rsa_oaep_md: { parameters: [HANDLE, HANDLE], result: "i32" },
  EVP_PKEY_CTX_set_signature_md: { parameters: [HANDLE, HANDLE], result: "i32" },
  EVP_PKEY_CTX_set_rsa_keygen_bits: { parameters: [HANDLE, "i32"], result: "i32" },
  EVP_PKEY_sign_init: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_verify_init: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_encrypt_init: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_decrypt_init: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_keygen_init: { parameters: [HANDLE], result: "i32" },
  EVP_PKEY_verify: { parameters: [HANDLE, "buffer", SIZE, "buffer", SIZE], result: "i32" },
  EVP_PKEY_encrypt: { parameters: [HANDLE, "buffer", "buffer", "buffer", SIZE], result: "i32" },

  // What takes milliseconds runs on a thread of Deno's pool.
  EVP_PKEY_sign: {
    parameters: [HANDLE, "buffer", "buffer", "buffer", SIZE],
    result: "i32",
    nonblocking: true,
  },
  EVP_PKEY_decrypt: {
    parameters: [HANDLE, "buffer", "buffer", "buffer", SIZE],
    result: "i32",
    nonblocking: true,
  },
  EVP_PKEY_generate: { parameters: [HANDLE, "buffer"], result: "i32", nonblocking: true },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * `OPENSSL_INIT_NO_ATEXIT`: at the end of the process nothing is taken apart, because threads of the pool may
 * be signing at that moment. `OPENSSL_INIT_NO_LOAD_CONFIG`: what is used here is in libcrypto itself, and a
 * configuration of the machine could load engines and providers into this process.
 */
const INIT_OPTIONS = 0x80000n | 0x80n;

/** The library has failed where it must not: no memory, no randomness, or it is not what it seems. */
export class LibcryptoError extends Error {
  /** As it shows in a log. */
  override readonly name = "LibcryptoError";
}

/** libcrypto's functions, by their names in OpenSSL's manual. */
export type LibcryptoFunctions = Deno.DynamicLibrary<typeof LIBCRYPTO_SYMBOLS>["symbols"];

/** An opened libcrypto of OpenSSL 3. */
export class Libcrypto {
  /** Its functions. */
  readonly call: LibcryptoFunctions;
  /** Such as `3.0.19`. */
  readonly version: string;
  /** SHA-256, as libcrypto names a hash. */
  readonly sha256: Handle;
  readonly #library: Deno.DynamicLibrary<typeof LIBCRYPTO_SYMBOLS>;

  /**
   * Opens the library and prepares it.
   *
   * @param path Its absolute path.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi` for that path.
   * @throws {Error} If there is no such library, or it is not OpenSSL 3.
   */
  constructor(path: string) {
    this.#library = Deno.dlopen(path, LIBCRYPTO_SYMBOLS);
    this.call = this.#library.symbols;
    const { call } = this;
    // Before any other: the first call decides what happens at the end of the process.
    const isReady = call.OPENSSL_init_crypto(INIT_OPTIONS, NOTHING) === 1;
    this.version = [
      call.OPENSSL_version_major(),
      call.OPENSSL_version_minor(),
      call.OPENSSL_version_patch(),
    ].join(".");
    this.sha256 = call.EVP_sha256();
    if (isReady && this.version.startsWith("3.") && this.sha256 !== NOTHING) return;
    this.close();
    throw new LibcryptoError(`expected OpenSSL 3, got ${this.version}, at ${path}`);
  }

  /**
   * Insists on what cannot fail with sound arguments.
   *
   * @param result What a function returned.
   * @param what What it was to do, for the message.
   * @throws {LibcryptoError} If it is not 1. libcrypto's own words stay in its queue: they are for
   *   programmers, and those over a peer's bytes could tell it something.
   */
  insist(result: number, what: string): void {
    if (result === 1) return;
    this.call.ERR_clear_error();
    throw new LibcryptoError(`OpenSSL ${this.version} failed to ${what}`);
  }

  /**
   * Insists on an object.
   *
   * @param handle What a function returned.
   * @param what What it was to do, for the message.
   * @returns The handle, which is one.
   * @throws {LibcryptoError} If there is none.
   */
  made(handle: Handle, what: string): Handle {
    this.insist(handle === NOTHING ? 0 : 1, what);
    return handle;
  }

  /**
   * Lets go of the library; nothing of it may be called any more, and nothing may be running. It stays in
   * memory (OpenSSL pins itself), because the threads of the pool clean up after it when they end.
   */
  close(): void {
    this.#library.close();
  }
}
