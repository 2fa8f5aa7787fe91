/**
 * Letting time pass, and waiting until something is true.
 *
 * @module
 */

/** How often a condition is looked at again, in ms. */
const POLL_MS = 100;

/**
 * Lets real time pass: a storm takes as long as it takes.
 *
 * @param ms How much.
 */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Looks again and again until something is true.
 *
 * @param isTrue What is waited for.
 * @param ms The most to wait.
 * @returns Whether it became true in time.
 */
export async function becomes(
  isTrue: () => boolean | Promise<boolean>,
  ms: number,
): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!await isTrue()) {
    if (performance.now() >= deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}
