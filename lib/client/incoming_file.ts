/**
 * A file that is offered to this user by a client that waits to be asked (§9.4, D25, THREATS 20). Nothing
 * of it is decrypted before the user accepts; what was lost is asked for again, and what breaks the rules
 * ends it.
 *
 * @module
 */

import { chunkCount } from "../e2ee/file_chunk.ts";
import type { VerifiedOf } from "../link/verified.ts";
import { ArrivingFile, type ArrivingFileParts } from "./arriving_file.ts";
import type { FileWord } from "./file_control.ts";
import { RETRY_MS } from "./file_delivery.ts";
import { FilePatience } from "./file_patience.ts";
import type { FilePost } from "./file_post.ts";
import { sendersReason } from "./file_reasons.ts";
import { WINDOW_CHUNKS } from "./file_takers.ts";
import type { Person } from "./roster.ts";

/** Chunks between two words of how far it is. */
const REPORT_CHUNKS = 8;

/** Time between them at the most, in ms. */
const REPORT_MS = 10_000;

/** How long a sender that came back has to speak first, in ms. */
const SPEAK_FIRST_MS = 5_000;

/** What an incoming file needs. */
export interface IncomingFileParts extends ArrivingFileParts {
  /** The way to its sender. */
  readonly post: FilePost;
}

/** A file on its way in, from a client of ours. */
export class IncomingFile extends ArrivingFile {
  readonly #parts: IncomingFileParts;
  readonly #count: number;
  readonly #patience: FilePatience;
  readonly #isPublic: boolean;
  #code = "unknown";
  #saidAt = 0;

  /**
   * A file that was just offered.
   *
   * @param parts What it needs.
   */
  constructor(parts: IncomingFileParts) {
    super(parts);
    this.#parts = parts;
    this.#count = chunkCount(parts.manifest.size);
    this.#isPublic = parts.manifest.to === "public";
    this.#patience = new FilePatience(this.#isPublic);
  }

  /** When something is due: Unix ms, infinity for never. */
  override get deadline(): number {
    if (this.stage === "offered" || this.stage === "queued") return this.expiresAt;
    return this.stage === "running" ? this.#patience.deadline : Infinity;
  }

  /** Time has passed. */
  override tick(now: number): void {
    if (now < this.deadline) return;
    if (this.stage !== "running") return this.fail("timeout", "it has not been taken for a day");
    switch (this.#patience.due(now)) {
      case "nothing":
        return;
      case "goOn":
        return this.#goOn();
      case "ask":
        return this.#ask("timeout", `nothing is heard from ${this.sender}`);
      case "noNews":
        return this.fail("timeout", `${this.sender} sends nothing new of it`);
      case "tooLong":
        return this.fail("timeout", `it was held up for too long: ${this.view.why ?? "no news"}`);
    }
  }

