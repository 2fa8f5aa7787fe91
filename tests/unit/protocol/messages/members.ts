/**
 * Tests that hold for the payload of every message: its example is good, and each member must be there
 * and be of its kind.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { type MessageType, rowOf } from "../../../../lib/protocol/catalog.ts";
import { PAYLOADS } from "../examples.ts";

/** Values of every kind; a member takes some of them at the most. */
const KINDS: readonly unknown[] = [null, true, -1, 1.5, "", "no such thing", [], [1], {}, { a: 1 }];

/**
 * Whether a payload passes as that of a type.
 *
 * @param type The type.
 * @param payload Anything.
 */
export function passes(type: MessageType, payload: unknown): boolean {
  return v.safeParse(rowOf(type).payload, payload).success;
}

/**
 * Registers the tests of one message type.
 *
 * @param type The type.
 * @param tolerated For each member of the example, the values among {@linkcode KINDS} that it may have.
 * @param optional Good values of the members that the example does not have.
 */
export function testMembers(
  type: MessageType,
  tolerated: Record<string, readonly unknown[]>,
  optional: Record<string, unknown> = {},
): void {
  const example = PAYLOADS[type];
  Deno.test(`a ${type} with its required members is good, with unknown ones too`, () => {
    assertEquals(passes(type, example), true);
    assertEquals(passes(type, { ...example, somethingNew: { of: ["another", "team"] } }), true);
  });
  for (const member of Object.keys(example)) {
    Deno.test(`a ${type} without ${member} is refused`, () => {
      const { [member]: _left, ...rest } = example;
      assertEquals(passes(type, rest), false);
    });
  }
  for (const member of [...Object.keys(example), ...Object.keys(optional)]) {
    Deno.test(`a ${type} takes no ${member} of another kind`, () => {
      const taken = KINDS.filter((value) => passes(type, { ...example, [member]: value }));
      assertEquals(taken, tolerated[member] ?? []);
    });
  }
  for (const [member, value] of Object.entries(optional)) {
    Deno.test(`a ${type} may have ${member}`, () => {
      assertEquals(passes(type, { ...example, [member]: value }), true);
    });
  }
}
