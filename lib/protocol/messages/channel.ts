/**
 * The public channel's members and its key (§9.3, D22, D23). Messages themselves are in `delivery.ts`.
 *
 * @module
 */

import * as v from "valibot";
import { base64url, binding, ciphertext, id, publicKey, signature } from "./fields.ts";

/** Members that one `PUBLIC_CHANNEL_ADD` names at the most. */
export const MAX_ADDED = 1_024;

/** Shares that our own clients put into one frame (D23): so many fit into a user's frame. */
export const MAX_SHARES = 12;

/** Shares that are taken in one frame: of others' programs nothing is known. */
const MOST_SHARES = 256;

/** Wraps in one `PUBLIC_CHANNEL_UPDATED` (D23). */
export const MAX_WRAPS = 64;

const counter = v.pipe(
  v.number("expected a number"),
  v.safeInteger("expected an integer"),
  v.minValue(0, "expected a number of 0 or more"),
);

/** Which key of the channel, counted from 1: a hint, since no signature of a server covers what it means. */
export const epoch = counter;

/** The digest of the channel's public DER (D23): base64url of SHA-256. */
export const channelDigest = v.pipe(base64url, v.length(43, "expected a SHA-256 as base64url"));

const channel = { epoch: v.optional(epoch), channel_pub: v.optional(channelDigest) };

/**
 * `PUBLIC_CHANNEL_ADD`: who needs the key. From the member's server; a client that lacks a key asks its own
 * server in the same form to say so for it.
 */
export const publicChannelAdd = v.object({
  add: v.pipe(
    v.array(id, "expected a list of user ids"),
    v.minLength(1, "expected at least one user id"),
    v.maxLength(MAX_ADDED, `expected at most ${MAX_ADDED} user ids`),
  ),
  if_version: v.optional(counter),
  ...binding,
});

/** `PUBLIC_CHANNEL_UPDATED`: who has got the key. */
export const publicChannelUpdated = v.object({
  version: counter,
  wraps: v.pipe(
    v.array(v.object({ member_id: id, wrapped_key: ciphertext, ...channel })),
    v.maxLength(MAX_WRAPS, `expected at most ${MAX_WRAPS} wraps`),
  ),
  ...binding,
});

/** `PUBLIC_CHANNEL_KEY_SHARE`: the key, wrapped for members. Other teams send neither epoch nor creator. */
export const publicChannelKeyShare = v.object({
  shares: v.pipe(
    v.array(v.object({ member: id, wrapped_public_channel_key: ciphertext, ...channel })),
    v.minLength(1, "expected at least one share"),
    v.maxLength(MOST_SHARES, `expected at most ${MOST_SHARES} shares`),
  ),
  creator: v.optional(id),
  creator_pub: publicKey,
  content_sig: signature,
  ...binding,
});
