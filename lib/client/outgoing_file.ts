/**
 * A file that this user offers (§9.4, D25). Nothing of it is sent before somebody accepts, unless the
 * recipient's client does not know how to.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Id } from "../protocol/ids.ts";
import { OFFER_MS } from "./arriving_file.ts";
import type { FileWord } from "./file_control.ts";
import { FileDelivery, RETRY_MS } from "./file_delivery.ts";
import type { Manifest } from "./file_manifest.ts";
import { FileOffer } from "./file_offer.ts";
import type { FileSource } from "./file_ports.ts";
import type { FilePost } from "./file_post.ts";
import type { FilePumpParts } from "./file_pump.ts";
import { recipientsReason } from "./file_reasons.ts";
import { nameOf, type Person, type Roster } from "./roster.ts";
import type { TransferState } from "./transfer.ts";
import type { TransferView } from "./transfer_view.ts";
import { UnaskedFile } from "./unasked_file.ts";

/** What an outgoing file needs. */
export interface OutgoingFileParts {
  /** What is shown of it. */
  readonly view: TransferView;
  /** What is promised. */
  readonly manifest: Manifest;
  /** Where the bytes are. */
  readonly source: FileSource;
  /** Unix ms. */
  readonly clock: Pick<Clock, "now">;
  /** The way out. */
  readonly post: FilePost;
  /** Who is online. */
  readonly roster: Roster;
  /** What is shown has changed; `progress` if it has only gone on. */
  changed(view: TransferView, progress: boolean): void;
  /** We made a mistake. */
  fault(error: unknown): void;
}

/** A file on its way out. */
export class OutgoingFile {
  readonly #parts: OutgoingFileParts;
  readonly #offer: FileOffer;
  readonly #delivery: FileDelivery;
  readonly #expiresAt: number;
  #unasked: UnaskedFile | undefined;
  #over = false;

