/**
 * Chance for the parts of a storm, all from one seed.
 *
 * @module
 */

import { Seeded } from "../seeded.ts";

/** Who draws. */
export type Purpose = "kills" | "ids" | "texts" | "travels" | "jitter";

const PURPOSES: readonly Purpose[] = ["kills", "ids", "texts", "travels", "jitter"];

/** The fraction of the golden ratio, which spreads neighbouring numbers over all 32 bits. */
const GOLDEN = 0x9e3779b9;

/**
 * A source of chance that nobody else draws from: how fast one part of a storm is does not change what
 * another part does.
 *
 * @param seed The storm's seed.
 * @param purpose What it is for.
 * @param index Whose it is, if there are several.
 */
export function streamOf(seed: number, purpose: Purpose, index = 0): Seeded {
  const place = 1 + PURPOSES.indexOf(purpose) + index * PURPOSES.length;
  return new Seeded((seed + Math.imul(place, GOLDEN)) >>> 0);
}
