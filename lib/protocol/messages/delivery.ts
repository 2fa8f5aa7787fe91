/**
 * Messages from person to person, and to everybody (§8.3, §9.2, §9.3).
 *
 * @module
 */

import * as v from "valibot";
import { channelDigest, epoch } from "./channel.ts";
import { absent, binding, ciphertext, id, publicKey, signature } from "./fields.ts";
import { fileChunk, fileEnd, fileStart } from "./files.ts";

const content = { ciphertext, sender_pub: publicKey, content_sig: signature };

/** What a user's client sends to somebody: `MSG_DIRECT`. */
export const userMessage = v.object(content);

/** The same to everybody: `MSG_PUBLIC_CHANNEL`; `epoch` and `channel_pub` hint which key of the channel opens it (D23). */
export const publicMessage = v.object({
  ...content,
  epoch: v.optional(epoch),
  channel_pub: v.optional(channelDigest),
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

const delivered = { user_id: id, sender: id, ...binding };

const directDelivery = v.object({ ...delivered, ...content, file_id: absent });

const startDelivery = v.object({ ...fileStart.entries, ...delivered, index: absent });

const chunkDelivery = v.object({ ...fileChunk.entries, ...delivered });

const endDelivery = v.object({
  ...fileEnd.entries,
  ...delivered,
  index: absent,
  name: absent,
  sha256: absent,
});

/**
 * `SERVER_DELIVER`: a message on its way between servers; `sender` is the sender's user id (D16). It may be
 * one of a file transfer too, its members beside `user_id` (§9.4): which, its members tell.
 */
export const serverDeliver = v.lazy((payload) => {
  const has = (name: string) => typeof payload === "object" && payload !== null && name in payload;
  // One schema is picked, so that what is wrong is said of the form that was meant.
  if (!has("file_id")) return directDelivery;
  if (has("index")) return chunkDelivery;
  return has("name") || has("sha256") ? startDelivery : endDelivery;
});
