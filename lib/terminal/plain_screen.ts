/**
 * Without a terminal (`client chat < script`): lines in, lines out, no prompt and no escape sequence.
 *
 * @module
 */

import type { Screen, ScreenEvents } from "./screen.ts";

/** Plain input and output. */
export class PlainScreen implements Screen {
  readonly #write: (text: string) => void;
  #closed = false;

  /**
   * A screen that only ever appends.
   *
   * @param write Takes text for the output.
   */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  print(text: string): void {
    if (!this.#closed) this.#write(`${text}\n`);
  }

  setPrompt(_prompt: string): void {
    // A script reads no prompt.
  }

  setStatus(_status: string | undefined): void {
    // What was written stays: there is no line that could change.
  }

  close(): void {
    this.#closed = true;
  }

  /**
   * Reads the input to its end and reports each line.
   *
   * @param input Chunks of UTF-8, for example `Deno.stdin.readable`.
   * @param events Hears the lines, then the end.
   */
  async read(input: AsyncIterable<Uint8Array>, events: ScreenEvents): Promise<void> {
    const decoder = new TextDecoder();
    let unfinished = "";
    for await (const chunk of input) {
      if (this.#closed) return;
      const lines = (unfinished + decoder.decode(chunk, { stream: true })).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) events.line(line.replace(/\r$/u, ""));
    }
    unfinished += decoder.decode();
    if (this.#closed) return;
    if (unfinished !== "") events.line(unfinished.replace(/\r$/u, ""));
    events.end();
  }
}
