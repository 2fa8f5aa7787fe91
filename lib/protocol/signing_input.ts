/**
 * The bytes that signatures cover (§12). The concatenations can be cut in one way only if the exact form
 * of `from`, `to` and `ts` has been checked before; the schemas do that.
 *
 * @module
 */

import { canonicalPython, canonicalPythonUtf8, canonicalUtf8 } from "./canonical_json.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** What the `content_sig` of a direct message or of a file chunk covers, as it stands in the frame. */
export interface DirectContent {
  /** As base64url. */
  readonly ciphertext: string;
  /** The sender's user id. */
  readonly from: string;
  /** The receiver: a user id, or `public` for a file chunk. */
  readonly to: string;
  /** Unix milliseconds. */
  readonly ts: number;
}

/** What the `content_sig` of a public message covers, as it stands in the frame. */
export type PublicContent = Omit<DirectContent, "to">;

/** What the `content_sig` of a `PUBLIC_CHANNEL_KEY_SHARE` covers. */
export interface KeyShareContent {
  /** The whole shares, unknown members included. */
  readonly shares: JsonValue;
  /** The creator's key as it stands in the frame. */
  readonly creatorPub: string;
}

/** What the `content_sig` of a `FILE_START` covers (D25): the frame's addressing and its manifest. */
export type FileStartContent = {
  readonly file_id: string;
  readonly from: string;
  readonly mode: string;
  readonly name: string;
  /** The file's digest, as it stands in the frame. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly to: string;
  /** Unix milliseconds. */
  readonly ts: number;
};

/**
 * `ciphertext || from || to || ts` (§12).
 *
 * @example
 * ```ts
 * import { directSigningInput } from "./signing_input.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const input = directSigningInput({ ciphertext: "QQ", from: "alice-id", to: "bob-id", ts: 17 });
 * assertEquals(new TextDecoder().decode(input), "QQalice-idbob-id17");
 * ```
 *
 * @param content The parts, exactly as spelled in the frame.
 * @returns The bytes to sign.
 */
export function directSigningInput(content: DirectContent): Uint8Array {
  const { ciphertext, from, to, ts } = content;
  return utf8(`${ciphertext}${from}${to}${ts}`);
}

/**
 * `ciphertext || from || ts` (§12).
 *
 * @example
 * ```ts
 * import { publicSigningInput } from "./signing_input.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const input = publicSigningInput({ ciphertext: "QQ", from: "alice-id", ts: 17 });
 * assertEquals(new TextDecoder().decode(input), "QQalice-id17");
 * ```
 *
 * @param content The parts, exactly as spelled in the frame.
 * @returns The bytes to sign.
 */
export function publicSigningInput({ ciphertext, from, ts }: PublicContent): Uint8Array {
  return utf8(`${ciphertext}${from}${ts}`);
}

/**
 * `canonical(shares) || creator_pub` (§12), the shares in the form that we sign (D7).
 *
 * @example
 * ```ts
 * import { keyShareSigningInput } from "./signing_input.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const input = keyShareSigningInput({ shares: [{ b: 1, a: "é" }], creatorPub: "KEY" });
 * assertEquals(new TextDecoder().decode(input), '[{"a":"\\u00e9","b":1}]KEY');
 * ```
 *
 * @param content The parts, exactly as spelled in the frame.
 * @returns The bytes to sign.
 */
export function keyShareSigningInput({ shares, creatorPub }: KeyShareContent): Uint8Array {
  return utf8(canonicalPython(shares) + creatorPub);
}

/**
 * The canonical JSON of `{file_id, from, mode, name, sha256, size, to, ts}` (D25).
 *
 * @example
 * ```ts
 * import { fileStartSigningInput } from "./signing_input.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const start = { from: "a", to: "b", ts: 17, file_id: "f", name: "n", size: 1, sha256: "h", mode: "dm" };
 * assertEquals(
 *   new TextDecoder().decode(fileStartSigningInput(start)),
 *   '{"file_id":"f","from":"a","mode":"dm","name":"n","sha256":"h","size":1,"to":"b","ts":17}',
 * );
 * ```
 *
 * @param content The members, exactly as spelled in the frame; others are left out.
 * @returns The bytes to sign.
 */
export function fileStartSigningInput(content: FileStartContent): Uint8Array {
  const { file_id, from, mode, name, sha256, size, to, ts } = content;
  return utf8(canonicalPython({ file_id, from, mode, name, sha256, size, to, ts }));
}

/**
 * Every form of a payload that its `sig` may cover (D7). The first is the one that we sign; the others,
 * left out where they are the same, are Python's with raw UTF-8 and RFC 8785's.
 *
 * @example
 * ```ts
 * import { payloadSigningInputs } from "./signing_input.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(payloadSigningInputs({ code: "TIMEOUT" }).length, 1);
 * assertEquals(payloadSigningInputs({ detail: "Zoë" }).length, 2);
 * ```
 *
 * @param payload The payload as it came.
 * @returns One to three inputs, to be tried in this order.
 */
export function payloadSigningInputs(payload: JsonObject): readonly [Uint8Array, ...Uint8Array[]] {
  const signed = canonicalPython(payload);
  const others = new Set([canonicalPythonUtf8(payload), canonicalUtf8(payload)]);
  others.delete(signed);
  return [utf8(signed), ...[...others].map(utf8)];
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
