/**
 * All files on their way to and from one user: gives each of them what comes for it, and wakes it when
 * its time has come.
 *
 * @module
 */

import { Alarm } from "../base/alarm.ts";
import type { Clock } from "../base/clock.ts";
import { Lanes } from "../base/lanes.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import { inLanes, RSA_LANES } from "../e2ee/file_chunk.ts";
import type { Id } from "../protocol/ids.ts";
import { Arrivals, type FileMessage } from "./arrivals.ts";
import type { ArrivingFile } from "./arriving_file.ts";
import type { Connection } from "./connection.ts";
import type { ClientEvent } from "./events.ts";
import type { FileWord } from "./file_control.ts";
import { FileOpener } from "./file_opener.ts";
import { FileError, type FileSource, type Landing } from "./file_ports.ts";
import { FilePost } from "./file_post.ts";
import type { KeyBook } from "./key_book.ts";
import { OutgoingFile } from "./outgoing_file.ts";
import type { Person, Roster } from "./roster.ts";
import { RsaSpeed } from "./rsa_speed.ts";
import type { Transfer } from "./transfer.ts";
import { TransferView } from "./transfer_view.ts";

/** Outgoing files that are over and still listed. */
const MAX_OVER = 200;

/** What transfers need. */
export interface TransfersParts {
  /** Who this user is. */
  readonly userId: Id;
  /** The pair that signs, and opens what comes. */
  readonly keys: KeyPair;
  /** Whose keys are known. */
  readonly keyBook: KeyBook;
  /** The keys of the public channel. */
  readonly keyring: Keyring;
  /** What signs, encrypts and decrypts. */
  readonly crypto: CryptoPort;
  /** What wakes a transfer. */
  readonly clock: Clock;
  /** Who is online. */
  readonly roster: Roster;
  /** Where files land; undefined if they cannot. */
  readonly landing: Landing | undefined;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
  /** Names a file that no other file has. */
  newFileId(): string;
  /** Tells the user interface. */
  emit(event: ClientEvent): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** The transfers of one client. */
export class Transfers {
  readonly #parts: TransfersParts;
  readonly #post: FilePost;
  readonly #speed: RsaSpeed;
  readonly #arrivals: Arrivals;
  readonly #outgoing = new Map<string, OutgoingFile>();
  #lastNumber = 0;
  readonly #alarm: Alarm;
  #stopped = false;

