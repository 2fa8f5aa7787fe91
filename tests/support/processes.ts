/**
 * Our programs as real processes, run exactly as `deno task` runs them: with the permissions of the
 * task in `deno.json` and no other, so that a test that passes proves that these suffice.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import { CLIENT_ENVIRONMENT, CLIENT_OPTIONS } from "../../lib/config/client_config.ts";
import { environmentOf } from "../../lib/config/options.ts";
import { SERVER_OPTIONS } from "../../lib/config/server_config.ts";
import { Journal, within } from "./journal.ts";

/** A task that runs one of our programs. */
export type ProgramTask = "server" | "client";

/** A line that a program wrote. */
export interface Line {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How a program ended. */
export interface Ending {
  /** The exit code; of a killed one 128 and the signal's number. */
  readonly code: number;
  readonly signal: Deno.Signal | null;
  /** Everything written to stdout, with its line ends. */
  readonly stdout: string;
  /** Everything written to stderr. */
  readonly stderr: string;
}

/** What a program gets beside its arguments. */
export interface Surroundings {
  /** Variables of the environment. Ours that are not named here are empty, which is as good as not set. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether {@linkcode Program.type} will be used; otherwise the input is at its end from the start. */
  readonly typing?: boolean;
  /** How many lines are read before nobody reads any more, as `| head -1` does; by default all. */
  readonly readsOnly?: number;
}

const root = new URL("../..", import.meta.url);
const unset = [...environmentOf(SERVER_OPTIONS), ...environmentOf(CLIENT_OPTIONS)]
  .concat(CLIENT_ENVIRONMENT)
  .map((name) => [name, ""] as const);

/** The arguments that `deno task` gives to Deno. */
function argumentsOf(task: ProgramTask): string[] {
  const [deno, ...args] = project.tasks[task].command.split(" ");
  if (deno !== "deno") throw new Error(`the task ${task} runs something else: ${deno}`);
  return args;
}

/** One running program. It is killed when the test leaves it, however that happens. */
export class Program implements AsyncDisposable {
  /** Every line it has written. */
  readonly output = new Journal<Line>(({ stream, text }) => `${stream}: ${text}`);
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #ending: Promise<Ending>;
  readonly #readsOnly: number;
  #ended = false;

  /**
   * Starts a program.
   *
   * @param args Deno's arguments and the program's.
   * @param surroundings What it gets beside.
   */
  constructor(args: readonly string[], surroundings: Surroundings = {}) {
    const { env = {}, typing = false, readsOnly = Infinity } = surroundings;
    this.#readsOnly = readsOnly;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: root,
      env: { ...Object.fromEntries(unset), ...env },
      stdin: typing ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = typing ? this.#child.stdin.getWriter() : undefined;
    this.#ending = this.#untilEnd();
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Waits for a line.
   *
   * @param pattern What the line matches.
   * @param stream Where it is written.
   * @param after How many lines of `output` to pass over.
   * @returns The match.
   */
  async line(
    pattern: RegExp,
    stream: Line["stream"] = "stdout",
    after = 0,
  ): Promise<RegExpExecArray> {
    const fits = (line: Line) => line.stream === stream && pattern.test(line.text);
    const { text } = await this.output.until(`line ${pattern} on ${stream}`, fits, after);
    const match = pattern.exec(text);
    if (match === null) throw new Error(`${pattern} keeps a state`);
    return match;
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    await this.#input?.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends the input. */
  async typeEnd(): Promise<void> {
    await this.#input?.close();
  }

  /** Resolves when it has ended, however long that takes. */
  get ending(): Promise<Ending> {
    return this.#ending;
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /**
   * Waits for its end.
   *
   * @returns How it ended.
   */
  end(): Promise<Ending> {
    return within(this.#ending, () => `the program did not end; it wrote:\n${this.output}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.kill("SIGKILL");
    await this.#ending;
    await this.#input?.abort().catch(() => {}); // closed already, or its reader is gone
  }

  async #untilEnd(): Promise<Ending> {
    const { stdout, stderr, status } = this.#child;
    const [out, err, { code, signal }] = await Promise.all([
      this.#read(stdout, "stdout"),
      this.#read(stderr, "stderr"),
      status,
    ]);
    this.#ended = true;
    return { code, signal, stdout: out, stderr: err };
  }

  async #read(stream: ReadableStream<Uint8Array>, name: Line["stream"]): Promise<string> {
    const decoder = new TextDecoder();
    let whole = "";
    let unfinished = "";
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      whole += text;
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) this.output.record({ stream: name, text: line });
      // Whoever leaves the loop closes the pipe.
      if (name === "stdout" && whole.split("\n").length > this.#readsOnly) return whole;
    }
    if (unfinished !== "") this.output.record({ stream: name, text: unfinished });
    return whole;
  }
}

/**
 * Starts one of our programs.
 *
 * @param task Which.
 * @param args Its own arguments.
 * @param surroundings What it gets beside.
 */
export function start(
  task: ProgramTask,
  args: readonly string[],
  surroundings?: Surroundings,
): Program {
  return new Program([...argumentsOf(task), ...args], surroundings);
}

/**
 * Runs one of our programs to its end.
 *
 * @param task Which.
 * @param args Its own arguments.
 * @param surroundings What it gets beside.
 * @returns How it ended.
 */
export async function run(
  task: ProgramTask,
  args: readonly string[],
  surroundings?: Surroundings,
): Promise<Ending> {
  await using program = start(task, args, surroundings);
  return await program.end();
}
