/**
 * The side of a transfer that is shown, as those who work at it change it.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import type { Transfer, TransferState } from "./transfer.ts";

/** What does not change about a transfer. */
export type TransferFacts = Pick<
  Transfer,
  "number" | "direction" | "from" | "to" | "name" | "size"
>;

/** A transfer that can be changed. */
export class TransferView implements Transfer {
  /** Tells the transfers of this run apart. */
  readonly number: number;
  /** Whether it comes or goes. */
  readonly direction: "in" | "out";
  /** Who offers it. */
  readonly from: Id;
  /** To whom. */
  readonly to: Id | "public";
  /** As its sender gave it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** How far it has come. */
  state: TransferState = "offered";
  /** Bytes that have arrived. */
  done = 0;
  /** When its first piece went or came, Unix ms. */
  startedAt: number | undefined;
  /** How many have accepted it, and how many have all of it. */
  takers: { accepted: number; complete: number } = { accepted: 0, complete: 0 };
  /** Why it is not on its way. */
  why: string | undefined;
  /** Where it landed. */
  savedAs: string | undefined;

  /**
   * A transfer that was just offered.
   *
   * @param facts What does not change.
   */
  constructor({ number, direction, from, to, name, size }: TransferFacts) {
    this.number = number;
    this.direction = direction;
    this.from = from;
    this.to = to;
    this.name = name;
    this.size = size;
  }
}
