/**
 * Files on their way as JSON events: every turn of one, and in between how far it is, not too often.
 *
 * @module
 */

import type { Transfer, TransferState } from "../client/transfer.ts";
import type { JsonEvent } from "./json_events.ts";

/** Between two events about the progress of one file, in ms. */
const PROGRESS_MS = 1_000;

/** What was told of the files of one run. */
export class FileEvents {
  readonly #told = new Map<number, { readonly state: TransferState; readonly at: number }>();

  /**
   * Something has become of a file, or some more of it has come.
   *
   * @param transfer The file as it is now.
   * @param now Unix ms.
   * @returns The event to tell, or none.
   */
  next(transfer: Transfer, now: number): JsonEvent[] {
    const { number, state, direction, from, to, name, size, done, savedAs, why } = transfer;
    const told = this.#told.get(number);
    if (told?.state === state && now - told.at < PROGRESS_MS && now >= told.at) return [];
    this.#told.set(number, { state, at: now });
    return [{
      type: "file",
      ...{ state, direction, from, to, name, size, done },
      ...(savedAs === undefined ? {} : { saved_as: savedAs }),
      ...(why === undefined ? {} : { reason: why }),
      ts: now,
      number,
    }];
  }
}
