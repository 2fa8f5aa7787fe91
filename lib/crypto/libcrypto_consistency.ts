/**
 * Whether the parts of an RSA private key belong together (RFC 8017 §3.2). OpenSSL signs with some of them and
 * repairs what comes out wrong with the others, so that a damaged key file would not be noticed before another
 * program reads it. OpenSSL's own check takes a quarter of a second, most of it for proofs that the factors are
 * prime; a trial signature, which is made besides, fails too if they are not.
 *
 * @module
 */

import { type Handle, type Libcrypto, NOTHING } from "./libcrypto.ts";

/**
 * Looks at the eight numbers of a private key.
 *
 * @param library libcrypto.
 * @param key A private RSA key with two factors.
 * @returns Whether n = pq, d and the two short exponents undo e, and the coefficient fits.
 */
export function isConsistent(library: Libcrypto, key: Handle): boolean {
  const { call } = library;
  const numbers: Handle[] = [];
  const fresh = () => {
    const number = library.made(call.BN_new(), "make a number");
    numbers.push(number);
    return number;
  };
  const part = (name: string) => {
    const address = new BigUint64Array(1);
    const found = call.EVP_PKEY_get_bn_param(key, nulTerminated(name), address) === 1;
    const [number = NOTHING] = address;
    if (found) numbers.push(number);
    return found ? number : undefined;
  };
  const scratch = library.made(call.BN_CTX_new(), "make a number");
  const isInverse = (a: Handle, b: Handle, modulus: Handle) => {
    const product = fresh();
    return call.BN_mod_mul(product, a, b, modulus, scratch) === 1 && call.BN_is_one(product) === 1;
  };
  /** Whether the short exponent is d modulo the factor less one, and undoes e there. */
  const fits = (short: Handle, d: Handle, e: Handle, factor: Handle) => {
    const order = library.made(call.BN_copy(fresh(), factor), "copy a number");
    const rest = fresh();
    return call.BN_sub_word(order, 1n) === 1 &&
      call.BN_div(NOTHING, rest, d, order, scratch) === 1 &&
      call.BN_cmp(rest, short) === 0 && isInverse(short, e, order);
  };
  try {
    const [n, e, d] = [part("n"), part("e"), part("d")];
    const [p, q] = [part("rsa-factor1"), part("rsa-factor2")];
    const [dp, dq] = [part("rsa-exponent1"), part("rsa-exponent2")];
    const coefficient = part("rsa-coefficient1");
    if (n === undefined || e === undefined || d === undefined) return false;
    if (p === undefined || q === undefined || coefficient === undefined) return false;
    if (dp === undefined || dq === undefined) return false;
    const product = fresh();
    return call.BN_mul(product, p, q, scratch) === 1 && call.BN_cmp(product, n) === 0 &&
      fits(dp, d, e, p) && fits(dq, d, e, q) && isInverse(coefficient, q, p);
  } finally {
    for (const number of numbers) call.BN_clear_free(number);
    call.BN_CTX_free(scratch);
    call.ERR_clear_error();
  }
}

/** A text as C takes it. */
function nulTerminated(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
