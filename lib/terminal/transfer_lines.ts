/**
 * What is shown of files on their way, and when: a line whenever something has become of one, and in between how far it
 * is, for those that take longer than a second.
 *
 * On a terminal that is one line in place, a few times a second; elsewhere a line for each tenth.
 *
 * @module
 */

import type { Transfer } from "../client/transfer.ts";
import { TransferRate } from "./transfer_rate.ts";
import { percentOf, progressText, stateLine, type TransferLine } from "./transfer_text.ts";

/** What takes no longer than this is shown when it is over, in ms. */
const PATIENCE_MS = 1_000;

/** Between two looks of the line in place, in ms. */
const REFRESH_MS = 200;

/** What an event about a file changes on the screen. */
export interface TransferNews {
  /** A line to print; undefined for none. */
  readonly line: TransferLine | undefined;
  /** What stands in place from now on; undefined for nothing. */
  readonly status: string | undefined;
}

/** What the lines need of the world. */
export interface TransferLinesPorts {
  /** Whether there is a line in place. */
  readonly inPlace: boolean;
  /** Unix ms. */
  now(): number;
  /** Names the other side of a file, harmless. */
  whoOf(transfer: Transfer): string;
  /** How long so many bytes are expected to take, in seconds; undefined if nobody knows. */
  secondsFor(bytes: number): number | undefined;
}

/** What was shown of one file. */
interface Shown {
  state: Transfer["state"] | undefined;
  readonly rate: TransferRate;
  tenth: number;
}

/** Decides what is shown of the files of one run. */
export class TransferLines {
  readonly #ports: TransferLinesPorts;
  readonly #shown = new Map<number, Shown>();
  /** Those of which the line in place may speak, the latest last. */
  readonly #running = new Map<number, Transfer>();
  #status: string | undefined;
  #refreshedAt = -Infinity;

  /**
   * Nothing was shown yet.
   *
   * @param ports What it needs.
   */
  constructor(ports: TransferLinesPorts) {
    this.#ports = ports;
  }

  /**
   * Something has become of a file, or some more of it has come.
   *
   * @param transfer The file as it is now.
   * @returns What to show.
   */
  hear(transfer: Transfer): TransferNews {
    const { number, state, done } = transfer;
    const shown = this.#shown.get(number) ??
      { state: undefined, rate: new TransferRate(), tenth: 0 };
    this.#shown.set(number, shown);
    if (state !== shown.state) {
      shown.state = state;
      return { line: this.#turn(transfer), status: this.#newStatus(true) };
    }
    if (state !== "running") return { line: undefined, status: this.#status };
    this.#running.delete(number);
    this.#running.set(number, transfer);
    shown.rate.add(this.#ports.now(), done);
    return { line: this.#tenth(transfer, shown), status: this.#newStatus(false) };
  }

  /** A file has come into another state. */
  #turn(transfer: Transfer): TransferLine {
    const { number, state, size } = transfer;
    if (state === "running") this.#running.set(number, transfer);
    else this.#running.delete(number);
    const { whoOf, secondsFor } = this.#ports;
    return stateLine(transfer, whoOf(transfer), secondsFor(size));
  }

  /** Where nothing stands in place: a line for each tenth, the last of which is told by the end. */
  #tenth(transfer: Transfer, shown: Shown): TransferLine | undefined {
    if (this.#ports.inPlace || !this.#isLong(transfer)) return undefined;
    const tenth = Math.floor(percentOf(transfer) / 10);
    // A file that begins anew is not told of until it is further than before.
    if (tenth <= shown.tenth || tenth >= 10) return undefined;
    shown.tenth = tenth;
    return { kind: "notice", text: this.#progress(transfer) };
  }

  #newStatus(atOnce: boolean): string | undefined {
    if (!this.#ports.inPlace) return undefined;
    const now = this.#ports.now();
    const since = now - this.#refreshedAt;
    if (!atOnce && since >= 0 && since < REFRESH_MS) return this.#status;
    const long = [...this.#running.values()].filter((one) => this.#isLong(one));
    const latest = long.at(-1);
    this.#refreshedAt = now;
    if (latest === undefined) return this.#status = undefined;
    const more = long.length === 1 ? "" : ` (and ${long.length - 1} more: /files)`;
    return this.#status = this.#progress(latest) + more;
  }

  #progress(transfer: Transfer): string {
    const rate = this.#shown.get(transfer.number)?.rate.perSecond(this.#ports.now());
    return progressText(transfer, this.#ports.whoOf(transfer), rate);
  }

  #isLong({ startedAt }: Transfer): boolean {
    return startedAt !== undefined && this.#ports.now() - startedAt >= PATIENCE_MS;
  }
}