  /**
   * A file that {@linkcode OutgoingFile.start} offers.
   *
   * @param parts What it needs.
   */
  constructor(parts: OutgoingFileParts) {
    this.#parts = parts;
    this.#expiresAt = parts.clock.now() + OFFER_MS;
    this.#offer = new FileOffer({
      ...parts,
      sent: () => this.#offered(),
      held: (why) => {
        if (!this.#delivery.wanted) this.#show("paused", why);
      },
    });
    this.#delivery = new FileDelivery({
      ...parts,
      pump: this.#pumpParts(),
      show: (state, why, moved) => {
        if (!this.#over) this.#show(state, why, moved);
      },
      gone: (why) => this.#end("failed", why),
    });
  }

  /** What is shown of it. */
  get view(): TransferView {
    return this.#parts.view;
  }

  /** What is promised. */
  get manifest(): Manifest {
    return this.#parts.manifest;
  }

  /** Whether nothing more will become of it. */
  get over(): boolean {
    return this.#over;
  }

  /** When something is due: Unix ms, infinity for never. */
  get deadline(): number {
    if (this.#over) return Infinity;
    const unasked = this.#unasked?.deadline ?? Infinity;
    return Math.min(this.#expiresAt, this.#offer.deadline, this.#delivery.deadline, unasked);
  }

  /** Offers it as soon as that is possible. */
  start(): void {
    this.#offer.send();
  }

  /** Time has passed. */
  tick(now: number): void {
    if (this.#over) return;
    if (now >= this.#expiresAt) return this.#expire();
    if (now >= this.#offer.deadline) this.#offer.send();
    if (now >= this.#delivery.deadline) this.#delivery.tick(now);
    this.#unasked?.tick();
  }

  /** Somebody has said something about it. */
  heard(from: Id, word: FileWord): void {
    const { to } = this.manifest;
    if (this.#over || this.#unasked !== undefined || (to !== "public" && from !== to)) return;
    switch (word.say) {
      case "offered":
        return this.#offer.confirmed();
      case "accept":
        this.#offer.confirmed();
        return this.#delivery.accepted(from, word.have);
      case "have":
        return this.#delivery.has(from, word.have);
      case "done":
        if (this.#delivery.completed(from) && to !== "public") this.#end("done", undefined);
        return;
      case "failed":
      case "reject":
        return this.#refusedBy(from, word.why);
      case "again":
      case "cancel":
        return; // Words of a sender, and this is one.
    }
  }

  /** A frame of it did not get through. */
  refused(to: Id | "public", detail: string): void {
    const { clock, roster } = this.#parts;
    if (this.#over || to === "public") return;
    const name = nameOf(roster, to);
    const why = detail === ""
      ? `${name} cannot be reached`
      : `${name} cannot be reached: ${detail}`;
    if (this.#unasked !== undefined) return this.#cannotGoOn(why);
    const retryMs = roster.get(to)?.online === true ? RETRY_MS : Infinity;
    if (this.#delivery.wanted) return this.#delivery.unreachable(to, why, retryMs);
    if (to !== this.manifest.to) return;
    this.#offer.refused(clock.now() + retryMs);
    this.#show("paused", why);
  }

  /** There is a connection. */
  connected(): void {
    if (this.#over) return;
    this.#delivery.connected();
    if (this.manifest.to === "public" || !this.#delivery.wanted) this.#offer.send();
  }

  /** There is none any more. */
  disconnected(): void {
    if (this.#over) return;
    const why = "the connection was lost";
    if (this.#unasked !== undefined) return this.#cannotGoOn(why);
    this.#offer.disconnected();
    this.#delivery.disconnected(why);
  }

  /** Somebody came or went. */
  presence({ id, online }: Person): void {
    if (this.#over) return;
    const why = `${nameOf(this.#parts.roster, id)} is not online`;
    if (!online) this.#delivery.unreachable(id, why);
    else this.#delivery.returned(id);
    if (id !== this.manifest.to || this.#delivery.wanted) return;
    // A client that was restarted has forgotten the offer.
    if (online) this.#offer.send();
    else if (this.#unasked !== undefined) this.#cannotGoOn(why);
  }

  /**
   * Calls it off; those who take it are told.
   *
   * @param code The code word.
   * @param why For this user, who knows it if there is none.
   */
  cancel(code: string, why?: string): void {
    if (this.#over) return;
    this.#tellAll(code);
    // What everybody who wanted it has is done, whatever becomes of the offer.
    if (this.view.state === "done") this.#end("done", undefined);
    else this.#end("cancelled", why);
  }

  #offered(): void {
    const { manifest: { to }, roster } = this.#parts;
    if (this.#delivery.wanted) return;
    const recipient = to === "public" ? undefined : roster.get(to);
    if (recipient?.files === false) this.#sendUnasked(recipient);
    else this.#show("offered", undefined);
  }

  /** As the standard has it: everything at once, and nobody answers. */
  #sendUnasked({ segments }: Person): void {
    const { clock, manifest: { fileId, to }, post, source } = this.#parts;
    const parts = this.#pumpParts();
    this.#offer.withdraw();
    const ended = () => {
      post.end({ fileId, to });
      this.view.done = this.view.size;
      this.#end("done", undefined);
    };
    if (source.size === 0) return ended();
    const send: FilePumpParts["send"] = (sealed) => {
      parts.send(sealed);
      this.view.done = Math.min(this.view.size, this.view.done + unasked.chunkBytes);
      this.#show("running", undefined, true);
    };
    const now = () => clock.now();
    const unasked: UnaskedFile = new UnaskedFile({ ...parts, send, ended, segments, now });
    this.#unasked = unasked;
    this.view.startedAt = clock.now();
    this.#show("running", undefined);
  }

  #refusedBy(from: Id, code: string): void {
    const { manifest, roster } = this.#parts;
    if (manifest.to === "public") return this.#delivery.leaves(from);
    const { state, why } = recipientsReason(code, nameOf(roster, from));
    this.#end(state, why);
  }

  #cannotGoOn(why: string): void {
    const name = nameOf(this.#parts.roster, this.manifest.to);
    this.#end("failed", `${why}, and the client of ${name} cannot go on: send it again`);
  }

  #expire(): void {
    this.#tellAll("timeout");
    if (this.view.state === "done") this.#end("done", undefined);
    else this.#end("failed", "nobody has taken it for a day");
  }

  #tellAll(why: string): void {
    const { manifest: { fileId: file_id, to }, post } = this.#parts;
    const concerned = to === "public" ? this.#delivery.waiting : [to];
    for (const id of concerned) post.say(id, { file_id, say: "cancel", why });
  }

  #end(state: TransferState, why: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#offer.withdraw();
    this.#delivery.close();
    this.#unasked?.close();
    this.#show(state, why);
  }

  /** Tells of a change, if there is one. */
  #show(state: TransferState, why: string | undefined, moved = false): void {
    const { view } = this;
    const progress = view.state === state && view.why === why;
    if (progress && !moved) return;
    Object.assign(view, { state, why });
    this.#parts.changed(view, progress);
  }

  #pumpParts(): Omit<FilePumpParts, "chunkBytes" | "limit" | "ended"> {
    const { fault, manifest: { fileId, to }, post, source } = this.#parts;
    const ends = (why: string) => {
      this.#tellAll("file");
      this.#end("failed", why);
    };
    return {
      source,
      seal: (index, pass, bytes) => post.chunk({ fileId, to, index, pass, bytes }),
      send: (sealed) => post.post(sealed, { fileId, to }),
      failed: (error) => ends(error.message),
      fault: (error) => {
        fault(error);
        ends("internal error: please report this");
      },
    };
  }
}
