/**
 * The field schemas that the messages are built from. They check form only: whether a key is a good
 * key, or a signature a true one, is decided where cryptography is at hand (`link/ingress`).
 *
 * Ids keep the spelling they came in, since signatures cover it (§12); compare them through `toId`.
 *
 * @module
 */

import * as v from "valibot";
import { decodeBase64url } from "../base64url.ts";
import { isUuid4 } from "../ids.ts";
import { MAX_SEGMENTS, RSA_BLOCK_BYTES } from "../limits.ts";

/** Largest JSON text of an advertised `meta`, in UTF-16 units: decoration should not fill tables. */
export const MAX_META_LENGTH = 8 * 1024;

/** The same of what a user tells in its hello: its server adds up to two keys to it (D14). */
export const MAX_OWN_META_LENGTH = 6 * 1024;

/** A server id or user id as it was spelled: a UUID v4 in either case (§5). */
export const id = v.pipe(
  v.string("expected a UUID v4"),
  v.check(isUuid4, "expected a UUID v4"),
);

/** Whom our own frames name in the signed payload as the one they are for (D9); `"*"` is everybody. */
export const receiver = v.pipe(
  v.string("expected a UUID v4 or *"),
  v.check((text) => text === "*" || isUuid4(text), "expected a UUID v4 or *"),
);

/** Unix milliseconds (§7). */
export const timestamp = v.pipe(
  v.number("expected Unix milliseconds"),
  v.safeInteger("expected Unix milliseconds as an integer"),
  v.minValue(0, "expected Unix milliseconds, not a negative number"),
);

/** A TCP port. */
export const port = v.pipe(
  v.number("expected a port, 1–65535"),
  v.integer("expected a port, 1–65535"),
  v.minValue(1, "expected a port, 1–65535"),
  v.maxValue(65535, "expected a port, 1–65535"),
);

/** A host name or address. Brackets are for URLs, so an IPv6 address stands bare here. */
export const host = v.pipe(
  v.string("expected a host name or address"),
  v.regex(/^[A-Za-z0-9._:-]{1,253}$/, "expected a host name or address"),
);

/** A public key in any of the forms of D1; whether it is a good one the key policy decides. */
export const publicKey = v.pipe(
  v.string("expected a public key as base64url text"),
  v.nonEmpty("expected a public key, got an empty text"),
  v.maxLength(4096, "expected a public key, got far too long a text"),
);

const isBase64url = (text: string): boolean => decodeBase64url(text) !== undefined;

/** Any strictly spelled base64url (D3). */
export const base64url = v.pipe(
  v.string("expected base64url text"),
  v.check(isBase64url, "expected base64url without padding or white space (D3)"),
);

/** One RSA-4096 signature, which is 512 bytes (§4). */
export const signature = v.pipe(
  v.string("expected a signature as base64url text"),
  v.check(
    (text) => decodeBase64url(text)?.length === RSA_BLOCK_BYTES,
    "expected a signature: 512 bytes as base64url without padding",
  ),
);

/** A ciphertext: at most 64 blocks (D4). Its bytes mean nothing to a server, so only size is checked. */
export const ciphertext = v.pipe(
  base64url,
  v.maxLength(
    Math.ceil(MAX_SEGMENTS * RSA_BLOCK_BYTES * 4 / 3),
    `expected at most ${MAX_SEGMENTS} blocks of ciphertext (D4)`,
  ),
);

/** A name for a message: base64url of the SHA-256 of its raw `content_sig` (D21). */
export const messageRef = v.pipe(
  v.string("expected a message reference"),
  v.maxLength(64, "expected a message reference of at most 64 characters"),
);

/**
 * A JSON object with any members.
 *
 * @param expected What to say of anything else.
 * @returns The schema.
 */
export function anyObject(expected: string): v.CustomSchema<Record<string, unknown>, string> {
  // To the schema library's `record` an array is an object too.
  return v.custom<Record<string, unknown>, string>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    expected,
  );
}

/** What a server tells about a user (§8.2): decoration, bounded, never trusted. */
export const meta = metaUpTo(MAX_META_LENGTH);

/** What a user tells about itself. */
export const ownMeta = metaUpTo(MAX_OWN_META_LENGTH);

function metaUpTo(length: number) {
  return v.pipe(
    anyObject("expected meta to be an object"),
    v.check(
      (value) => JSON.stringify(value).length <= length,
      `expected meta of at most ${length} characters`,
    ),
  );
}

/** A member that must not be there: it keeps one message's payload from passing as another's (D9). */
export const absent = v.optional(v.never("this member belongs to another message type"));

/**
 * What our own frames repeat inside the signed payload, because `sig` covers nothing else (D9): when a
 * frame has these members the link checks them against the envelope; other teams' frames have none.
 */
export const binding = {
  type: v.optional(v.string()),
  ts: v.optional(timestamp),
  origin: v.optional(id),
};
