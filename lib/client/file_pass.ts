/**
 * The order in which the chunks of a file must come (D25, THREATS 20). Whoever resumes begins a new run
 * through the file, a pass; passes are numbered, so that nobody takes what is late for what is wrong.
 *
 * @module
 */

/** What a chunk is to its receiver. */
export type ChunkVerdict =
  /** The next one that is missing. */
  | "next"
  /** One that is here already: the pass began earlier for somebody else's sake. */
  | "known"
  /** Of a pass that is over, or that this receiver is not in: the sender lives, and that is all. */
  | "stale"
  /** Of a new pass that begins behind what is missing. */
  | "ahead"
  /** One of this pass is missing before it. */
  | "gap"
  /** It was here before in this very pass. */
  | "repeated";

/** The passes of one file as one receiver sees them. */
export class FilePass {
  #pass: number | undefined;
  #next = 0;
  #lowest = 0;

  /**
   * Judges a chunk, and counts it if it is in order.
   *
   * @param pass The number of its pass.
   * @param index Which chunk of the file.
   * @param missing The first chunk that is missing here.
   */
  judge(pass: number, index: number, missing: number): ChunkVerdict {
    if (pass < this.#lowest) return "stale";
    if (pass !== this.#pass) {
      if (index > missing) return "ahead";
      this.#pass = this.#lowest = pass;
      this.#next = index;
    }
    if (index !== this.#next) return index > this.#next ? "gap" : "repeated";
    this.#next += 1;
    return index < missing ? "known" : "next";
  }

  /**
   * Something may have been lost: what still comes of a pass is no use.
   *
   * @param pass The last that is no use; by default the one that this receiver is in.
   */
  leave(pass: number | undefined = this.#pass): void {
    if (pass !== undefined) this.#lowest = Math.max(this.#lowest, pass + 1);
    this.#pass = undefined;
  }
}
