/**
 * Which servers may link (D13).
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

/** Who is let in: everybody, or those whom the operator listed by server id or by key fingerprint. */
export type Admission =
  | { readonly kind: "open" }
  | {
    readonly kind: "allowlist";
    /** Server ids. */
    readonly ids: ReadonlySet<Id>;
    /** Fingerprints of keys, `SHA256:…`. */
    readonly fingerprints: ReadonlySet<string>;
  };

/** A server that asks. */
export interface Applicant {
  /** The id it goes by. */
  readonly id: Id;
  /** The fingerprint of the key that it has proven to sign with; undefined if it has not signed. */
  readonly fingerprint: string | undefined;
}

/**
 * Whether a server may be known and linked to.
 *
 * @example
 * ```ts
 * import { isAdmitted } from "./admission.ts";
 * import { toId } from "../protocol/ids.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const id = toId("81b637d8-fcd2-46da-a359-e6963113a117");
 * const listed = { kind: "allowlist", ids: new Set([id]), fingerprints: new Set<string>() } as const;
 * assert(isAdmitted(listed, { id, fingerprint: "SHA256:anything" }));
 * assertFalse(isAdmitted(listed, { id, fingerprint: undefined }), "an id alone is anybody's word");
 * ```
 *
 * @param admission The policy.
 * @param applicant Who asks.
 * @returns True if it may.
 */
export function isAdmitted(admission: Admission, { id, fingerprint }: Applicant): boolean {
  if (admission.kind === "open") return true;
  if (fingerprint === undefined) return false;
  return admission.ids.has(id) || admission.fingerprints.has(fingerprint);
}
