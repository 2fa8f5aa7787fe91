/**
 * The names by which frames call their type: those of the rows, and second names.
 *
 * @module
 */

import { CATALOG, type MessageType } from "./catalog.ts";

/** Types that are another's second name: from the standard's diagrams (D11, D20). */
export const ALIASES = {
  SERVER_HELLO_LINK: "SERVER_ANNOUNCE",
  PEER_HELLO_LINK: "SERVER_ANNOUNCE",
  MSG_PRIVATE: "MSG_DIRECT",
} as const satisfies Record<string, MessageType>;

/**
 * Finds the row name of a type, its second names included. `type` is chosen by an attacker, so the
 * look-up never touches a prototype.
 *
 * @example
 * ```ts
 * import { resolveType } from "./type_names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(resolveType("MSG_PRIVATE"), "MSG_DIRECT");
 * assertEquals(resolveType("constructor"), undefined);
 * ```
 *
 * @param type The `type` of a frame.
 * @returns The name of its row, or undefined for an unknown type.
 */
export function resolveType(type: string): MessageType | undefined {
  if (Object.hasOwn(CATALOG, type)) return type as MessageType;
  if (Object.hasOwn(ALIASES, type)) return ALIASES[type as keyof typeof ALIASES];
  return undefined;
}