  /**
   * No transfers yet.
   *
   * @param parts What they need.
   */
  constructor(parts: TransfersParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, (now) => this.#ring(now));
    const { keys: { privateKey }, keyring, crypto } = parts;
    const cipher = inLanes(crypto, new Lanes(RSA_LANES));
    this.#post = new FilePost({ ...parts, cipher });
    this.#speed = new RsaSpeed({ ...parts, cipher });
    this.#arrivals = new Arrivals({
      ...parts,
      post: this.#post,
      opener: new FileOpener({ privateKey, keyring, cipher }),
      nextNumber: () => ++this.#lastNumber,
      changed: (view, progress) => this.#arrivalChanged(view, progress),
      refused: (from, reason) => {
        parts.emit({ kind: "refused", from, reason, received: parts.clock.now() });
      },
    });
  }

  /** All of them, in the order of their numbers. */
  all(): Transfer[] {
    return this.#files().map(({ view }) => view).sort((a, b) => a.number - b.number);
  }

  /**
   * Offers a file.
   *
   * @param to To whom.
   * @param source The file; it is closed when it is not needed any more, also if this throws.
   * @throws {FileError} If it cannot be offered.
   */
  offer(to: Id | "public", source: FileSource): Transfer {
    const { keyBook, newFileId, roster, userId } = this.#parts;
    const obstacle = this.#stopped
      ? "this client has been stopped"
      : to === userId
      ? "this is you: files go to others"
      : to === "public"
      ? undefined
      : this.#post.obstacle(to);
    if (obstacle !== undefined) {
      source.close();
      throw new FileError(obstacle);
    }
    const { name, size, sha256 } = source;
    const number = ++this.#lastNumber;
    const facts = { number, direction: "out", from: userId, to, name, size } as const;
    const manifest = { fileId: newFileId(), to, name, size, sha256 };
    const file = new OutgoingFile({
      ...this.#parts,
      view: new TransferView(facts),
      manifest,
      source,
      post: this.#post,
      changed: (view, progress) => this.#changed(view, progress),
    });
    this.#outgoing.set(manifest.fileId, file);
    this.#forget();
    if (to !== "public") keyBook.pin(to, roster.get(to)?.name);
    this.#changed(file.view, false);
    file.start();
    this.#arm();
    return file.view;
  }

  /**
   * Takes a file that is offered.
   *
   * @throws {FileError} If it cannot be taken.
   */
  accept(transfer: Transfer): void {
    const { keyBook, roster } = this.#parts;
    const file = this.#arriving(transfer);
    if (file === undefined || transfer.state !== "offered") {
      throw new FileError("this file is not offered to you any more");
    }
    this.#arrivals.accept(file);
    keyBook.pin(transfer.from, roster.get(transfer.from)?.name);
    this.#arm();
  }

  /** Does not take a file that is offered. */
  reject(transfer: Transfer): void {
    this.#arriving(transfer)?.reject();
    this.#arm();
  }

  /** Calls a file off, whichever way it goes. */
  cancel(transfer: Transfer): void {
    for (const file of this.#files()) {
      if (file.view === transfer && !file.over) file.cancel("cancelled");
    }
    this.#arm();
  }

  /** How long so many bytes take to be received, in seconds; undefined as long as nobody knows. */
  secondsFor(bytes: number): number | undefined {
    return this.#speed.secondsFor(bytes);
  }

  /** Resolves when {@linkcode Transfers.secondsFor} knows. */
  measured(): Promise<void> {
    return this.#speed.known();
  }

  /** A frame about a file came. */
  received(message: FileMessage): void {
    if (!this.#stopped) this.#arrivals.received(message);
    this.#arm();
  }

  /** Somebody says something about a file; the signature was checked. */
  heard(from: Id, word: FileWord): void {
    if (this.#stopped) return;
    const file_id = word.file_id;
    if (word.say === "again" || word.say === "cancel") {
      const file = this.#arrivals.get(from, file_id);
      if (file !== undefined) file.heard(word);
      else if (word.say === "again") {
        this.#post.say(from, { file_id, say: "failed", why: "unknown" });
      }
    } else {
      const file = this.#outgoing.get(file_id);
      const gone = file === undefined || file.over;
      if (!gone) file.heard(from, word);
      else if (word.say === "accept") {
        this.#post.say(from, { file_id, say: "cancel", why: "unknown" });
      }
    }
    this.#arm();
  }

  /**
   * A frame of ours was answered.
   *
   * @param messageRef Which (D21).
   * @param outcome Undefined if it was taken, else why not.
   */
  answered(messageRef: string, outcome: string | undefined): void {
    const posted = this.#post.answered(messageRef);
    if (posted === undefined || outcome === undefined) return;
    this.#outgoing.get(posted.fileId)?.refused(posted.to, outcome);
    if (posted.to !== "public") this.#arrivals.get(posted.to, posted.fileId)?.refused(outcome);
    this.#arm();
  }

  /** There is a connection, and everybody who is online is known: what is offered from now on need not wait. */
  connected(connection: Connection): void {
    this.#post.connection = connection;
  }

  /** Whoever shows the files has been told of the connection: those that waited for one go on. */
  goOn(): void {
    for (const file of this.#files()) file.connected();
    this.#arm();
  }

  /** There is none any more. */
  disconnected(): void {
    this.#post.connection = undefined;
    for (const file of this.#files()) file.disconnected();
    this.#arm();
  }

  /** Somebody came or went. */
  presence(person: Person): void {
    for (const file of this.#outgoing.values()) file.presence(person);
    for (const file of this.#arrivals.all()) {
      if (file.view.from === person.id) file.presence(person);
    }
    this.#arm();
  }

  /**
   * Calls everything off.
   *
   * @param why For this user.
   * @returns Resolves when the others were told and nothing half done is left.
   */
  async stop(why: string): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#alarm.cancel();
    for (const file of this.#files()) if (!file.over) file.cancel("left", why);
    await Promise.all(this.#arrivals.all().map((file) => file.cleared()));
    // Also of what was over before: its last word may be on its way still.
    await this.#post.said();
  }

  /** Nobody is asked whether to take a file before it is known how long that will take. */
  #arrivalChanged(view: TransferView, progress: boolean): void {
    if (view.state !== "offered") return this.#changed(view, progress);
    void this.#speed.known().then(() => {
      if (view.state === "offered" && !this.#stopped) this.#changed(view, progress);
    }).catch(this.#parts.fault);
  }

  #files(): (ArrivingFile | OutgoingFile)[] {
    return [...this.#outgoing.values(), ...this.#arrivals.all()];
  }

  #arriving(transfer: Transfer): ArrivingFile | undefined {
    return this.#arrivals.all().find(({ view }) => view === transfer);
  }

  #changed(view: TransferView, progress: boolean): void {
    const { clock, emit } = this.#parts;
    if (view.direction === "in" && view.startedAt !== undefined) {
      this.#speed.observed(view.done, clock.now() - view.startedAt);
    }
    emit({ kind: "file", transfer: view, progress });
    if (progress) return;
    if (view.direction === "in" && !this.#stopped) this.#arrivals.landNext();
    this.#arm();
  }

  #arm(): void {
    if (!this.#stopped) this.#alarm.set(Math.min(...this.#files().map(({ deadline }) => deadline)));
  }

  #ring(now: number): void {
    for (const file of this.#files()) if (now >= file.deadline) file.tick(now);
    this.#arm();
  }

  #forget(): void {
    const over = [...this.#outgoing].filter(([, file]) => file.over);
    for (const [id] of over.slice(0, Math.max(0, over.length - MAX_OVER))) {
      this.#outgoing.delete(id);
    }
  }
}
