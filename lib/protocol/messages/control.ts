/**
 * Answers, health and farewell (§9.5, §8.4, §6).
 *
 * @module
 */

import * as v from "valibot";
import { absent, base64url, binding, id, messageRef, publicKey, receiver } from "./fields.ts";

/** `HEARTBEAT`: `{}`, or the proof of the key: the nonce that `receiver` sent, signed (D12). */
export const heartbeat = v.object({
  nonce: v.optional(base64url),
  receiver: v.optional(receiver),
  ...binding,
});

/**
 * `ACK`: a message was taken (D21), or, with `msg_ref` `"USER_HELLO"`, a user was welcomed (D18).
 * `code` must be absent, or an `ERROR` would pass as its opposite.
 */
export const ack = v.object({
  msg_ref: messageRef,
  server_id: v.optional(id),
  pubkey: v.optional(publicKey),
  challenge: v.optional(base64url),
  code: absent,
  ...binding,
});

/** `ERROR`: unknown codes are let through, since other teams have some of their own (§9.5). */
export const error = v.object({
  code: v.pipe(v.string(), v.maxLength(64)),
  detail: v.optional(v.pipe(v.string(), v.maxLength(4096)), ""),
  msg_ref: v.optional(messageRef),
  ...binding,
});

/** `CTRL_CLOSE`: the link will be closed. */
export const ctrlClose = v.object({});
