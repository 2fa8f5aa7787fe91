/**
 * The name that a user goes by (§8.2): decoration, and as such not worth much room.
 *
 * @module
 */

import type { JsonObject } from "../protocol/json.ts";

/** Characters of a name that this server puts into its own frames. */
export const MAX_NAME_CHARACTERS = 64;

/**
 * The name in what a user tells about itself, cut between characters if it is long.
 *
 * @example
 * ```ts
 * import { displayName } from "./display_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(displayName({ display_name: "Zoë" }), "Zoë");
 * assertEquals(displayName({ display_name: "😀".repeat(10_000) }), "😀".repeat(64));
 * assertEquals(displayName({ display_name: 7 }), undefined);
 * ```
 *
 * @param meta What the user tells.
 * @returns The name; undefined if there is none.
 */
export function displayName({ display_name }: JsonObject): string | undefined {
  if (typeof display_name !== "string") return undefined;
  // A character is one or two units, so the cut in the middle of one is behind the last that is kept.
  const beginning = display_name.slice(0, 2 * MAX_NAME_CHARACTERS);
  return [...beginning].slice(0, MAX_NAME_CHARACTERS).join("");
}
