/**
 * Whether the parts of an RSA private key belong together (RFC 8017 §3.2), for the backend that gets them from
 * Web Crypto. Deno signs with some of them only and takes the others unseen, so that a damaged key file would
 * serve here and be refused by OpenSSL, whose counterpart of this is `libcrypto_consistency.ts`.
 *
 * @module
 */

import { decodeBase64url } from "../protocol/base64url.ts";

/**
 * Looks at the eight numbers of a private key.
 *
 * @param key A private RSA key with two factors, as Web Crypto exports it.
 * @returns Whether n = pq, d and the two short exponents undo e, and the coefficient fits.
 */
export function isConsistentJwk(key: JsonWebKey): boolean {
  const [n, e, d] = [numberOf(key.n), numberOf(key.e), numberOf(key.d)];
  const [p, q] = [numberOf(key.p), numberOf(key.q)];
  if (p <= 1n || q <= 1n || p * q !== n) return false;
  /** Whether the short exponent is d modulo the factor less one, and undoes e there. */
  const fits = (short: bigint, factor: bigint) =>
    d % (factor - 1n) === short && short * e % (factor - 1n) === 1n;
  return fits(numberOf(key.dp), p) && fits(numberOf(key.dq), q) && numberOf(key.qi) * q % p === 1n;
}

/** A number as a JWK spells it; 0, which fits nowhere, if there is none. */
function numberOf(text: string | undefined): bigint {
  const bytes = decodeBase64url(text ?? "");
  return bytes === undefined || bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}
