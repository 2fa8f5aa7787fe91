/**
 * The way in (ARCHITECTURE: the asynchronous edge). Cheap checks first:
 *
 * size ▸ JSON ▸ known type ▸ allowed in this state ▸ payload schema ▸ bound members ▸ `from` ▸ time ▸
 * not seen ▸ not to be refused anyway ▸ signatures. What is left over is a {@linkcode Verified} message.
 *
 * A frame that comes before the key that verifies it waits, and is checked when that key is known.
 *
 * One frame of a link is finished before the next begins, so a link keeps its order; different links
 * are independent. Of the work that a link's frames cause only so much is under way at once, and a link
 * that is over its limits waits until it is within them again.
 *
 * @module
 */

import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import { rowOf } from "../protocol/catalog.ts";
import { type Message, type RawEnvelope, readEnvelope, readPayload } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { ArrivalTurns } from "./arrival_turns.ts";
import { checkMessage, checkState, type Here } from "./frame_checks.ts";
import { frameIdInput } from "./frame_id.ts";
import { exceeds, frameLimit, inboxLimit, MAX_INBOX, weightOf } from "./inbox_limits.ts";
import type { End, Session } from "./session.ts";
import { MAX_OVER_MS } from "./overload.ts";
import { checkSignatures, type KeyHolder } from "./signature_checks.ts";
import type { Throttle } from "./throttle.ts";
import { CLOSE } from "./transport.ts";
import type { Verifier } from "./verifications.ts";
import type { Refused, Verified } from "./verified.ts";
import { Workload } from "./workload.ts";

/** Text of one link that may wait for a key which is not known yet, in UTF-16 units. */
export const MAX_HELD = 512 * 1024;

/** Who owns the link, as the ingress sees it: answers at once, from the tables as they are now. */
export interface IngressHost extends KeyHolder {
  /** Which end of the link this is. */
  readonly end: End;
  /** What holds the link to its limits; undefined if it has none. */
  readonly throttle?: Throttle;
  /** The turns of those who arrive; undefined if all may come as they like. */
  readonly arrivals?: ArrivalTurns;
  /** Who arrives waits for a turn from now on, and is not silent. */
  arrives?(): void;
  /** Unix ms. */
  now(): number;
  /** Whether a frame came before what it needs: the key of its server, or the proof of its link. */
  isEarly(envelope: RawEnvelope): boolean;
  /** An early frame waits. */
  held(envelope: RawEnvelope): void;
  /** Whether this frame or content was verified before (§10, D27). */
  seen(message: Message, frameId: string, messageRef: string | undefined): boolean;
  /**
   * Refuses a message that would be refused whatever its signatures say: checking them costs far more.
   *
   * @throws {ProtocolError} If it would.
   */
  foresee?(message: Message): void;
  /** Takes a message that passed. */
  accept(message: Verified): void;
  /** A second copy of something; not verified again. */
  duplicate(message: Message, messageRef: string | undefined): void;
  /** A message broke the rules. */
  refuse(error: ProtocolError, refused: Refused): void;
}

/** How the checks of a link can end it. */
export interface IngressEnd {
  /** The link must end: too much, too big. */
  close(code: number, reason: string): void;
  /** We made a mistake: to be logged with its stack; the link ends. */
  fault(error: unknown): void;
}

interface Waiting {
  readonly text: string;
  /** Whether it counted against the limits when it came first. */
  readonly isCounted: boolean;
}

/** The checks of one link. */
export class Ingress {
  readonly #crypto: Verifier;
  /** The same, for as long as anything is checked here. */
  readonly #wanted: Verifier;
  readonly #host: IngressHost;
  readonly #exit: IngressEnd;
  readonly #inbox: Waiting[] = [];
  #held: RawEnvelope[] = [];
  #waiting = 0;
  #inboxLimit = MAX_INBOX;
  readonly #workload = new Workload();
  #busy = false;
  #leaving = false;
  #stopped = false;
  #finished: () => void = () => {};

