/**
 * One process of the demo: what it prints is shown and can be waited for.
 *
 * @module
 */

import { TextLineStream } from "./text_line_stream.ts";
import type { Programme } from "./programme.ts";

/** How long a line may take to come, in ms: keys are being made, on a slow machine perhaps. */
const PATIENCE_MS = 25_000;

/** What the lines look like must not depend on whose machine it is: an empty variable counts as unset. */
const PLAIN_ENVIRONMENT = {
  NO_COLOR: "1",
  SOCP_ADVERTISE: "",
  SOCP_CRYPTO: "",
  SOCP_LOG_FORMAT: "",
  SOCP_LOG_LEVEL: "",
  SOCP_HOST: "",
  SOCP_TIMESTAMPS: "",
  SOCP_USER_ID: "",
  SOCP_DOWNLOADS: "",
  SOCP_MAX_FILE: "",
  SOCP_REFUSE_PLAIN: "",
};

/** A process on the stage. */
export class Player {
  readonly name: string;
  /** Every line it has printed. */
  readonly heard: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #programme: Programme;
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /**
   * Starts a process.
   *
   * @param name What it is called in the transcript.
   * @param args What Deno is to run.
   * @param cwd Its working folder.
   * @param programme Where its lines are shown.
   */
  constructor(name: string, args: readonly string[], cwd: URL, programme: Programme) {
    this.name = name;
    this.#programme = programme;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd,
      env: PLAIN_ENVIRONMENT,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    void this.#listen(this.#process.stdout);
    void this.#listen(this.#process.stderr);
    void this.#process.status.then(() => {
      this.#ended = true;
      this.#wake();
    });
  }

  /**
   * Types a line.
   *
   * @param line Without its end.
   */
  says(line: string): void {
    this.#programme.line(this.name, `> ${line}`);
    void this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /**
   * Waits until the process has printed a line.
   *
   * @param wanted A pattern, a text that the line holds, or a test of the line.
   * @throws {Error} If it does not come in time, or the process ends before.
   */
  async hears(wanted: RegExp | string | ((line: string) => boolean)): Promise<void> {
    const fits = (line: string) =>
      typeof wanted === "function"
        ? wanted(line)
        : typeof wanted === "string"
        ? line.includes(wanted)
        : wanted.test(line);
    const deadline = performance.now() + PATIENCE_MS;
    while (!this.heard.some(fits)) {
      const left = deadline - performance.now();
      if (this.#ended || left <= 0) {
        const last = this.heard.slice(-5).map((line) => `    ${line}`).join("\n");
        const why = this.#ended ? "it has ended" : `not within ${PATIENCE_MS / 1000} s`;
        const what = typeof wanted === "function" ? "what was expected" : wanted;
        throw new Error(`${this.name} never printed ${what} (${why}). Its last lines:\n${last}`);
      }
      await this.#change(left);
    }
  }

  /** Asks the process to stop, as an operator would. */
  stop(): void {
    this.#process.kill("SIGTERM");
  }

  /**
   * Waits for the end.
   *
   * @param code The exit code that it must end with.
   * @throws {Error} If it ends with another, or not in time.
   */
  async ends(code: number): Promise<void> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE_MS);
    const status = await this.#process.status;
    clearTimeout(timer);
    if (status.code !== code) {
      throw new Error(`${this.name} ended with exit code ${status.code} instead of ${code}`);
    }
  }

  /** Ends the process whatever it is doing. */
  async leave(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // Ctrl-C reaches every process of the terminal, so this one may have ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#process.status;
  }

  /** Waits for the next line or the end, but no longer than some ms. */
  async #change(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  async #listen(output: ReadableStream<Uint8Array>): Promise<void> {
    for await (
      const line of output.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      this.heard.push(line);
      this.#programme.line(this.name, line);
      this.#wake();
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}
