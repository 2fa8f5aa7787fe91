/**
 * Messages from person to person, and to everybody (§8.3, §9.2, §9.3).
 *
 * @module
 */

import * as v from "valibot";
import { absent, binding, ciphertext, id, publicKey, signature } from "./fields.ts";

/** What a user's client sends: `MSG_DIRECT` and `MSG_PUBLIC_CHANNEL`. */
export const userMessage = v.object({
  ciphertext,
  sender_pub: publicKey,
  content_sig: signature,
});

/** `USER_DELIVER`: the message at the recipient's door. */
export const userDeliver = v.object({
  ciphertext,
  sender: id,
  sender_pub: publicKey,
  content_sig: signature,
  user_id: absent,
  ...binding,
});

/** `SERVER_DELIVER`: the message on its way between servers; `sender` is the sender's user id (D16). */
export const serverDeliver = v.object({
  user_id: id,
  ciphertext,
  sender: id,
  sender_pub: publicKey,
  content_sig: signature,
  ...binding,
});
