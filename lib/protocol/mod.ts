/**
 * SOCP v1.3 on the wire, as data and pure functions: the {@linkcode CATALOG} of message types, envelopes,
 * canonical JSON, and what signatures cover.
 *
 * @module
 */

export * from "./base64url.ts";
export * from "./canonical_json.ts";
export * from "./catalog.ts";
export * from "./catalog_row.ts";
export * from "./channel_key.ts";
export * from "./envelope.ts";
export * from "./errors.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./limits.ts";
export * from "./signing_input.ts";
export * from "./type_names.ts";
