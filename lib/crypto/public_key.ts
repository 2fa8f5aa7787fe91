/**
 * Which public keys are taken, and their one canonical spelling (D1). Web Crypto imports keys of 512 bits,
 * with e = 1 or an even modulus, so the check is ours.
 *
 * @module
 */

import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { diagnoseDer, PRIVATE_KEY_SENT } from "./key_diagnosis.ts";

/**
 * An RSA-4096 public key with e = 65537: base64url of its DER SubjectPublicKeyInfo, 734 characters. Equal
 * keys are equal texts.
 */
export type PublicKey = string & { readonly __publicKey: unique symbol };

/** Bytes of the DER of every key that is taken. */
const DER_BYTES = 550;

/** No form of a key that is taken comes near this many characters. */
const MAX_TEXT_LENGTH = 4096;

/** SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { SEQUENCE { INTEGER of 513 bytes, the first 0 … */
const PREFIX = Uint8Array.fromHex(
  "30820222300d06092a864886f70d01010105000382020f003082020a0282020100",
);

/** … INTEGER 65537 } } }. Between the two stand the 512 bytes of the modulus. */
const SUFFIX = Uint8Array.fromHex("0203010001");

/**
 * Takes a public key as teams send it: base64url of its DER, or of PEM text holding the same (D1).
 *
 * @param text The key as it came.
 * @returns Its canonical spelling.
 * @throws {ProtocolError} `BAD_KEY` with a detail that says what is wrong: it is not RSA, not exactly 4096
 * bits, has e ≠ 65537 or an even modulus, is PKCS#1 or private, is cut short or has something behind it.
 */
export function parsePublicKey(text: string): PublicKey {
  if (text === "") throw badKey("the key is empty");
  if (text.length > MAX_TEXT_LENGTH) throw badKey(`a key of ${text.length} characters is none`);
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw badKey(diagnoseText(text));
  return publicKeyFromDer(startsLikePem(bytes) ? readPem(bytes) : bytes);
}

/**
 * Takes a public key in its binary form.
 *
 * @param der DER SubjectPublicKeyInfo.
 * @returns Its canonical spelling.
 * @throws {ProtocolError} As {@linkcode parsePublicKey}.
 */
export function publicKeyFromDer(der: Uint8Array): PublicKey {
  if (!isAcceptedDer(der)) throw badKey(diagnoseDer(der));
  return encodeBase64url(der) as PublicKey;
}

/**
 * Builds a public key from its modulus; the exponent is 65537.
 *
 * @param modulus Big-endian, without leading zeros.
 * @returns Its canonical spelling.
 * @throws {ProtocolError} `BAD_KEY` if the modulus is not of exactly 4096 bits or is even.
 */
export function publicKeyFromModulus(modulus: Uint8Array): PublicKey {
  if (modulus.length !== DER_BYTES - PREFIX.length - SUFFIX.length) {
    throw badKey(`a modulus of ${modulus.length} bytes; only RSA-4096 is accepted`);
  }
  const der = new Uint8Array(DER_BYTES);
  der.set(PREFIX);
  der.set(modulus, PREFIX.length);
  der.set(SUFFIX, DER_BYTES - SUFFIX.length);
  return publicKeyFromDer(der);
}

/**
 * Whether a text is a public key in its canonical spelling, which is the only one that we store.
 *
 * @example
 * ```ts
 * import { isPublicKey } from "./public_key.ts";
 * import { assertFalse } from "@std/assert";
 *
 * assertFalse(isPublicKey("dummy"));
 * ```
 *
 * @param text Any text.
 * @returns True if {@linkcode parsePublicKey} would return it unchanged.
 */
export function isPublicKey(text: string): text is PublicKey {
  if (text.length > MAX_TEXT_LENGTH) return false;
  const der = decodeBase64url(text);
  return der !== undefined && isAcceptedDer(der);
}

/**
 * The binary form of a key.
 *
 * @param key A public key.
 * @returns DER SubjectPublicKeyInfo, 550 bytes.
 */
export function publicKeyDer(key: PublicKey): Uint8Array<ArrayBuffer> {
  const der = decodeBase64url(key);
  if (der === undefined) throw new TypeError("not a public key that was ever parsed");
  return der;
}

/**
 * The modulus of a key.
 *
 * @param key A public key.
 * @returns 512 bytes, big-endian; the first bit is set.
 */
export function publicKeyModulus(key: PublicKey): Uint8Array {
  return publicKeyDer(key).subarray(PREFIX.length, DER_BYTES - SUFFIX.length);
}

/** Every accepted key has the same frame around its modulus, whose first and last bit are set. */
function isAcceptedDer(der: Uint8Array): boolean {
  const modulus = der.subarray(PREFIX.length, DER_BYTES - SUFFIX.length);
  return der.length === DER_BYTES &&
    PREFIX.every((byte, i) => der[i] === byte) &&
    SUFFIX.every((byte, i) => der[DER_BYTES - SUFFIX.length + i] === byte) &&
    (modulus.at(0) ?? 0) >= 0x80 && (modulus.at(-1) ?? 0) % 2 === 1;
}

const PEM = /^-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END PUBLIC KEY-----[\r\n]*$/;

function startsLikePem(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 5)) === "-----";
}

function readPem(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const body = PEM.exec(text)?.[1];
  if (body === undefined) throw badKey(diagnosePem(text));
  const spelled = body.replace(/[\r\n=]/g, "").replaceAll("+", "-").replaceAll("/", "_");
  const der = decodeBase64url(spelled);
  if (der === undefined) throw badKey("the PEM block holds no base64");
  return der;
}

function diagnosePem(text: string): string {
  const label = /^-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
  if (label === undefined) return "the text looks like PEM but has no proper first line";
  if (label.endsWith("PRIVATE KEY")) return PRIVATE_KEY_SENT;
  if (label === "RSA PUBLIC KEY") return "PKCS#1; expected SubjectPublicKeyInfo (BEGIN PUBLIC KEY)";
  if (label === "PUBLIC KEY") return "the PEM block is damaged or has something behind it";
  return `PEM of a ${label}; expected a PUBLIC KEY`;
}

function diagnoseText(text: string): string {
  if (text.includes("-----BEGIN")) return "PEM must itself be encoded as base64url (D1)";
  if (/\s/.test(text)) return "not base64url: white space is not allowed (D3)";
  if (/=+$/.test(text)) return "not base64url: padding is not allowed (D3)";
  if (/[+/]/.test(text)) return "not base64url: standard base64, with + or /, is not allowed (D3)";
  return "not base64url (D3); expected the key's DER SubjectPublicKeyInfo (D1)";
}

function badKey(detail: string): ProtocolError {
  return new ProtocolError("BAD_KEY", detail);
}
