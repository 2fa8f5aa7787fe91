/**
 * A file on its way, as whoever shows it sees it.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";

/** How far a file has come. */
export type TransferState =
  /** Offered, and not answered yet. */
  | "offered"
  /** On its way. */
  | "running"
  /** Held up: somebody is not there at the moment. */
  | "paused"
  /** All of it has arrived. */
  | "done"
  /** The recipient does not want it. */
  | "rejected"
  /** One of the two has called it off. */
  | "cancelled"
  /** It did not work. */
  | "failed";

/** A file on its way. The same object for as long as it lasts; it changes. */
export interface Transfer {
  /** Tells the transfers of this run apart, from 1: what a person types. */
  readonly number: number;
  /** Whether it comes to this user or goes to others. */
  readonly direction: "in" | "out";
  /** Who offers it. */
  readonly from: Id;
  /** To whom; `public` is everybody. */
  readonly to: Id | "public";
  /** Its name as its sender gave it: it may be anything. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** How far it has come. */
  readonly state: TransferState;
  /** Bytes that have arrived: at this user, or at the slowest of those who take it. */
  readonly done: number;
  /** When its first piece went or came, Unix ms; undefined before. */
  readonly startedAt: number | undefined;
  /** How many have accepted it, and how many of them have all of it. */
  readonly takers: { readonly accepted: number; readonly complete: number };
  /**
   * Why it was held up, rejected or failed, or why others called it off; of an offer, what speaks against taking it.
   */
  readonly why: string | undefined;
  /** Where it landed, once it is here. */
  readonly savedAs: string | undefined;
}
