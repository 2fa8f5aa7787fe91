/**
 * What a server does with what one of its links brings: asks its core, and tells it.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import type { ArrivalTurns } from "../link/arrival_turns.ts";
import type { LinkHost } from "../link/link.ts";
import type { LinkLimits } from "../link/link_limits.ts";
import { MAX_IN_TRANSPORT, MAX_SERVER_OUTBOX, MAX_USER_OUTBOX } from "../link/outbox.ts";
import type { Session } from "../link/session.ts";
import { Throttle } from "../link/throttle.ts";
import type { Refused, Signer, Verified } from "../link/verified.ts";
import type { Message, RawEnvelope } from "../protocol/envelope.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Effect, LinkId } from "./effects.ts";
import { foresee } from "./foresight.ts";
import type { ServerNode } from "./node.ts";

/** What the owners of a server's links have in common. */
export interface LinkOwnerParts {
  /** The core. */
  readonly node: ServerNode;
  /** The time that the core is told. */
  readonly clock: Clock;
  /** How much is taken from one link. */
  readonly limits: LinkLimits;
  /** The turns of those who come and go. */
  readonly arrivals: ArrivalTurns;
  /**
   * Tells the core something, and does what it says.
   *
   * @param event What to tell it.
   * @param cause The link whose frame it is about.
   * @returns The signatures that this takes.
   */
  tell(event: (now: number) => Effect[], cause?: LinkId): Promise<unknown>[];
  /** The link is gone. */
  forget(id: LinkId): void;
  /** Our own mistake. */
  fault(error: unknown): void;
}

/** The owner of one link. There may be thousands, so that it is a class and not a bunch of functions for each. */
export class LinkOwner implements LinkHost {
  /** This end of the link. */
  readonly end = "server";
  /** What holds the link to its limits. */
  readonly throttle: Throttle;
  /** The turns of those who arrive. */
  readonly arrivals: ArrivalTurns;
  readonly #id: LinkId;
  readonly #parts: LinkOwnerParts;

  /**
   * Owns a link that the core knows.
   *
   * @param id The link.
   * @param parts What all have in common.
   */
  constructor(id: LinkId, parts: LinkOwnerParts) {
    this.#id = id;
    this.#parts = parts;
    this.throttle = new Throttle(parts.limits, parts.clock);
    this.arrivals = parts.arrivals;
  }

  arrives(): void {
    this.#parts.node.arrives(this.#id);
  }

  session(): Session {
    return this.#parts.node.state.links.get(this.#id)?.session ?? { phase: "closed" };
  }

  now(): number {
    return this.#parts.clock.now();
  }

  isEarly(envelope: RawEnvelope): boolean {
    return this.#parts.node.isEarly(this.#id, envelope);
  }

  held(envelope: RawEnvelope): void {
    this.#tell((node, id, now) => node.held(id, envelope, now));
  }

  signerOf(message: Message): Signer {
    return this.#parts.node.signerOf(this.#id, message);
  }

  contentKeyOf(message: Message): PublicKey | undefined {
    return this.#parts.node.contentKeyOf(this.#id, message);
  }

  seen(message: Message, frameId: string, messageRef: string | undefined): boolean {
    return this.#parts.node.seen(message, frameId, messageRef, this.now());
  }

  foresee(message: Message): void {
    foresee(this.#parts.node.state, this.#id, message);
  }

  accept(message: Verified): void {
    this.#tell((node, id, now) => node.received(id, message, now));
  }

  duplicate(message: Message, messageRef: string | undefined): void {
    this.#tell((node, id, now) => node.duplicate(id, message, messageRef, now));
  }

  refuse(error: ProtocolError, refused: Refused): void {
    this.#tell((node, id, now) => node.refused(id, error, refused, now));
  }

  /** Whoever comes is told of everybody at once (D18, §8.1): that is no sign of a slow reader. */
  outboxLimit(): number {
    const { users } = this.#parts.node.state;
    const own = this.session().phase === "server" ? MAX_SERVER_OUTBOX : MAX_USER_OUTBOX;
    return users.advertBytes + MAX_IN_TRANSPORT + own;
  }

  fault(error: unknown): void {
    this.#parts.fault(error);
  }

  closed(code: number, reason: string): void {
    const { node, arrivals, tell, forget } = this.#parts;
    forget(this.#id);
    const why = reason === "" ? `code ${code}` : reason;
    arrivals.left(tell((now) => node.closed(this.#id, why, now)));
  }

  #tell(event: (node: ServerNode, id: LinkId, now: number) => Effect[]): void {
    const { node, tell } = this.#parts;
    tell((now) => event(node, this.#id, now), this.#id);
  }
}
