/**
 * The name of a frame, by which a second copy is known (§10).
 *
 * @module
 */

import type { RawEnvelope } from "../protocol/envelope.ts";
import { canonicalPython } from "../protocol/canonical_json.ts";

/**
 * What is hashed to name a frame: `(ts, from, to, payload)`. Ids count lower-cased and the payload in
 * its canonical form, so that another spelling of the same frame is still the same frame.
 *
 * @example
 * ```ts
 * import { frameIdInput } from "./frame_id.ts";
 * import { readEnvelope } from "../protocol/envelope.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const frame = {
 *   type: "LIST_REQUEST",
 *   from: "81b637d8-fcd2-46da-a359-e6963113a117",
 *   to: "*",
 *   ts: 17,
 *   payload: {},
 * };
 * const shouted = { ...frame, from: frame.from.toUpperCase() };
 * assertEquals(
 *   frameIdInput(readEnvelope(JSON.stringify(shouted))),
 *   frameIdInput(readEnvelope(JSON.stringify(frame))),
 * );
 * ```
 *
 * @param envelope The frame.
 * @returns Bytes to hash.
 */
export function frameIdInput({ ts, from, to, rawPayload }: RawEnvelope): Uint8Array {
  // A line break cannot stand in any of the parts, so no two different frames run together.
  const name = [ts, from.toLowerCase(), to.toLowerCase(), canonicalPython(rawPayload)].join("\n");
  return new TextEncoder().encode(name);
}
