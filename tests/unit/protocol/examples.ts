/**
 * One good example of every message type, for tests that walk the catalog.
 *
 * @module
 */

import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { CATALOG, type MessageType, rowOf } from "../../../lib/protocol/catalog.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";

/** Ids of a user, of another user, of a server and of another server. */
export const ALICE = "a0000000-0000-4000-8000-000000000001";
export const BOB = "b0000000-0000-4000-8000-000000000002";
export const HERE = "c0000000-0000-4000-8000-000000000003";
export const THERE = "d0000000-0000-4000-8000-000000000004";

/** A time, Unix ms. */
export const NOW = 1_700_000_000_000;

/** 512 bytes: a signature, or one block of ciphertext. Nobody made it with any key. */
export const BLOCK = encodeBase64url(new Uint8Array(512).fill(7));

/** What could be a public key as far as the schemas look: the key policy comes later. */
const pubkey = "MIIC";

/** The required members of each payload; what another type must not have is left out. */
export const PAYLOADS: Record<MessageType, JsonObject> = {
  SERVER_HELLO_JOIN: { host: "127.0.0.1", port: 8766, pubkey },
  SERVER_WELCOME: { assigned_id: THERE },
  SERVER_ANNOUNCE: { host: "::1", port: 8766, pubkey },
  USER_ADVERTISE: { user_id: BOB, server_id: THERE, meta: { display_name: "Bob" } },
  USER_REMOVE: { user_id: BOB, server_id: THERE },
  SERVER_DELIVER: {
    user_id: ALICE,
    ciphertext: BLOCK,
    sender: BOB,
    sender_pub: pubkey,
    content_sig: BLOCK,
  },
  HEARTBEAT: {},
  USER_HELLO: { pubkey },
  USER_PROOF: { challenge: "QQ", server_id: HERE, user_id: ALICE, ts: NOW },
  MSG_DIRECT: { ciphertext: BLOCK, sender_pub: pubkey, content_sig: BLOCK },
  USER_DELIVER: { ciphertext: BLOCK, sender: BOB, sender_pub: pubkey, content_sig: BLOCK },
  PUBLIC_CHANNEL_ADD: { add: [BOB] },
  PUBLIC_CHANNEL_UPDATED: { version: 2, wraps: [{ member_id: BOB, wrapped_key: BLOCK }] },
  PUBLIC_CHANNEL_KEY_SHARE: {
    shares: [{ member: BOB, wrapped_public_channel_key: BLOCK }],
    creator_pub: pubkey,
    content_sig: BLOCK,
  },
  MSG_PUBLIC_CHANNEL: { ciphertext: BLOCK, sender_pub: pubkey, content_sig: BLOCK },
  FILE_START: { file_id: "f1", name: "a.txt", size: 3, sha256: "QQ", mode: "dm" },
  FILE_CHUNK: { file_id: "f1", index: 0, ciphertext: BLOCK },
  FILE_END: { file_id: "f1" },
  ACK: { msg_ref: "QQ" },
  ERROR: { code: "TIMEOUT" },
  CTRL_CLOSE: {},
  LIST_REQUEST: {},
  LIST_RESPONSE: { users: [{ user_id: BOB, server_id: THERE }] },
  PUBKEY_REQUEST: { user_id: BOB },
  PUBKEY_RESPONSE: { user_id: BOB, pubkey, version: 1, directory: THERE },
};

/** Every message type. */
export const TYPES = Object.keys(CATALOG) as MessageType[];

/**
 * A receiver that fits a message type.
 *
 * @param type The type.
 * @returns A `to`.
 */
export function receiverOf(type: MessageType): string {
  const receivers = {
    server: HERE,
    user: ALICE,
    everyone: "*",
    group: "public",
    userOrGroup: ALICE,
    address: "127.0.0.1:8765",
  };
  return receivers[rowOf(type).to];
}

/**
 * The text of a frame, as lax as a test wants it.
 *
 * @param type The type of its example payload.
 * @param other Members to set instead; one that is undefined is left out.
 * @returns JSON.
 */
export function exampleText(type: MessageType, other: Record<string, unknown> = {}): string {
  const from = rowOf(type).author === "user" ? BOB : THERE;
  const frame = { type, from, to: receiverOf(type), ts: NOW, payload: PAYLOADS[type], sig: BLOCK };
  return JSON.stringify({ ...frame, ...other });
}
