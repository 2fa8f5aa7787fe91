/**
 * The asynchronous edge of a server: it owns the links, the only timer and the store, tells the core
 * what happened, and carries out what the core wants done.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { FairLanes } from "../base/fair_lanes.ts";
import type { Log } from "../base/log.ts";
import type { CryptoPort, PrivateKey } from "../crypto/port.ts";
import { ArrivalTurns } from "../link/arrival_turns.ts";
import { FrameSealer } from "../link/frame_sealer.ts";
import { Link } from "../link/link.ts";
import { DEFAULT_LIMITS, type LinkLimits } from "../link/link_limits.ts";
import { CLOSE, type Dial, type Transport } from "../link/transport.ts";
import { Verifications } from "../link/verifications.ts";
import { addressText } from "../mesh/address.ts";
import type { DialTarget } from "../mesh/planner.ts";
import { LinkError } from "../protocol/errors.ts";
import type { Fact, Store } from "../store/port.ts";
import type { Effect, LinkId } from "./effects.ts";
import { LinkOwner, type LinkOwnerParts } from "./link_owner.ts";
import type { ServerNode } from "./node.ts";
import { type ServerStatus, statusOf } from "./status.ts";

/** How long a shutdown may take to say goodbye, in ms. */
export const GOODBYE_MS = 5_000;

/** Signatures that are made at once, and as many checked, where nobody says how many processors there are. */
const USUAL_LANES = 4;

/** What a runtime is made of. */
export interface RuntimeParts {
  /** The core, which decides everything. */
  readonly node: ServerNode;
  /** What signs and verifies. */
  readonly crypto: CryptoPort;
  /** The key behind every `sig` of this server (§12). */
  readonly privateKey: PrivateKey;
  /** Where facts are kept before anybody is told of them. */
  readonly store: Store;
  /** Opens connections to other servers (§8.1). */
  readonly dial: Dial;
  /** The time that the core is told, and its one alarm. */
  readonly clock: Clock;
  /** What the operator may want to know. */
  readonly log: Log;
  /** How much is taken from one link; as usual by default. */
  readonly limits?: LinkLimits;
  /** Signatures that are made at once, and as many checked; 4 by default. */
  readonly lanes?: number;
}

/** Runs one server. */
export class ServerRuntime {
  readonly #parts: RuntimeParts;
  readonly #sealer: FrameSealer;
  readonly #signing: FairLanes<LinkId | undefined>;
  readonly #verifications: Verifications<LinkId>;
  readonly #owners: LinkOwnerParts;
  readonly #links = new Map<LinkId, Link>();
  #lastLink = 0;
  #cancelAlarm: () => void = () => {};
  #alarmAt = Infinity;
  #stopping = false;
  #knowledge = 0;