  /** The offer came, once or again; of what goes to everybody nobody need know where it stands here. */
  override offered(): void {
    if (!this.#isPublic) this.#sayWhereItStands();
  }

  /** A piece of it came. */
  override chunk({ payload, contentVerified }: VerifiedOf<"FILE_CHUNK">): void {
    const { index, pass = 0 } = payload;
    // Unsigned it is nobody's, and may neither help nor harm.
    if (this.stage !== "running" || !contentVerified) return;
    if (index >= this.#count) return this.fail("order", "more of it came than was promised");
    this.#patience.heard(this.#parts.clock.now());
    switch (this.pass.judge(pass, index, this.intake.taken)) {
      case "stale":
      case "known":
        return;
      case "next":
        return this.#take(payload);
      case "repeated":
        return this.fail("order", `${this.sender} sent a piece of it twice`);
      case "ahead":
        // What goes to everybody may be meant for those who are further.
        if (this.#isPublic) return;
        this.pass.leave(pass);
        break;
      case "gap":
        // A link between servers that broke and mended loses frames, and nobody is told.
        break;
    }
    this.#ask("order", `pieces of it are missing, and ${this.sender} does not send them`);
  }

  /** Whoever has the size needs nobody to say that this was all. */
  override ended(): void {}

  /** The sender has said something about it. */
  override heard(word: FileWord): void {
    if (word.say === "again") return this.#sayWhereItStands();
    if (word.say !== "cancel" || this.stage === "finishing" || this.over) return;
    const { state, why } = sendersReason(word.why, this.sender);
    this.#code = "cancelled";
    this.end(state, why, "");
  }

  /** A word to the sender did not get through. */
  override refused(detail: string): void {
    if (this.stage !== "running") return;
    const now = this.#parts.clock.now();
    const why = `${this.sender} cannot be reached`;
    this.#pause(detail === "" ? why : `${why}: ${detail}`, now + RETRY_MS);
  }

  /** There is a connection. */
  override connected(): void {
    if (this.stage === "running") this.#goOn();
  }

  /** There is none any more. */
  override disconnected(): void {
    if (this.stage === "running") this.#pause("the connection was lost");
  }

  /** The sender came or went. */
  override presence({ online }: Person): void {
    if (this.stage !== "running") return;
    if (online) this.#patience.askAt(this.#parts.clock.now() + SPEAK_FIRST_MS);
    else this.#pause(`${this.sender} is not online`);
  }

  /** It has a place: the sender may begin. */
  protected override landed(): void {
    this.#goOn();
    if (this.#count === 0) this.finish();
  }

  /** One more chunk is written. */
  protected override written(): void {
    const now = this.#parts.clock.now();
    const have = this.intake.written;
    this.#patience.news(now);
    if (have === this.#count) return this.finish();
    if (have % REPORT_CHUNKS !== 0 && now < this.#saidAt + REPORT_MS) return;
    this.#saidAt = now;
    this.#say({ say: "have", have });
  }

  /** It is over. */
  protected override tell(code: string): void {
    if (code === "") return;
    const wasAsked = this.view.takers.accepted > 0 || this.view.state === "rejected";
    this.#code = code;
    // Of an offer that was never answered the sender hears when it asks.
    if (wasAsked || this.view.state === "failed") this.#sayHowItEnded();
  }

  #take({ index, ciphertext, epoch }: VerifiedOf<"FILE_CHUNK">["payload"]): void {
    const { clock, opener } = this.#parts;
    if (this.intake.taken - this.intake.written >= 2 * WINDOW_CHUNKS) {
      // A run at the pace of others: the next one will be at this one's.
      if (this.#isPublic) return this.pass.leave();
      return this.fail("flood", `${this.sender} sends more at once than was agreed`);
    }
    const open = opener.chunk(this.manifest, index, ciphertext, epoch);
    if (open === "order") {
      return this.fail(open, "a piece of it has a length that was not promised");
    }
    if (open === "key") return this.fail(open, "the public channel's key for it has not come");
    this.#patience.news(clock.now());
    this.view.startedAt ??= clock.now();
    this.show("running", undefined);
    this.intake.add(ciphertext.length, open);
  }

  /** Asks the sender to go on if it can be reached; else waits until it can. */
  #goOn(): void {
    const { clock, post, roster } = this.#parts;
    if (!post.connected) return this.#pause("the connection was lost");
    if (roster.get(this.view.from)?.online !== true) {
      return this.#pause(`${this.sender} is not online`);
    }
    this.#saidAt = clock.now();
    this.#patience.goesOn(clock.now());
    this.pass.leave();
    this.#say({ say: "accept", have: this.intake.taken });
    this.show("running", undefined);
  }

  /** Asks for what is missing; not for ever. */
  #ask(code: string, why: string): void {
    if (this.#patience.asks()) this.#goOn();
    else this.fail(code, why);
  }

  #pause(why: string, askAt?: number): void {
    this.pass.leave();
    this.#patience.heldUp(this.#parts.clock.now(), askAt);
    this.show("paused", why);
  }

  #sayWhereItStands(): void {
    if (this.stage === "offered") this.#say({ say: "offered" });
    else if (this.stage === "running") this.#goOn();
    else if (this.over) this.#sayHowItEnded();
  }

  #sayHowItEnded(): void {
    if (this.view.state === "done") return this.#say({ say: "done" });
    const say = this.view.state === "rejected" ? "reject" : "failed";
    this.#say({ say, why: this.#code });
  }

  #say(word: Word): void {
    this.#parts.post.say(this.view.from, { file_id: this.manifest.fileId, ...word });
  }
}

type Without<T> = T extends unknown ? Omit<T, "file_id"> : never;
type Word = Without<FileWord>;
