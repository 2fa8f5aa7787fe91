/**
 * Binary values for tests, from the spellings in which they are written down.
 *
 * @module
 */

import { decodeBase64url } from "../../lib/protocol/base64url.ts";

/**
 * @param text Base64url.
 * @returns Its bytes.
 * @throws {TypeError} If it is not strict base64url.
 */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw new TypeError(`not base64url: ${text.slice(0, 40)}`);
  return bytes;
}

/**
 * @param pem One PEM block.
 * @returns The DER in it.
 */
export function derOf(pem: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(pem.replace(/-----[A-Z ]+-----/g, ""));
}

/**
 * @param text Any text.
 * @returns Its UTF-8.
 */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
