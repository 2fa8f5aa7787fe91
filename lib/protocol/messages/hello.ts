/**
 * How a user arrives (§9.1).
 *
 * @module
 */

import * as v from "valibot";
import { base64url, id, ownMeta, publicKey, timestamp } from "./fields.ts";

/** `USER_HELLO`: who arrives, with which keys. `enc_pubkey` differs from `pubkey` for few clients. */
export const userHello = v.object({
  client: v.optional(v.pipe(v.string(), v.maxLength(256))),
  pubkey: publicKey,
  enc_pubkey: v.optional(publicKey),
  meta: v.optional(ownMeta),
});

/** `USER_PROOF`: the challenge of the welcome, signed (D19). */
export const userProof = v.object({
  challenge: base64url,
  server_id: id,
  user_id: id,
  ts: timestamp,
});
