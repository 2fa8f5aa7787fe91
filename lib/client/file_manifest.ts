/**
 * What an offer promises of its file (§9.4, D25).
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import { type Id, toId } from "../protocol/ids.ts";

/** A file as it is offered. */
export interface Manifest {
  /** Names the file among those of its sender. */
  readonly fileId: string;
  /** To whom it goes. */
  readonly to: Id | "public";
  /** As its sender gave it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the whole, 32 bytes. */
  readonly sha256: Uint8Array;
}

/**
 * Reads an offer whose form and signature were checked.
 *
 * @param message The offer.
 * @returns The manifest; or a text that says what is wrong with it.
 */
export function readManifest({ to, payload }: VerifiedOf<"FILE_START">): Manifest | string {
  const { file_id: fileId, name, size, mode } = payload;
  const isPublic = to === "public";
  // Both are signed, so a difference is the sender's mistake, and nobody can tell which is meant.
  if (isPublic !== (mode === "public")) return `its mode is ${mode}, but it is addressed to ${to}`;
  const sha256 = readDigest(payload.sha256);
  if (sha256 === undefined) return "its sha256 is no SHA-256, neither as base64url nor in hex";
  return { fileId, to: isPublic ? "public" : toId(to), name, size, sha256 };
}

/** Whether two offers promise the same. */
export function sameManifest(one: Manifest, other: Manifest): boolean {
  return one.fileId === other.fileId && one.to === other.to && one.name === other.name &&
    one.size === other.size && encodeBase64url(one.sha256) === encodeBase64url(other.sha256);
}

/** We send base64url like all binary values (§4); most teams send what their hash function prints. */
function readDigest(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) {
    return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
  }
  const bytes = decodeBase64url(text);
  return bytes?.length === 32 ? bytes : undefined;
}
