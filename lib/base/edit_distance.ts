/**
 * How far apart two words are, for "did you mean".
 *
 * @module
 */

/**
 * The number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
 *
 * @example
 * ```ts
 * import { editDistance } from "./edit_distance.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(editDistance("tlel", "tell"), 1);
 * assertEquals(editDistance("list", "quit"), 3);
 * ```
 *
 * @param a One word; what is beyond its 64th character is not looked at.
 * @param b The other.
 * @returns 0 if they are equal.
 */
export function editDistance(a: string, b: string): number {
  const left = [...a].slice(0, 64);
  const right = [...b].slice(0, 64);
  let older: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  left.forEach((char, row) => {
    const current = [row + 1];
    right.forEach((other, column) => {
      const replaced = (previous[column] ?? 0) + (char === other ? 0 : 1);
      const removed = (previous[column + 1] ?? 0) + 1;
      const added = (current[column] ?? 0) + 1;
      const swapped = row > 0 && column > 0 && char === right[column - 1] && left[row - 1] === other
        ? (older[column - 1] ?? 0) + 1
        : Infinity;
      current.push(Math.min(replaced, removed, added, swapped));
    });
    older = previous;
    previous = current;
  });
  return previous[right.length] ?? 0;
}

/**
 * The words most like a given one, the nearest first.
 *
 * @example
 * ```ts
 * import { nearest } from "./edit_distance.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nearest("lsit", ["list", "tell", "quit"]), ["list"]);
 * ```
 *
 * @param word What was typed.
 * @param known What could have been meant.
 * @returns At most three, none further than two edits, or a third of the word, unless it begins
 * with the word.
 */
export function nearest(word: string, known: readonly string[]): string[] {
  const typed = word.toLowerCase();
  const limit = Math.min(2, Math.max(1, Math.floor(typed.length / 3)));
  return known
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const begins = typed !== "" && lower.startsWith(typed);
      return { candidate, distance: begins ? 0 : editDistance(typed, lower) };
    })
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
