/**
 * The short name of a key, which people compare and allowlists hold (D13).
 *
 * @module
 */

import { encodeBase64url } from "../protocol/base64url.ts";
import type { CryptoPort } from "./port.ts";
import { type PublicKey, publicKeyDer } from "./public_key.ts";

/**
 * The fingerprint of a public key, in the manner of OpenSSH.
 *
 * @param crypto What hashes.
 * @param key The key.
 * @returns `SHA256:` and base64url of the SHA-256 of its DER: 50 characters.
 */
export async function fingerprint(
  crypto: Pick<CryptoPort, "sha256">,
  key: PublicKey,
): Promise<string> {
  return `SHA256:${encodeBase64url(await crypto.sha256(publicKeyDer(key)))}`;
}
