/**
 * The demo's transcript, and the table of what was shown at its end.
 *
 * @module
 */

/** Columns that a name takes in the transcript. */
const NAME_WIDTH = 7;

/** Keeps what was shown and when. */
export class Programme {
  readonly #started = performance.now();
  readonly #steps: { readonly title: string; readonly ok: boolean; readonly seconds: number }[] =
    [];
  #current = "";
  #why: string | undefined;

  /**
   * Shows one line of the transcript.
   *
   * @param who Whose line it is.
   * @param line What was printed or typed; long lines are shortened.
   */
  line(who: string, line: string): void {
    const shown = line.length > 110 ? `${line.slice(0, 100)}… (${line.length} characters)` : line;
    console.log(`${this.#clock()}  ${who.padEnd(NAME_WIDTH)} ${shown}`);
  }

  /**
   * One step of the demo.
   *
   * @param title What it shows.
   * @param show Shows it; throws if the outcome is wrong.
   * @returns What it returned.
   */
  async step<R>(title: string, show: () => Promise<R>): Promise<R> {
    this.#current = title;
    console.log(`\n${this.#clock()}  ── ${title} ──`);
    const before = performance.now();
    const result = await show();
    this.#steps.push({ title, ok: true, seconds: (performance.now() - before) / 1000 });
    return result;
  }

  /**
   * A step went wrong.
   *
   * @param error Why.
   */
  failed(error: unknown): void {
    this.#why = error instanceof Error ? error.message : String(error);
    this.#steps.push({ title: this.#current, ok: false, seconds: 0 });
  }

  /**
   * Prints the table.
   *
   * @returns The exit code: 0 if every step was right.
   */
  summary(): number {
    console.log("\nWhat was shown to work:\n");
    for (const { title, ok, seconds } of this.#steps) {
      console.log(`  ${ok ? "✓" : "✗"} ${title.padEnd(65)} ${ok ? `${seconds.toFixed(1)} s` : ""}`);
    }
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    if (this.#why === undefined) {
      console.log(`\nEverything worked, in ${seconds} s. Nothing was left behind.`);
      return 0;
    }
    console.log(`\nFailed after ${seconds} s, at "${this.#current}":\n${this.#why}`);
    return 1;
  }

  #clock(): string {
    return `${((performance.now() - this.#started) / 1000).toFixed(1).padStart(5)} s`;
  }
}
