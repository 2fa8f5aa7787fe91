/**
 * Starts the small programs that benchmarks need beside the server: what it is compared with, and who
 * troubles it.
 *
 * @module
 */

/** A program that runs until the benchmark leaves it. */
export interface Helper extends AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
  /** The first line it has printed. */
  readonly line: string;
}

/**
 * Starts a program of this folder and waits for its first line.
 *
 * @param file Its name.
 * @param args Its arguments.
 */
export async function startHelper(file: string, args: readonly string[] = []): Promise<Helper> {
  const program = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-net=127.0.0.1", `bench/load/${file}`, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const line = await firstLine(program);
  return {
    pid: program.pid,
    line,
    [Symbol.asyncDispose]: async () => {
      program.kill("SIGKILL");
      await program.status;
    },
  };
}

async function firstLine(program: Deno.ChildProcess): Promise<string> {
  for await (const text of program.stdout.pipeThrough(new TextDecoderStream())) return text.trim();
  throw new Error("a helper has ended before it said anything");
}
