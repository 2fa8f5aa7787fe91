/**
 * The directory, over the same socket (§15, D28).
 *
 * @module
 */

import * as v from "valibot";
import { binding, id, publicKey } from "./fields.ts";

/** `LIST_REQUEST`: who is online? */
export const listRequest = v.object({});

/** `LIST_RESPONSE`: everybody online, sorted by user id. */
export const listResponse = v.object({
  users: v.array(v.object({
    user_id: id,
    server_id: id,
    display_name: v.optional(v.string()),
  })),
  ...binding,
});

/** `PUBKEY_REQUEST`: which key has this user? */
export const pubkeyRequest = v.object({ user_id: id });

/** `PUBKEY_RESPONSE`: the key, with the directory's signature over it. */
export const pubkeyResponse = v.object({
  user_id: id,
  pubkey: publicKey,
  version: v.pipe(v.number(), v.safeInteger()),
  directory: id,
  ...binding,
});