  /**
   * A runtime at rest; {@linkcode start} sets it going.
   *
   * @param parts What it is made of.
   */
  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    const { crypto, privateKey, lanes = USUAL_LANES } = parts;
    this.#sealer = new FrameSealer(crypto, privateKey);
    this.#signing = new FairLanes(lanes);
    this.#verifications = new Verifications(crypto, lanes);
    const { node, clock, limits = DEFAULT_LIMITS } = parts;
    this.#owners = {
      node,
      clock,
      limits,
      arrivals: new ArrivalTurns(lanes),
      tell: (event, cause) => this.#tell(event, cause),
      forget: (id) => void this.#links.delete(id),
      fault: (error) => this.#fault(error),
    };
  }

  /** Begins to keep time: dials introducers, sends heartbeats. */
  start(): void {
    this.#guard(() => this.#tell((now) => this.#parts.node.tick(now)));
  }

  /**
   * Takes a connection that somebody opened to this server.
   *
   * @param transport It, open.
   */
  accept(transport: Transport): void {
    if (this.#stopping) return transport.close(CLOSE.goingAway, "the server is shutting down");
    const id = this.#newId();
    this.#guard(() => {
      this.#attach(id, transport, (now) => this.#parts.node.accepted(id, transport.remote, now));
    });
  }

  /**
   * Says goodbye on every link and stops.
   *
   * @returns Resolves when every farewell has arrived, after 5 s at the latest.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    const links = [...this.#links.values()];
    this.#guard(() => this.#tell((now) => this.#parts.node.shutdown(now)));
    this.#cancelAlarm();
    const { clock } = this.#parts;
    await new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + GOODBYE_MS, resolve);
      void Promise.all(links.map((link) => link.gone())).then(() => {
        cancel();
        resolve();
      });
    });
    for (const link of this.#links.values()) {
      link.close(CLOSE.goingAway, "the server is shutting down");
    }
  }

  /** What this server tells its operator about itself now. */
  status(): ServerStatus {
    const silent = { framesIn: 0, framesOut: 0, queuedBytes: 0 };
    const trafficOf = (id: LinkId) => this.#links.get(id)?.traffic ?? silent;
    return statusOf(this.#parts.node.state, trafficOf, this.#now());
  }

  /**
   * Tells the core something, and does what it says. Whatever is thrown here is our own mistake.
   *
   * @param event What to tell it.
   * @param cause The link whose frame it is about.
   * @returns The signatures that this takes.
   */
  #tell(event: (now: number) => Effect[], cause?: LinkId): Promise<unknown>[] {
    let signatures: Promise<unknown>[];
    try {
      signatures = this.#perform(event(this.#now()), cause);
      if (cause !== undefined && signatures.length > 0) {
        this.#links.get(cause)?.causes(Promise.all(signatures));
      }
    } finally {
      this.#rearm();
    }
    this.#reconsider();
    return signatures;
  }

  /** What waited for something that has become known is looked at again. */
  #reconsider(): void {
    const { knowledge } = this.#parts.node.state;
    if (knowledge === this.#knowledge) return;
    this.#knowledge = knowledge;
    for (const link of this.#links.values()) link.reconsider();
  }

  /** Where nobody is above who could end a link for it, a mistake ends nothing (THREATS 12). */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fault(error);
    }
  }

  /**
   * Facts first: nobody is told of what could still be forgotten (THREATS 28).
   *
   * @param effects What is to be done.
   * @param cause The link in whose turn it is signed; undefined if it is this server's own wish.
   * @returns The signatures that this takes.
   */
  #perform(effects: readonly Effect[], cause: LinkId | undefined): Promise<unknown>[] {
    const signatures: Promise<unknown>[] = [];
    // One thing after the other, though they are signed at once: a message leaves before its ACK (D21).
    let before: Promise<unknown> = Promise.resolve();
    const facts: Fact[] = [];
    for (const effect of effects) {
      if (effect.kind === "persist") facts.push(effect.fact);
    }
    if (facts.length > 0) this.#parts.store.apply(facts);
    for (const effect of effects) {
      switch (effect.kind) {
        case "send": {
          // Nothing is signed that nobody hears.
          const links = effect.links.flatMap((id) => this.#links.get(id) ?? []);
          if (!links.some(({ hears }) => hears)) break;
          const sealed = this.#sealer.seal(
            effect.frame,
            (sign) => this.#signing.run(cause, sign),
          );
          // What has been signed before is no news that could run ahead of other news.
          if (typeof sealed === "string") {
            for (const link of links) link.send(sealed);
            break;
          }
          sealed.catch(() => {}); // told of where it is waited for
          const text = before.then(() => sealed);
          before = text.catch(() => {});
          // Whoever it was for may be gone by then, and nobody else would hear that it failed.
          text.catch((error) => this.#fault(error));
          signatures.push(text);
          for (const link of links) link.send(text);
          break;
        }
        case "forward":
          for (const id of effect.links) this.#links.get(id)?.send(effect.text);
          break;
        case "close":
          void this.#links.get(effect.link)?.closeWhenFlushed(effect.code, effect.reason);
          break;
        case "dial":
          void this.#dial(effect.target);
          break;
        case "persist":
          break;
      }
    }
    return signatures;
  }

  async #dial(target: DialTarget): Promise<void> {
    const { node, dial } = this.#parts;
    let transport: Transport;
    try {
      transport = await dial(`ws://${addressText(target.address)}`);
    } catch (error) {
      if (!(error instanceof LinkError)) this.#fault(error);
      const reason = error instanceof LinkError ? error.message : "internal error";
      return this.#guard(() => this.#tell((now) => node.dialFailed(target, reason, now)));
    }
    if (this.#stopping) return transport.close(CLOSE.goingAway, "the server is shutting down");
    const id = this.#newId();
    this.#guard(() => this.#attach(id, transport, (now) => node.dialled(id, target, now)));
  }

  /** The core hears of a link before the link hears anything, and speaks on it once it is there. */
  #attach(id: LinkId, transport: Transport, opened: (now: number) => Effect[]): void {
    this.#tell((now) => {
      const effects = opened(now);
      const verifier = this.#verifications.of(id);
      this.#links.set(id, new Link(transport, verifier, new LinkOwner(id, this.#owners)));
      return effects;
    });
  }

  #newId(): LinkId {
    return ++this.#lastLink as LinkId;
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  #rearm(): void {
    const next = this.#stopping ? Infinity : this.#parts.node.nextDeadline();
    if (next === this.#alarmAt) return;
    this.#cancelAlarm();
    this.#alarmAt = next;
    this.#cancelAlarm = next === Infinity ? () => {} : this.#parts.clock.at(next, () => {
      this.#alarmAt = Infinity;
      this.#guard(() => this.#tell((now) => this.#parts.node.tick(now)));
    });
  }

  /** Our own mistake: with its stack into the log, never to a peer. */
  #fault(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#parts.log("error", "internal error: please report this", { stack });
  }
}
