/**
 * Every number of the protocol that bounds something, in one place. Sizes in bytes, times in ms.
 *
 * @module
 */

/** JSON nesting depth a frame may have (D6). */
export const MAX_JSON_DEPTH = 16;

/** Keys one JSON object of a frame may have (D6). */
export const MAX_OBJECT_KEYS = 256;

/** Largest frame taken from a user, in UTF-8 bytes (D6). */
export const MAX_USER_FRAME_BYTES = 64 * 1024;

/** Largest frame taken from a server, in UTF-8 bytes (D6). */
export const MAX_SERVER_FRAME_BYTES = 1024 * 1024;

/** Plaintext bytes that one RSA-4096 OAEP-SHA-256 block carries: 512 − 2·32 − 2 (D4). */
export const SEGMENT_PLAINTEXT_BYTES = 446;

/** Bytes of one RSA-4096 ciphertext block or signature. */
export const RSA_BLOCK_BYTES = 512;

/** Segments one ciphertext may have (D4). */
export const MAX_SEGMENTS = 64;

/** The two PSS salt lengths in use, the one we send first, in bytes (D2). */
export const PSS_SALT_BYTES = [478, 32] as const;

/** How far a signed `ts` may lie in the past (D27), in ms. */
export const MAX_PAST_MS = 300_000;

/** How far a signed `ts` may lie in the future (D27), in ms. */
export const MAX_FUTURE_MS = 120_000;

/** How long a frame is remembered as seen (§10), in ms. */
export const SEEN_MS = 10 * 60_000;

/** How often a heartbeat goes to each server (§8.4), in ms. */
export const HEARTBEAT_MS = 15_000;

/** Silence after which a server link counts as dead (§8.4), in ms. */
export const LINK_DEAD_MS = 45_000;

/** How long the users behind a dead link are kept (§8.4), in ms. */
export const PRESENCE_GRACE_MS = 45_000;

/** How long a new connection may stay silent before its first frame, in ms. */
export const FIRST_FRAME_MS = 5_000;

/** How long a user id that once gave proof may take to give it again (D19), in ms. */
export const PROOF_MS = 10_000;

/** How long a delivery may stay unconfirmed by the recipient's server before TIMEOUT, in ms. */
export const DELIVERY_MS = 10_000;
