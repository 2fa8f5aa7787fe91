/**
 * The entries of `allowlist:` in `bootstrap.yaml`: which servers may link (D13).
 *
 * @module
 */

import type { Admission } from "../mesh/admission.ts";
import { decodeBase64url } from "../protocol/base64url.ts";
import { isUuid4, toId } from "../protocol/ids.ts";

/** What is wrong with an allowlist. */
export interface AllowlistMistake {
  /** Which entry, from 0; undefined if it is the list as a whole. */
  readonly index: number | undefined;
  /** What was expected. */
  readonly detail: string;
}

/** SHA-256, in bytes. */
const HASH_LENGTH = 32;

/**
 * Reads an allowlist.
 *
 * @example
 * ```ts
 * import { readAllowlist } from "./allowlist.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const id = "81b637d8-fcd2-46da-a359-e6963113a117";
 * const admission = readAllowlist([id.toUpperCase()]);
 * assertEquals("kind" in admission && admission.kind === "allowlist" && [...admission.ids], [id]);
 * assertEquals(readAllowlist([id, id]), {
 *   index: 1,
 *   detail: `${id} is listed already, as entry 0`,
 * });
 * ```
 *
 * @param entries Server ids and fingerprints as a server prints them.
 * @returns Who is admitted, or the first mistake.
 */
export function readAllowlist(entries: readonly string[]): Admission | AllowlistMistake {
  if (entries.length === 0) {
    return { index: undefined, detail: "expected at least one server, or admission: open" };
  }
  const comparable = entries.map((entry) => isUuid4(entry) ? toId(entry) : entry);
  for (const [index, entry] of comparable.entries()) {
    if (!isUuid4(entry) && !isFingerprint(entry)) return { index, detail: objection(entry) };
    const twin = comparable.indexOf(entry);
    if (twin !== index) return { index, detail: `${entry} is listed already, as entry ${twin}` };
  }
  return {
    kind: "allowlist",
    ids: new Set(comparable.filter(isUuid4).map(toId)),
    fingerprints: new Set(comparable.filter(isFingerprint)),
  };
}

/** `SHA256:` and the strict base64url of a hash, as `crypto/fingerprint.ts` writes it. */
function isFingerprint(text: string): boolean {
  const [, hash] = /^SHA256:([\w-]+)$/.exec(text) ?? [];
  return hash !== undefined && decodeBase64url(hash)?.length === HASH_LENGTH;
}

function objection(entry: string): string {
  const got = JSON.stringify(entry);
  const shown = got.length > 80 ? `${got.slice(0, 77)}…` : got;
  return `expected a server id (UUID v4) or a key's fingerprint (SHA256:…), got ${shown}`;
}
