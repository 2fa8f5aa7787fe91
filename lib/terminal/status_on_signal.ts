/**
 * The operator asks by a signal how the links are, and the server answers on standard error.
 *
 * `SIGUSR2` is the one to use. `SIGUSR1` is answered too, but Deno from 2.9.2 on takes it for itself as well and opens
 * its debugger on 127.0.0.1:9229, through which everybody on the machine could read the server's private key; no
 * permission keeps it from doing so.
 *
 * @module
 */

import type { Log } from "../base/log.ts";
import type { ServerStatus } from "../server/status.ts";
import { statusTable } from "./status_table.ts";

/** What is needed to answer. */
export interface StatusParts {
  /** The server as it is now. */
  status(): ServerStatus;
  /** Takes the table, lines with an end each. */
  write(text: string): void;
  /** Told if that goes wrong. */
  readonly log: Log;
}

/** Calls back at every signal of a kind, as `Deno.addSignalListener` does. */
export type ListenToSignal = (signal: "SIGUSR1" | "SIGUSR2", heard: () => void) => void;

/**
 * Prints the table whenever one of the signals comes.
 *
 * @param parts What is needed. Whatever it throws is our own mistake, and no reason to end a server that works: it is
 *   logged.
 * @param listen How to hear of a signal; on Windows, which has none of the kind, nothing is heard.
 */
export function printStatusOnSignal(
  parts: StatusParts,
  listen: ListenToSignal = Deno.build.os === "windows" ? () => {} : Deno.addSignalListener,
): void {
  listen("SIGUSR2", () => guarded(parts.log, () => print(parts)));
  listen("SIGUSR1", () =>
    guarded(parts.log, () => {
      print(parts);
      parts.log(
        "warn",
        "SIGUSR1 makes Deno open its debugger on 127.0.0.1:9229, to everybody on this machine: " +
          "start the server again, and ask with SIGUSR2",
      );
    }));
}

function print({ status, write }: StatusParts): void {
  write(statusTable(status()));
}

/** A mistake in the answer must never end the process. */
function guarded(log: Log, action: () => void): void {
  try {
    action();
  } catch (error) {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    try {
      log("error", "internal error: please report this", { stack });
    } catch {
      // The log was what failed, and nobody else is there to be told.
    }
  }
}
