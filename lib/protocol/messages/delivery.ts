/**
 * Messages from person to person, and to everybody (§8.3, §9.2, §9.3).
 *
 * @module
 */

import * as v from "valibot";
import { epoch } from "./channel.ts";
import { absent, binding, ciphertext, id, publicKey, signature } from "./fields.ts";

const content = { ciphertext, sender_pub: publicKey, content_sig: signature };

/** What a user's client sends to somebody: `MSG_DIRECT`. */
export const userMessage = v.object(content);

/** The same to everybody: `MSG_PUBLIC_CHANNEL`; `epoch` hints which key of the channel opens it (D23). */
export const publicMessage = v.object({ ...content, epoch: v.optional(epoch) });

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
