/**
 * What is common to all files that are offered to this user: they wait for an answer, land when it is
 * their turn, are checked as a whole, and leave nothing behind if they fail.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { VerifiedOf } from "../link/verified.ts";
import type { FileWord } from "./file_control.ts";
import { FileIntake } from "./file_intake.ts";
import type { Manifest } from "./file_manifest.ts";
import type { FileOpener } from "./file_opener.ts";
import { FilePass } from "./file_pass.ts";
import { FileError, type Landing } from "./file_ports.ts";
import { nameOf, type Person, type Roster } from "./roster.ts";
import type { TransferState } from "./transfer.ts";
import type { TransferView } from "./transfer_view.ts";

/** How long an offer stands that nobody answers, in ms. */
export const OFFER_MS = 24 * 60 * 60_000;

/** What an arriving file needs. */
export interface ArrivingFileParts {
  /** What is shown of it. */
  readonly view: TransferView;
  /** What is promised. */
  readonly manifest: Manifest;
  /** Unix ms. */
  readonly clock: Pick<Clock, "now">;
  /** Who is online. */
  readonly roster: Roster;
  /** What decrypts. */
  readonly opener: FileOpener;
  /** What is shown has changed; `progress` if it has only gone on. */
  changed(view: TransferView, progress: boolean): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** A file on its way in. */
export abstract class ArrivingFile {
  /** What is shown of it. */
  readonly view: TransferView;
  /** What is promised. */
  readonly manifest: Manifest;
  /** Where its chunks go. */
  protected readonly intake: FileIntake;
  /** In which order they may come. */
  protected readonly pass: FilePass = new FilePass();
  /** When nobody wants it any more, Unix ms. */
  protected readonly expiresAt: number;
  /** How far it is, more finely than is shown. */
  protected stage: "offered" | "queued" | "opening" | "running" | "finishing" | "over" = "offered";
  readonly #parts: ArrivingFileParts;
  /** Settles when the last check is made. */
  #checked: Promise<void> = Promise.resolve();

  /**
   * A file that was just offered.
   *
   * @param parts What it needs.
   */
  constructor(parts: ArrivingFileParts) {
    this.#parts = parts;
    this.view = parts.view;
    this.manifest = parts.manifest;
    this.expiresAt = parts.clock.now() + OFFER_MS;
    this.intake = new FileIntake({
      written: () => {
        this.view.done = this.intake.bytes;
        parts.changed(this.view, true);
        this.written();
      },
      failed: (error) => this.fail("disk", error.message),
      fault: (error) => {
        parts.fault(error);
        this.fail("disk", "internal error: please report this");
      },
    });
  }

  /** When something is due: Unix ms, infinity for never. */
  abstract get deadline(): number;
  /** Time has passed. */
  abstract tick(now: number): void;
  /** The offer came, once or again. */
  abstract offered(): void;
  /** A piece of it came. */
  abstract chunk(message: VerifiedOf<"FILE_CHUNK">): void;
  /** The sender says that this was all: unsigned, so whoever can know better does. */
  abstract ended(): void;
  /** The sender has said something about it. */
  abstract heard(word: FileWord): void;
  /** A word to the sender did not get through. */
  abstract refused(detail: string): void;
  /** There is a connection. */
  abstract connected(): void;
  /** There is none any more. */
  abstract disconnected(): void;
  /** The sender came or went. */
  abstract presence(person: Person): void;

  /** It has a place. */
  protected abstract landed(): void;
  /** One more chunk is written. */
  protected abstract written(): void;
  /** It is over: the sender is told. */
  protected abstract tell(code: string): void;

  /** Whether nothing more will become of it. */
  get over(): boolean {
    return this.stage === "over";
  }

  /** Whether it waits for its turn to land. */
  get queued(): boolean {
    return this.stage === "queued";
  }

  /** Whether it has a turn to land. */
  get landing(): boolean {
    return this.stage === "opening" || this.stage === "running" || this.stage === "finishing";
  }

  /** The user wants it; it lands when its turn comes. */
  accept(): void {
    if (this.stage !== "offered") return;
    this.stage = "queued";
  }

  /** It is not its turn yet. */
  waits(): void {
    this.show("paused", "it waits until another file has arrived");
  }

  /** It is its turn. */
  async land(landing: Landing): Promise<void> {
    this.stage = "opening";
    try {
      this.intake.begin(await landing.create(this.manifest.name, this.manifest.size));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return this.fail("disk", error.message);
    }
    if (this.over) return await this.intake.stop();
    this.stage = "running";
    this.view.takers = { accepted: 1, complete: 0 };
    this.landed();
  }

  /**
   * The user does not want it.
   *
   * @param code The code word for the sender.
   */
  reject(code = "no"): void {
    if (this.stage !== "offered") return;
    this.end("rejected", undefined, code);
  }

  /**
   * The user does not want it any more. While the last check runs it is too late for that.
   *
   * @param code The code word for the sender.
   * @param why For this user, who knows it if there is none.
   */
  cancel(code: string, why?: string): void {
    if (this.stage === "finishing") return;
    this.end("cancelled", why, code);
  }

  /** Resolves when nothing is left of what did not succeed, and the last check is made. */
  async cleared(): Promise<void> {
    if (this.stage === "finishing") await this.#checked;
    else await this.intake.stop();
  }

  /** The name of who sends it. */
  protected get sender(): string {
    return nameOf(this.#parts.roster, this.view.from);
  }

  /** Everything has come: it is what was promised, or it is gone. */
  protected finish(): void {
    this.stage = "finishing";
    this.#checked = this.#check().catch((error) => {
      this.#parts.fault(error);
      this.fail("disk", "internal error: please report this");
    });
  }

  /** It went wrong here. */
  protected fail(code: string, why: string): void {
    this.end("failed", why, code);
  }

  /** It is over. */
  protected end(state: TransferState, why: string | undefined, code: string): void {
    if (this.over) return;
    this.stage = "over";
    void this.intake.stop().catch((error) => this.#parts.fault(error));
    this.show(state, why);
    this.tell(code);
  }

  /** Tells of a change, if there is one. */
  protected show(state: TransferState, why: string | undefined): void {
    const { view } = this;
    if (view.state === state && view.why === why) return;
    Object.assign(view, { state, why });
    this.#parts.changed(view, false);
  }

  async #check(): Promise<void> {
    try {
      this.view.savedAs = await this.intake.finish(this.manifest.sha256);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return this.fail("hash", error.message);
    }
    this.view.takers = { accepted: 1, complete: 1 };
    this.end("done", undefined, "done");
  }
}