  /**
   * The way in of a link that has heard nothing yet.
   *
   * @param crypto What verifies.
   * @param host Who owns the link.
   * @param exit What ends the link.
   */
  constructor(crypto: Verifier, host: IngressHost, exit: IngressEnd) {
    this.#crypto = crypto;
    this.#wanted = {
      sha256: (data) => crypto.sha256(data),
      verify: (key, signature, data) => crypto.verify(key, signature, data, () => !this.#stopped),
    };
    this.#host = host;
    this.#exit = exit;
  }

  /**
   * Takes one text message from the wire. Never throws.
   *
   * @param text The message.
   */
  receive(text: string): void {
    if (this.#stopped) return;
    this.#waiting += weightOf(text);
    if (this.#waiting > this.#inboxLimit) {
      return this.#end("frames come faster than they can be checked");
    }
    this.#inbox.push({ text, isCounted: false });
    if (this.#host.throttle?.isOver(this.#inbox.length) === true) {
      return this.#end(`for ${MAX_OVER_MS / 1000} s frames have come faster than is allowed`);
    }
    if (!this.#busy) void this.#drain();
  }

  /**
   * A frame of this link has caused work that goes on: while there is much of it no further frame is taken.
   *
   * @param work Settles when it is done.
   */
  causes(work: Promise<unknown>): void {
    this.#workload.add(work);
  }

  /** Something became known: the frames that waited for it are checked now, in their order. */
  reconsider(): void {
    const ready = this.#held.filter((envelope) => !this.#host.isEarly(envelope));
    if (ready.length === 0 || this.#stopped) return;
    this.#held = this.#held.filter((envelope) => !ready.includes(envelope));
    // Whatever came later from the same server waits in the inbox, or waited with these.
    this.#inbox.unshift(...ready.map(({ text }) => ({ text, isCounted: true })));
    for (const { text } of ready) this.#waiting += weightOf(text);
    if (!this.#busy) void this.#drain();
  }

  /** Takes nothing more, and forgets what waits. */
  stop(): void {
    this.#stopped = true;
    this.#inbox.length = 0;
    this.#held.length = 0;
    this.#waiting = 0;
    this.#workload.release();
    this.#host.throttle?.release();
  }

  /**
   * Nothing more comes. What came before the end is still checked: it may be the peer's reason for it. It is
   * checked at once, so that nobody who has left is there for others; what the limits would have held up for
   * long is forgotten.
   *
   * @param done Called when nothing is left to check; at once if nothing waits.
   */
  finish(done: () => void): void {
    if (!this.#busy) return done();
    this.#finished = done;
    this.#leaving = true;
    this.#host.throttle?.release();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    try {
      for (let next = this.#inbox[0]; next !== undefined; next = this.#inbox[0]) {
        const room = this.#workload.room() ?? this.#allowance(next);
        if (room !== undefined) {
          await room;
          continue;
        }
        // Undefined if the wait was given up, and all that waits with it.
        if (this.#inbox.shift() === undefined) break;
        this.#waiting -= weightOf(next.text);
        await this.#take(next);
      }
      this.#host.throttle?.caughtUp();
    } catch (error) {
      this.stop();
      this.#exit.fault(error);
    } finally {
      this.#busy = false;
      this.#finished();
    }
  }

  /** What the next frame must wait for because of the limits. */
  #allowance({ isCounted }: Waiting): Promise<void> | undefined {
    const { throttle } = this.#host;
    const delay = isCounted ? 0 : throttle?.delay(this.#host.session().phase) ?? 0;
    if (throttle === undefined || delay <= 0) return undefined;
    if (this.#leaving) {
      if (delay > MAX_OVER_MS) this.stop();
      return undefined;
    }
    return throttle.wait(delay, this.#inbox.length);
  }

  #end(reason: string): void {
    this.stop();
    this.#exit.close(CLOSE.policy, reason);
  }

  async #take({ text, isCounted }: Waiting): Promise<void> {
    const session = this.#host.session();
    this.#inboxLimit = inboxLimit(session);
    const limit = frameLimit(session);
    if (exceeds(text, limit)) {
      this.stop();
      this.#exit.close(CLOSE.tooBig, `a frame may have ${limit} bytes here`);
      return;
    }
    let envelope: RawEnvelope | undefined;
    let messageRef: string | undefined;
    try {
      envelope = this.#read(text, isCounted);
      if (this.#host.isEarly(envelope)) return this.#hold(envelope);
      checkState(envelope, this.#here());
      messageRef = await this.#messageRef(envelope);
      const message = readPayload(envelope);
      checkMessage(message, this.#here());
      await this.#judge(message, messageRef);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (this.#stopped) return;
      this.#host.throttle?.refused(session.phase, envelope?.type);
      this.#host.refuse(error, { envelope, messageRef });
    }
  }

  async #judge(message: Message, messageRef: string | undefined): Promise<void> {
    const frameId = await this.#digest(frameIdInput(message));
    if (this.#stopped) return;
    const { once } = rowOf(message.type);
    // A copy that is being checked for another link makes this one the second.
    const done = once ? await this.#crypto.alone?.(messageRef ?? frameId) : undefined;
    try {
      if (this.#stopped) return;
      if (once && this.#host.seen(message, frameId, messageRef)) {
        this.#host.duplicate(message, messageRef);
        return;
      }
      this.#host.foresee?.(message);
      const accept = async () => {
        const findings = await checkSignatures(message, this.#wanted, this.#host);
        if (this.#stopped) return;
        // The one place where the mark is given: every check of the row has passed.
        this.#host.accept({ ...message, ...findings, frameId, messageRef } as Verified);
      };
      const turns = arrives(message, this.#host.session()) ? this.#host.arrivals : undefined;
      await (turns === undefined ? accept() : this.#arrive(turns, accept));
    } finally {
      done?.();
    }
  }

  /** Who has left while waiting for a turn was never there. */
  #arrive(turns: ArrivalTurns, accept: () => Promise<void>): Promise<void> {
    this.#host.arrives?.();
    return turns.arrive(async () => {
      if (this.#leaving) this.stop();
      if (!this.#stopped) await accept();
    }, () => this.#workload.present());
  }

  /** Reads a frame, and counts it: what cannot be read costs as much as any other. */
  #read(text: string, isCounted: boolean): RawEnvelope {
    const { phase } = this.#host.session();
    let envelope: RawEnvelope | undefined;
    try {
      return envelope = readEnvelope(text);
    } finally {
      if (!isCounted) this.#host.throttle?.charge(phase, envelope?.type, text.length);
    }
  }

  #hold(envelope: RawEnvelope): void {
    const held = this.#held.reduce((sum, { text }) => sum + text.length, envelope.text.length);
    if (held > MAX_HELD) {
      const { spelledType, from } = envelope;
      const detail = `${spelledType}: too much waits for the key of ${from} already`;
      throw new ProtocolError("INVALID_SIG", detail);
    }
    this.#held.push(envelope);
    this.#host.held(envelope);
  }

  #here(): Here {
    return { end: this.#host.end, session: this.#host.session(), now: this.#host.now() };
  }

  /** Hashes the raw bytes, so that no second spelling of a signature makes a second message (D21, D27). */
  async #messageRef({ rawPayload }: RawEnvelope): Promise<string | undefined> {
    const spelled = rawPayload["content_sig"];
    const bytes = typeof spelled === "string" ? decodeBase64url(spelled) : undefined;
    return bytes === undefined ? undefined : await this.#digest(bytes);
  }

  async #digest(bytes: Uint8Array): Promise<string> {
    return encodeBase64url(await this.#crypto.sha256(bytes));
  }
}

/** Whether a message may let a user in, so that everybody is told of it (D18, D19); of a proof of who is in, nobody is. */
function arrives({ type }: Message, { phase }: Session): boolean {
  return type === "USER_HELLO" || (type === "USER_PROOF" && phase === "proving");
}
