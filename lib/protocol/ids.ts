/**
 * Server ids and user ids (§5): UUID version 4, compared lower-cased.
 *
 * @module
 */

import { validate, version } from "@std/uuid";

/** A server id or user id in its one comparable spelling: a lower-cased UUID v4. */
export type Id = string & { readonly __id: unique symbol };

/**
 * Whether a text is a UUID v4, in either case.
 *
 * @example
 * ```ts
 * import { isUuid4 } from "./ids.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isUuid4("81B637D8-fcd2-46da-a359-e6963113a117"));
 * assertFalse(isUuid4("81b637d8-fcd2-16da-a359-e6963113a117"));
 * ```
 *
 * @param text Any text.
 * @returns True if it is one.
 */
export function isUuid4(text: string): boolean {
  return validate(text) && version(text) === 4;
}

/**
 * The comparable spelling of an id.
 *
 * @example
 * ```ts
 * import { toId } from "./ids.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals<string>(
 *   toId("81B637D8-fcd2-46da-a359-e6963113a117"),
 *   "81b637d8-fcd2-46da-a359-e6963113a117",
 * );
 * ```
 *
 * @param text A UUID v4 in either case.
 * @returns It, lower-cased.
 * @throws {TypeError} If it is no UUID v4: a caller's mistake, since schemas check what comes in.
 */
export function toId(text: string): Id {
  if (!isUuid4(text)) throw new TypeError(`not a UUID v4: ${JSON.stringify(text)}`);
  return text.toLowerCase() as Id;
}
