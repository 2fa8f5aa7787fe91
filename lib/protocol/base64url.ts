/**
 * Base64url as the protocol spells binary values (§4): without padding and in one way only (D3).
 *
 * @module
 */

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/**
 * Spells bytes as base64url without padding (§4).
 *
 * @example
 * ```ts
 * import { encodeBase64url } from "./base64url.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeBase64url(new Uint8Array([0xfb, 0xff])), "-_8");
 * ```
 *
 * @param bytes Any bytes.
 * @returns Their only spelling.
 */
export function encodeBase64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Reads base64url strictly (D3): no padding, no `+` or `/`, no white space, unused trailing bits zero.
 * Each value has then one spelling only, so that a respelt duplicate is still a duplicate.
 *
 * @example
 * ```ts
 * import { decodeBase64url } from "./base64url.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeBase64url("QQ"), new Uint8Array([0x41]));
 * assertEquals(decodeBase64url("QR"), undefined);
 * assertEquals(decodeBase64url("QQ=="), undefined);
 * ```
 *
 * @param text Any text.
 * @returns The bytes, or undefined if the text is not their strict spelling.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // The native decoder skips white space and knows no strict form without padding, hence both steps.
  if (!ALPHABET.test(text) || text.length % 4 === 1) return undefined;
  const padded = text + "=".repeat((4 - text.length % 4) % 4);
  try {
    return Uint8Array.fromBase64(padded, { alphabet: "base64url", lastChunkHandling: "strict" });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Trailing bits that are not zero.
    throw error;
  }
}
