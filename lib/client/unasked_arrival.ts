/**
 * A file from a client that asks nobody and answers nothing: it sends everything at once (§9.4). What
 * comes before the user has answered waits undecrypted, as far as there is room.
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import { ArrivingFile, type ArrivingFileParts } from "./arriving_file.ts";
import type { Person } from "./roster.ts";

/** Ciphertext that may wait to be decrypted once it lands, in UTF-16 units. */
const MAX_WAITING_TEXT = 4 * 1024 * 1024;

/** Ciphertext of all such files together that may wait for this user's answer, in UTF-16 units. */
const MAX_EARLY_TEXT = 8 * 1024 * 1024;

/** The same of one file. */
const MAX_EARLY_OF_ONE = 1024 * 1024;

/** How long its sender may be silent in the middle, in ms. */
const SILENCE_MS = 2 * 60_000;

/** What such a file needs. */
export interface UnaskedArrivalParts extends ArrivingFileParts {
  /** Whether the offer was signed: the chunks must be too then. */
  readonly signed: boolean;
  /** Ciphertext of other files that waits for an answer, in UTF-16 units. */
  early(): number;
}

/** A file on its way in, from another team's client. */
export class UnaskedArrival extends ArrivingFile {
  readonly #parts: UnaskedArrivalParts;
  #heardAt = Infinity;
  #ended = false;

  /**
   * A file that was just announced.
   *
   * @param parts What it needs.
   */
  constructor(parts: UnaskedArrivalParts) {
    super(parts);
    this.#parts = parts;
    if (!parts.signed) {
      this.view.why = `unsigned: only a server says that it is from ${this.sender}`;
    }
  }

  /** Ciphertext that waits for this user's answer, in UTF-16 units. */
  get early(): number {
    return this.landing ? 0 : this.intake.waitingText;
  }

  /** When something is due: Unix ms, infinity for never. */
  override get deadline(): number {
    if (this.over || this.stage === "finishing") return Infinity;
    return Math.min(this.expiresAt, this.#ended ? Infinity : this.#heardAt + SILENCE_MS);
  }

  /** Time has passed. */
  override tick(now: number): void {
    if (now < this.deadline) return;
    if (now >= this.expiresAt) this.fail("", "it has not been taken for a day");
    else this.fail("", `${this.sender} has stopped in the middle`);
  }

  /** Nobody waits for an answer. */
  override offered(): void {}

  /** A piece of it came. */
  override chunk({ payload, contentVerified }: VerifiedOf<"FILE_CHUNK">): void {
    const { clock, opener, signed } = this.#parts;
    if (this.over || this.stage === "finishing" || (signed && !contentVerified)) return;
    const { index, pass = 0, ciphertext, epoch } = payload;
    this.#heardAt = clock.now();
    const verdict = this.pass.judge(pass, index, this.intake.taken);
    if (verdict === "stale") return;
    if (verdict !== "next") return this.fail("", "pieces of it are missing or came twice");
    if (!this.#hasRoom(ciphertext.length)) {
      return this.fail(
        "",
        this.landing
          ? `${this.sender} sends faster than it can be decrypted here`
          : "more of it came than can wait for an answer: have it sent again, and accept it at once",
      );
    }
    this.view.startedAt ??= clock.now();
    this.intake.add(ciphertext.length, opener.anyChunk(this.manifest.to, ciphertext, epoch));
  }

  /** The sender says that this was all. */
  override ended(): void {
    this.#ended = true;
    this.#conclude();
  }

  /** Such a client says nothing. */
  override heard(): void {}

  /** And it is told nothing. */
  override refused(): void {}

  /** What was lost stays lost. */
  override connected(): void {}

  /** There is no connection any more: what comes now is lost. */
  override disconnected(): void {
    if (!this.#ended && !this.over) this.#isCutOff("the connection was lost");
  }

  /** The sender came or went. */
  override presence({ online }: Person): void {
    if (!online && !this.#ended && !this.over) this.#isCutOff(`${this.sender} has gone`);
  }

  /** It has a place: what waits is written. */
  protected override landed(): void {
    this.show("running", undefined);
    this.#conclude();
  }

  /** One more chunk is written. */
  protected override written(): void {
    if (this.intake.bytes > this.manifest.size) {
      return this.fail("", "more of it came than was promised");
    }
    this.#conclude();
  }

  /** Nobody is told. */
  protected override tell(): void {}

  #hasRoom(size: number): boolean {
    const waiting = this.intake.waitingText + size;
    if (this.landing) return waiting <= MAX_WAITING_TEXT;
    return waiting <= MAX_EARLY_OF_ONE && this.#parts.early() + size <= MAX_EARLY_TEXT;
  }

  #conclude(): void {
    if (this.stage !== "running") return;
    if (this.intake.bytes === this.manifest.size) return this.finish();
    const all = this.#ended && this.intake.taken === this.intake.written;
    if (all) this.fail("", "less of it came than was promised, or it could not be decrypted");
  }

  #isCutOff(why: string): void {
    if (this.stage === "finishing") return;
    this.fail("", `${why}, and the client of ${this.sender} cannot go on: have it sent again`);
  }
}
