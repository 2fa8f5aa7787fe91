/**
 * The files that are offered to this user: which offers are heard, and how many land at once.
 *
 * @module
 */

import type { VerifiedOf } from "../link/verified.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { ArrivingFile, type ArrivingFileParts } from "./arriving_file.ts";
import { type Manifest, readManifest, sameManifest } from "./file_manifest.ts";
import { FileError, type Landing } from "./file_ports.ts";
import type { FilePost } from "./file_post.ts";
import { IncomingFile } from "./incoming_file.ts";
import type { Person, Roster } from "./roster.ts";
import { TransferView } from "./transfer_view.ts";
import { UnaskedArrival } from "./unasked_arrival.ts";

/** Offers of one person that are kept at a time. */
const MAX_OFFERS_OF_ONE = 20;

/** Offers that are kept at a time. */
const MAX_OFFERS = 200;

/** Files that land at a time. */
const MAX_LANDING = 3;

/** Files of one person that land at a time: whoever sends very slowly leaves a place to the others. */
const MAX_LANDING_OF_ONE = 2;

/** Files that are over and whose sender may still ask after them. */
const MAX_OVER = 200;

/** A frame about a file. */
export type FileMessage =
  | VerifiedOf<"FILE_START">
  | VerifiedOf<"FILE_CHUNK">
  | VerifiedOf<"FILE_END">;

/** What the arrivals need. */
export interface ArrivalsParts extends Omit<ArrivingFileParts, "view" | "manifest"> {
  /** Who this user is. */
  readonly userId: Id;
  /** The way out. */
  readonly post: FilePost;
  /** Who is online. */
  readonly roster: Roster;
  /** Where files land; undefined if they cannot. */
  readonly landing: Landing | undefined;
  /** Tells the transfers of this run apart. */
  nextNumber(): number;
  /** An offer is not shown, and why. */
  refused(from: Person, reason: string): void;
}

/** All files on their way in. */
export class Arrivals {
  readonly #parts: ArrivalsParts;
  /** By sender and the sender's name for the file. */
  readonly #files = new Map<string, ArrivingFile>();
  /** Whose offers are too many: told once. */
  readonly #busyWith = new Set<Id>();

  /**
   * No files yet.
   *
   * @param parts What they need.
   */
  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
  }

  /** All of them, also those that are over. */
  all(): ArrivingFile[] {
    return [...this.#files.values()];
  }

  /** A file that somebody has offered. */
  get(from: Id, fileId: string): ArrivingFile | undefined {
    return this.#files.get(nameOf(from, fileId));
  }

  /** A frame about a file came. */
  received(message: FileMessage): void {
    const from = toId(message.from);
    if (from === this.#parts.userId) return;
    if (message.type === "FILE_START") return this.#offered(message);
    const file = this.get(from, message.payload.file_id);
    // What goes to everybody must not pass for a piece of what goes to one, or the other way round.
    const to = message.to === "public" ? message.to : toId(message.to);
    if (file === undefined || to !== file.manifest.to) return;
    if (message.type === "FILE_CHUNK") file.chunk(message);
    else file.ended();
  }

  /**
   * The user wants a file.
   *
   * @throws {FileError} If it cannot be taken.
   */
  accept(file: ArrivingFile): void {
    const { landing, post } = this.#parts;
    if (landing === undefined) throw new FileError("there is no place for files here");
    // Unless a key of the channel is here, or the sender's is the known one, nothing of it could be read.
    const obstacle = post.obstacle(file.manifest.to === "public" ? "public" : file.view.from);
    if (obstacle !== undefined) throw new FileError(obstacle);
    file.accept();
    this.landNext();
  }

  /** Whoever's turn it is lands. */
  landNext(): void {
    const { fault, landing } = this.#parts;
    if (landing === undefined) return;
    const landingNow = this.all().filter((file) => file.landing);
    for (const file of this.all().filter(({ queued }) => queued)) {
      const ofOne = landingNow.filter(({ view }) => view.from === file.view.from);
      if (landingNow.length >= MAX_LANDING || ofOne.length >= MAX_LANDING_OF_ONE) {
        file.waits();
        continue;
      }
      landingNow.push(file);
      file.land(landing).catch(fault);
    }
  }

  #offered(message: VerifiedOf<"FILE_START">): void {
    const { post, refused, roster } = this.#parts;
    const from = toId(message.from);
    const person = roster.get(from) ?? roster.update(from, {});
    const manifest = this.#read(message, person);
    if (typeof manifest === "string") return refused(person, `an offer of a file: ${manifest}`);
    const known = this.get(from, manifest.fileId);
    if (known !== undefined) {
      if (sameManifest(known.manifest, manifest)) return known.offered();
      return refused(person, "an offer of a file: another one had the same number");
    }
    if (!this.#hasRoom(from)) {
      post.say(from, { file_id: manifest.fileId, say: "reject", why: "busy" });
      if (this.#busyWith.has(from)) return;
      this.#busyWith.add(from);
      return refused(person, "an offer of a file: too many wait for an answer already");
    }
    this.#busyWith.delete(from);
    this.#add(message, person, manifest);
  }

  #read(message: VerifiedOf<"FILE_START">, { files, id }: Person): Manifest | string {
    const { contentVerified, messageRef } = message;
    const { userId, post } = this.#parts;
    const manifest = readManifest(message);
    if (typeof manifest === "string") return manifest;
    if (manifest.to !== "public" && manifest.to !== userId) {
      return "it is addressed to somebody else";
    }
    if (contentVerified) {
      const obstacle = post.obstacle(id);
      return obstacle ?? manifest;
    }
    if (messageRef !== undefined) return "no key is known for its sender";
    return files ? "it is not signed" : manifest;
  }

  #hasRoom(from: Id): boolean {
    const open = this.all().filter(({ over }) => !over);
    return open.length < MAX_OFFERS &&
      open.filter(({ view }) => view.from === from).length < MAX_OFFERS_OF_ONE;
  }

  #add({ contentVerified }: VerifiedOf<"FILE_START">, person: Person, manifest: Manifest): void {
    const { changed, nextNumber, userId } = this.#parts;
    const { name, size, to, fileId } = manifest;
    const number = nextNumber();
    const whom = to === "public" ? to : userId;
    const facts = { number, direction: "in", from: person.id, to: whom, name, size } as const;
    const parts = { ...this.#parts, view: new TransferView(facts), manifest };
    const file = person.files
      ? new IncomingFile(parts)
      : new UnaskedArrival({ ...parts, signed: contentVerified, early: () => this.#early() });
    this.#files.set(nameOf(person.id, fileId), file);
    this.#forget();
    changed(file.view, false);
    file.offered();
  }

  /** Of what is over only the latest are kept. */
  #forget(): void {
    const over = [...this.#files].filter(([, file]) => file.over);
    for (const [key] of over.slice(0, Math.max(0, over.length - MAX_OVER))) this.#files.delete(key);
  }

  #early(): number {
    return this.all().reduce(
      (sum, file) => sum + (file instanceof UnaskedArrival ? file.early : 0),
      0,
    );
  }
}

function nameOf(from: Id, fileId: string): string {
  return `${from} ${fileId}`;
}
