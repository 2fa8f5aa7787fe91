/**
 * The files of a chat: what `/file`, `/accept` and their like do, and what is shown of files on their way.
 *
 * @module
 */

import { FileError, type FileSource } from "../client/file_ports.ts";
import type { Transfer } from "../client/transfer.ts";
import type { Id } from "../protocol/ids.ts";
import { estimateText, filesText } from "./transfer_text.ts";
import { TransferLines } from "./transfer_lines.ts";
import { visible } from "./visible.ts";

/** What a chat client does with files. */
export interface FileClient {
  /** Offers a file, to a person or to everybody. */
  offer(to: Id | "public", source: FileSource): Transfer;
  /** Takes a file that is offered. */
  accept(transfer: Transfer): void;
  /** Refuses a file that is offered. */
  reject(transfer: Transfer): void;
  /** Calls a file off. */
  cancel(transfer: Transfer): void;
  /** The files of this run, the oldest first. */
  transfers(): readonly Transfer[];
  /** Resolves when it is known how long bytes take. */
  measured(): Promise<void>;
  /** How long so many bytes will take, in seconds; undefined as long as nobody knows. */
  secondsFor(bytes: number): number | undefined;
}

/** What the files of a chat need of it. */
export interface ChatFilesPorts {
  /** Does what is asked for. */
  readonly client: FileClient;
  /** The most bytes of a file that is taken without being asked; undefined takes none so. */
  readonly acceptUpTo?: number;
  /** Whether there is a line in place, which there is where a person sits. */
  readonly inPlace: boolean;
  /** Opens a file that is to be offered. */
  open(path: string): Promise<FileSource>;
  /** Unix ms. */
  now(): number;
  /** Names the other side of a file, harmless. */
  whoOf(transfer: Transfer): string;
  /** Shows a line with its time, below what was shown before. */
  show(kind: "notice" | "warning" | "error", text: string): void;
  /** Shows lines of our own. */
  print(text: string): void;
  /** Says why something typed was not done. */
  complain(text: string): void;
  /** Changes the line in place. */
  setStatus(status: string | undefined): void;
}

/** The files of one chat. */
export class ChatFiles {
  readonly #ports: ChatFilesPorts;
  readonly #lines: TransferLines;
  /** Files that are being read before they are offered. */
  #opening = 0;

  /**
   * No file yet.
   *
   * @param ports What they need.
   */
  constructor(ports: ChatFilesPorts) {
    this.#ports = ports;
    this.#lines = new TransferLines({
      inPlace: ports.inPlace,
      now: () => ports.now(),
      whoOf: (transfer) => ports.whoOf(transfer),
      secondsFor: (bytes) => ports.client.secondsFor(bytes),
    });
  }

  /** Whether leaving now would break something off that this side began or agreed to. */
  get busy(): boolean {
    return this.#opening > 0 || this.#ports.client.transfers().some(isUnderWay);
  }

  /**
   * Offers a file.
   *
   * @param to To whom.
   * @param path Where it is.
   */
  async offer(to: Id | "public", path: string): Promise<void> {
    const { client, open, complain } = this.#ports;
    this.#opening += 1;
    try {
      const source = await open(path);
      await client.measured();
      try {
        this.hear(client.offer(to, source));
      } catch (error) {
        source.close();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complain(visible(error.message));
    } finally {
      this.#opening -= 1;
    }
  }

  /**
   * Takes a file that is offered.
   *
   * @param number Which; undefined for the only one.
   */
  accept(number: number | undefined): void {
    this.#withOne("accept", number, (transfer) => this.#ports.client.accept(transfer));
  }

  /**
   * Refuses a file that is offered.
   *
   * @param number Which; undefined for the only one.
   */
  reject(number: number | undefined): void {
    this.#withOne("reject", number, (transfer) => this.#ports.client.reject(transfer));
  }

  /**
   * Calls a file off.
   *
   * @param number Which; undefined for the only one.
   */
  cancel(number: number | undefined): void {
    this.#withOne("cancel", number, (transfer) => this.#ports.client.cancel(transfer));
  }

  /** Shows all of them. */
  list(): void {
    const { client, whoOf, print } = this.#ports;
    print(filesText(client.transfers(), whoOf));
  }

  /**
   * The files that a command can be about.
   *
   * @param command Without its slash.
   * @returns Their numbers, the latest first.
   */
  numbers(command: string): number[] {
    return this.#fitting(command).map(({ number }) => number).reverse();
  }

  /**
   * Something has become of a file.
   *
   * @param transfer The file as it is now.
   */
  hear(transfer: Transfer): void {
    const { line, status } = this.#lines.hear(transfer);
    if (line !== undefined) this.#ports.show(line.kind, line.text);
    this.#ports.setStatus(status);
    const { client, acceptUpTo } = this.#ports;
    if (acceptUpTo === undefined || !isOffer(transfer)) return;
    this.#orComplain(() => {
      if (transfer.size <= acceptUpTo) client.accept(transfer);
      else client.reject(transfer);
    });
  }

  /** What cannot be done with a file is said, whoever asked for it. */
  #orComplain(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#ports.complain(visible(error.message));
    }
  }

  /** Does something with the file that is meant, or says which ones there are. */
  #withOne(command: string, number: number | undefined, action: (it: Transfer) => void): void {
    const { complain, client } = this.#ports;
    const fitting = this.#fitting(command);
    const [first, ...more] = fitting.filter((one) => number === undefined || one.number === number);
    if (first === undefined) {
      const known = client.transfers().some((one) => one.number === number);
      return complain(
        number === undefined
          ? `There is no file to ${command}: /files shows all`
          : known
          ? `File ${number} is nothing to ${command} any more: /files shows all`
          : `There is no file ${number}: /files shows all`,
      );
    }
    if (more.length === 0) return this.#orComplain(() => action(first));
    complain(["Which file?", ...fitting.map((one) => this.#choice(command, one))].join("\n"));
  }

  /** The command that means this one, and what it is. */
  #choice(command: string, transfer: Transfer): string {
    const { number, name, size } = transfer;
    const what = estimateText(name, size, undefined);
    return `  /${command} ${number}  for ${what}, ${this.#ports.whoOf(transfer)}`;
  }

  #fitting(command: string): Transfer[] {
    return this.#ports.client.transfers().filter((transfer) =>
      command === "cancel" ? isUnderWay(transfer) : isOffer(transfer)
    );
  }
}

/** Whether it waits for this side's answer. */
function isOffer({ direction, state }: Transfer): boolean {
  return direction === "in" && state === "offered";
}

/** Whether something is still to come that this side began or agreed to. */
function isUnderWay(transfer: Transfer): boolean {
  const { state } = transfer;
  return state === "running" || state === "paused" ||
    state === "offered" && transfer.direction === "out";
}
