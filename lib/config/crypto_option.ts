/**
 * The option that both programs have for who does their cryptography.
 *
 * @module
 */

import { cryptoChoice } from "./value_kinds.ts";

/** `--crypto`, `SOCP_CRYPTO`. */
export const CRYPTO_OPTION = {
  kind: cryptoChoice,
  placeholder: "backend",
  env: "SOCP_CRYPTO",
  default: "auto",
  help: "who does RSA: openssl (fast), webcrypto, or auto for the best there is",
} as const;
