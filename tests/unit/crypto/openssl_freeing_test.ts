import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Handle,
  type Libcrypto,
  LIBCRYPTO_SYMBOLS,
  NOTHING,
} from "../../../lib/crypto/libcrypto.ts";
import { OpenSsl } from "../../../lib/crypto/openssl.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { bytesOf, utf8 } from "../../support/binary.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { libcrypto, testWithOpenSsl } from "../../support/openssl.ts";
import { partsOf, pkcs8Of } from "../../support/pkcs8.ts";

type Argument = Handle | Uint8Array | BigUint64Array | number;

/** What libcrypto makes, and what frees it. */
const FREED_BY: Readonly<Record<string, string>> = {
  EVP_PKEY_CTX_new: "EVP_PKEY_CTX_free",
  EVP_PKEY_CTX_new_id: "EVP_PKEY_CTX_free",
  d2i_PUBKEY_bio: "EVP_PKEY_free",
  EVP_PKCS82PKEY: "EVP_PKEY_free",
  d2i_PKCS8_PRIV_KEY_INFO_bio: "PKCS8_PRIV_KEY_INFO_free",
  BIO_new: "BIO_free",
  BIO_new_mem_buf: "BIO_free",
  BN_new: "BN_clear_free",
  EVP_PKEY_get_bn_param: "BN_clear_free",
  BN_CTX_new: "BN_CTX_free",
};

/** libcrypto, with an account of what is not freed and of the buffers that it read keys from. */
class Watched {
  readonly unfreed = new Map<Handle, string>();
  readonly read: Uint8Array[] = [];
  readonly library: Libcrypto;

  constructor() {
    const real = libcrypto();
    const names = Object.keys(LIBCRYPTO_SYMBOLS) as (keyof typeof LIBCRYPTO_SYMBOLS)[];
    const call = Object.fromEntries(names.map((name) => [name, (...args: Argument[]) => {
      const result = Reflect.apply(real.call[name], undefined, args);
      this.#note(name, args, result);
      return result;
    }]));
    this.library = Object.create(real, { call: { value: call } });
  }

  #note(name: string, args: readonly Argument[], result: Handle | number): void {
    const [first, , out] = args;
    if (name === "BIO_new_mem_buf" && first instanceof Uint8Array) this.read.push(first);
    const freedBy = FREED_BY[name];
    const made = out instanceof BigUint64Array ? out[0] ?? NOTHING : result;
    if (freedBy !== undefined && typeof made === "bigint" && made !== NOTHING) {
      this.unfreed.set(made, freedBy);
    }
    if (typeof first === "bigint" && this.unfreed.get(first) === name) this.unfreed.delete(first);
  }
}

const stored = bytesOf(keys.keys[0]?.privateKey ?? "");
const others = keys.keys.map(({ publicKey }) => parsePublicKey(publicKey));

testWithOpenSsl(
  "OpenSSL holds what it needs for its keys, and nothing after it is closed",
  async () => {
    const { library, unfreed } = new Watched();
    const crypto = new OpenSsl(library, { cachedKeys: 2 });
    const { publicKey, privateKey } = await crypto.importPrivateKey(stored);
    const use = async () => {
      const signature = await crypto.sign(privateKey, utf8("hello"));
      assert(await crypto.verify(publicKey, signature, utf8("hello")));
      for (const key of others) {
        assertEquals(
          await crypto.verify(key, signature, utf8("bye")),
          false,
        );
      }
      const sealed = await crypto.encrypt(publicKey, utf8("hello"));
      await crypto.decrypt(privateKey, sealed);
      await crypto.decrypt(privateKey, signature);
      await crypto.exportPrivateKey(privateKey);
    };
    await use();
    const held = unfreed.size;
    // One private key, and two public ones of which each may have a context.
    assert(held >= 3 && held <= 5, `${held}`);
    await use();
    assertEquals(unfreed.size, held);
    await crypto.close();
    assertEquals([...unfreed.values()], []);
  },
);

testWithOpenSsl("a key that OpenSSL refuses leaves nothing behind after it is closed", async () => {
  const { library, unfreed } = new Watched();
  const crypto = new OpenSsl(library);
  const sound = partsOf(stored);
  const unsound = [
    stored.subarray(0, 2000),
    new Uint8Array([...stored, 0]),
    pkcs8Of({ ...sound, e: 3n }),
    pkcs8Of({ ...sound, qi: 0n }),
  ];
  for (const pkcs8 of unsound) await assertRejects(() => crypto.importPrivateKey(pkcs8));
  await crypto.close();
  assertEquals([...unfreed.values()], []);
});

testWithOpenSsl("OpenSSL wipes the copy from which it reads a private key", async () => {
  const { library, read } = new Watched();
  await using crypto = new OpenSsl(library);
  await crypto.importPrivateKey(stored);
  const copies = read.filter(({ length }) => length === stored.length);
  assertEquals(copies, [new Uint8Array(stored.length)]);
});

testWithOpenSsl(
  "a signature with either salt leaves the salt that its owner used to be tried first",
  async () => {
    const { library } = new Watched();
    const salts: number[] = [];
    const { call } = library;
    const set = call.EVP_PKEY_CTX_set_rsa_pss_saltlen;
    Object.assign(call, {
      EVP_PKEY_CTX_set_rsa_pss_saltlen: (context: Handle, salt: number) => {
        salts.push(salt);
        return set(context, salt);
      },
    });
    await using crypto = new OpenSsl(library);
    const { publicKey, privateKey } = await crypto.importPrivateKey(stored);
    const signature = await crypto.sign(privateKey, utf8("hello"));
    salts.length = 0;
    // What is no signature is tried with both, and changes nothing for the next one.
    assertEquals(await crypto.verify(publicKey, signature, utf8("other")), false);
    assertEquals(salts, [32, 478]);
    assert(await crypto.verify(publicKey, signature, utf8("hello")));
    assertEquals(salts, [32, 478]);
  },
);
