/**
 * `client send --file <path> <user>`: one file from a script.
 *
 * @module
 */

import type { ChatClient } from "../client/chat_client.ts";
import type { ClientEvent } from "../client/events.ts";
import { FileError, type FileSource } from "../client/file_ports.ts";
import type { Transfer } from "../client/transfer.ts";
import type { FileClient } from "./chat_files.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { namedOf } from "./persons.ts";
import { recipientOf } from "./send_recipient.ts";
import { TransferLines } from "./transfer_lines.ts";
import { estimateText, shownFileName } from "./transfer_text.ts";
import { visible } from "./visible.ts";

/** How long a server that was lost may stay away, in ms. */
const PATIENCE_MS = 120_000;

/** What to send, and where to say how it goes. */
export interface SendFileTask {
  /** A display name, short id or id, or `public`. */
  readonly user: string;
  /** Where the file is. */
  readonly path: string;
  /** Opens it. */
  open(path: string): Promise<FileSource>;
  /** Unix ms. */
  now(): number;
  /** Takes a line for people. */
  complain(line: string): void;
}

/** A client that also does files. */
export interface SendingClient {
  /** Connects, and tells what happens; not started. */
  readonly client: ChatClient;
  /** Offers the file. */
  readonly files: Pick<FileClient, "measured" | "offer" | "secondsFor">;
}

/**
 * Connects, offers one file and waits until the recipient has all of it, or will not.
 *
 * @param clients What sends it.
 * @param task What to send.
 * @param stop Resolves when it shall end before that, with the exit code: the recipient is told then.
 * @returns The exit code.
 */
export async function sendFile(
  clients: SendingClient,
  task: SendFileTask,
  stop: Promise<ExitCode>,
): Promise<ExitCode> {
  let source: FileSource;
  try {
    // The estimate comes before the file.
    [source] = await Promise.all([task.open(task.path), clients.files.measured()]);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    task.complain(visible(error.message));
    return EXIT.failed;
  }
  const sending = new Sending(clients, task, source);
  const { client } = clients;
  client.listen((event) => sending.hear(event));
  client.start();
  const code = await Promise.race([sending.ended, stop]);
  await client.stop();
  source.close();
  return code;
}

/** One file on its way. */
class Sending {
  readonly #clients: SendingClient;
  readonly #task: SendFileTask;
  readonly #source: FileSource;
  readonly #ended = Promise.withResolvers<ExitCode>();
  readonly #lines: TransferLines;
  #transfer: Transfer | undefined;
  /** Since when the server is out of reach. */
  #lostAt: number | undefined;

  constructor(clients: SendingClient, task: SendFileTask, source: FileSource) {
    this.#clients = clients;
    this.#task = task;
    this.#source = source;
    this.#lines = new TransferLines({
      inPlace: false,
      now: () => task.now(),
      whoOf: (transfer) => this.#whoOf(transfer),
      secondsFor: (bytes) => clients.files.secondsFor(bytes),
    });
  }

  get ended(): Promise<ExitCode> {
    return this.#ended.promise;
  }

  hear(event: ClientEvent): void {
    switch (event.kind) {
      case "ready":
        return this.#offer();
      case "file":
        if (event.transfer.number === this.#transfer?.number) this.#follow(event.transfer);
        return;
      case "gaveUp":
        this.#task.complain(visible(event.reason));
        return this.#end(event.cause === "untrusted" ? EXIT.keyNotTrusted : EXIT.refused);
      case "disconnected":
        return this.#disconnected(visible(event.reason));
    }
  }

  /** After a loss of the connection the file is offered already. */
  #offer(): void {
    this.#lostAt = undefined;
    if (this.#transfer !== undefined) return;
    const { complain, user } = this.#task;
    const to = recipientOf(this.#clients.client, user, complain);
    if (to === undefined) return this.#end(EXIT.failed);
    try {
      this.#transfer = this.#clients.files.offer(to, this.#source);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complain(visible(error.message));
      return this.#end(EXIT.failed);
    }
    this.#estimate(this.#transfer);
    this.#follow(this.#transfer);
  }

  /** What takes more than a moment is said to do so beforehand. */
  #estimate(transfer: Transfer): void {
    const { name, size } = transfer;
    const seconds = this.#clients.files.secondsFor(size);
    if (seconds === undefined || seconds < 1) return;
    this.#task.complain(
      `→ ${this.#whoOf(transfer)}: ${estimateText(name, size, seconds)}: offered`,
    );
  }

  #follow(transfer: Transfer): void {
    const { complain } = this.#task;
    const { line } = this.#lines.hear(transfer);
    const { state, to, takers, why } = transfer;
    const name = shownFileName(transfer.name);
    switch (state) {
      case "running":
      case "paused":
        // That it was accepted need not be said: what takes longer than a second tells of itself.
        if (line !== undefined && (state === "paused" || transfer.done > 0)) complain(line.text);
        return;
      case "done":
        if (to !== "public" || takers.complete > 0) return this.#end(EXIT.fine);
        complain(`nobody has taken ${name}`);
        return this.#end(EXIT.failed);
      case "rejected":
      case "cancelled":
      case "failed":
        complain(line?.text ?? visible(why ?? state));
        return this.#end(EXIT.failed);
    }
  }

  #disconnected(reason: string): void {
    const { complain } = this.#task;
    if (this.#transfer === undefined) {
      complain(`cannot connect: ${reason}`);
      return this.#end(EXIT.cannotConnect);
    }
    const now = this.#task.now();
    if (this.#lostAt === undefined) {
      this.#lostAt = now;
      complain(`offline: ${reason}; it goes on when the server is back`);
    } else if (now - this.#lostAt > PATIENCE_MS) {
      complain("the server does not come back: the file has not arrived");
      this.#end(EXIT.failed);
    }
  }

  #whoOf({ to }: Transfer): string {
    if (to === "public") return "all";
    const person = this.#clients.client.person(to);
    return person === undefined ? to.slice(0, 8) : namedOf(this.#clients.client, person).label;
  }

  #end(code: ExitCode): void {
    this.#ended.resolve(code);
  }
}
