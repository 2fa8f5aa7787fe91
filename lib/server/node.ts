/**
 * One server, without sockets, clock or chance: it is told what happened, and says what is to be done.
 *
 * @module
 */

import { CLOSE } from "../link/transport.ts";
import type { Refused, Signer, Verified } from "../link/verified.ts";
import { addressText } from "../mesh/address.ts";
import type { DialTarget } from "../mesh/planner.ts";
import { rowOf } from "../protocol/catalog.ts";
import type { Message, RawEnvelope } from "../protocol/envelope.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type Id, toId } from "../protocol/ids.ts";
import { FIRST_FRAME_MS } from "../protocol/limits.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { dispatch } from "./dispatch.ts";
import { held, isEarly } from "./early.ts";
import { close, type Effect, type LinkId, send } from "./effects.ts";
import { removeLocal } from "./gossip.ts";
import {
  confirmPresence,
  introductionOn,
  isSecond,
  meetServer,
  tellLinked,
  unlinkServer,
} from "./mesh_link.ts";
import { acknowledge, deliverWaiting, isAcknowledged } from "./passage.ts";
import { keep, learn } from "./pinning.ts";
import { heardOf, spokeFirst } from "./reachability.ts";
import { contentKeyOf, signerOf } from "./signers.ts";
import { type ServerOptions, ServerState } from "./state.ts";
import type { LinkEntry } from "./tables/links.ts";
import { nextDeadline, tick } from "./timers.ts";

/** How long an introducer may take to welcome, in ms. */
const WELCOME_MS = 10_000;

/** The synchronous core of a server. */
export class ServerNode {
  readonly #state: ServerState;

  /**
   * A server that has met nobody yet and remembers what it is told.
   *
   * @param options What the server is told at its start.
   */
  constructor(options: ServerOptions) {
    this.#state = new ServerState(options);
  }

  /** Its tables: to be looked at, not to be changed. */
  get state(): ServerState {
    return this.#state;
  }

  /**
   * Somebody connected: nothing is said before the first frame says who it is (§6).
   *
   * @param id The name of the new link.
   * @param remote The other end's address, for logs.
   * @param now Unix ms.
   */
  accepted(id: LinkId, remote: string, now: number): Effect[] {
    const link = this.#newLink(id, remote, undefined, now);
    link.deadline = now + FIRST_FRAME_MS;
    this.#state.log("debug", "connected", { ...this.#state.about(link) });
    return [];
  }

  /**
   * A dial has led to an open connection: this server speaks first (§8.1).
   *
   * @param id The name of the new link.
   * @param target What was dialled.
   * @param now Unix ms.
   */
  dialled(id: LinkId, target: DialTarget, now: number): Effect[] {
    const state = this.#state;
    const link = this.#newLink(id, addressText(target.address), target, now);
    state.links.advance(link, { kind: "opened" });
    link.deadline = now + WELCOME_MS;
    if (target.kind === "introducer") {
      const to = addressText(target.address);
      const ts = state.stamp(now);
      return send([id], state.author("SERVER_HELLO_JOIN", to, state.introduction, ts));
    }
    const { serverId } = target;
    state.planner.reached(target, serverId, now, state.entropy.unit());
    if (isSecond(state, link, serverId, undefined)) {
      return [close(id, CLOSE.normal, "another link to this server stands")];
    }
    return this.#andWaiting(now, [
      ...send([id], introductionOn(state, link, serverId, now)),
      ...meetServer(state, link, serverId, undefined, now),
    ]);
  }

  /**
   * A dial has failed.
   *
   * @param target What was dialled.
   * @param reason Why, for the log.
   * @param now Unix ms.
   */
  dialFailed(target: DialTarget, reason: string, now: number): Effect[] {
    this.#targetFailed(target, reason, now);
    return [];
  }

  /**
   * A message came that passed every check of the catalog.
   *
   * @param id The link it came by.
   * @param message The message.
   * @param now Unix ms.
   */
  received(id: LinkId, message: Verified, now: number): Effect[] {
    const state = this.#state;
    const link = state.links.get(id);
    if (link === undefined) return [];
    link.lastHeard = now;
    if (rowOf(message.type).once) {
      // Asked once more: while this copy was verified, another may have come by another link.
      const { frameId, messageRef } = message;
      if (this.seen(message, frameId, messageRef, now)) {
        return this.duplicate(id, message, messageRef, now);
      }
      state.seen.add(message.frameId, now);
      if (message.contentVerified && message.messageRef !== undefined) {
        state.seen.add(message.messageRef, now);
      }
    }
    const { author, introduces } = rowOf(message.type);
    const byServer = author !== "user" && message.signedBy !== undefined;
    if (link.session.phase === "server" && byServer) {
      const { peer } = link.session;
      const isPeer = toId(message.from) === peer;
      if (isPeer && link.spokeAt === undefined) {
        const effects = this.#dispatched(link, message, now);
        // What it said may have been refused: then it was somebody else who spoke.
        if (message.signedBy !== state.servers.get(peer)?.key) return effects;
        spokeFirst(state, link, peer, message.ts, now);
        if (link.target?.kind === "server") tellLinked(state, link);
        return this.#andWaiting(now, [...keep(state, peer), ...effects]);
      }
      // Where a server is that introduces itself, its handler sees.
      if (introduces !== true) heardOf(state, link, toId(message.from), now);
    }
    return this.#andWaiting(now, this.#dispatched(link, message, now));
  }

  /**
   * A second copy came. Who sends a message again did not hear that it was taken, so it is said again;
   * of gossip second copies are normal.
   *
   * @param id The link it came by.
   * @param message The copy, not verified.
   * @param messageRef The name of its content (D21).
   * @param now Unix ms.
   */
  duplicate(
    id: LinkId,
    message: Message,
    messageRef: string | undefined,
    now: number,
  ): Effect[] {
    const state = this.#state;
    const link = state.links.get(id);
    if (link === undefined) return [];
    link.lastHeard = now;
    state.log("debug", "dropped a second copy", { ...state.about(link), type: message.type });
    if (message.type === "USER_ADVERTISE") confirmPresence(state, link, message, now);
    if (!isAcknowledged(message) || messageRef === undefined) return [];
    // Nobody has taken what is still on its way.
    if (state.deliveries.has(messageRef) || state.waiting.has(messageRef)) return [];
    return acknowledge(state, link, messageRef, now);
  }

  /**
   * A message broke the rules. Whoever sent it is told why; whoever has not even introduced himself
   * properly is sent away. An error is never answered with an error.
   *
   * @param id The link it came by.
   * @param error What was wrong.
   * @param refused What could be read of it.
   * @param now Unix ms.
   */
  refused(id: LinkId, error: ProtocolError, refused: Refused, now: number): Effect[] {
    const state = this.#state;
    const link = state.links.get(id);
    if (link === undefined) return [];
    const { code, detail } = error;
    const type = refused.envelope?.type;
    state.log("warn", "refused a frame", { ...state.about(link), type, code, detail });
    link.lastError = `refused ${code}: ${detail}`;
    const { session } = link;
    const peer = "peer" in session ? session.peer : undefined;
    if (type === "SERVER_WELCOME" && code === "INVALID_SIG" && link.target !== undefined) {
      const where = addressText(link.target.address);
      state.log(
        "warn",
        `bootstrap: ${where} does not have the key that is pinned for it: ask its operator; ` +
          "a new key belongs into the bootstrap file",
      );
    }
    const answered = type !== "ERROR" && type !== "ACK";
    const effects = answered
      ? state.refusal([id], peer ?? "*", error, now, refused.messageRef)
      : [];
    if (session.phase === "user" || session.phase === "server") return effects;
    link.dialBack = undefined;
    return [...effects, close(id, CLOSE.policy, `${code}: ${detail}`)];
  }

  /**
   * A link has ended.
   *
   * @param id The link.
   * @param reason Why, for the log.
   * @param now Unix ms.
   */
  closed(id: LinkId, reason: string, now: number): Effect[] {
    const state = this.#state;
    const link = state.links.get(id);
    if (link === undefined) return [];
    state.log("debug", "disconnected", { ...state.about(link), reason });
    const unanswered = link.target !== undefined && link.session.phase === "helloSent";
    const wasJoining = link.session.phase === "joining" && !link.session.announced;
    const { user, server } = state.links.remove(link);
    state.roundLinks.delete(id);
    if (unanswered && link.target !== undefined) this.#targetFailed(link.target, reason, now);
    if (server !== undefined) unlinkServer(state, link, server, now);
    if (wasJoining && link.dialBack !== undefined) {
      const { introduction, fingerprint } = link.dialBack;
      return learn(state, introduction, fingerprint);
    }
    if (user === undefined) return [];
    state.log("info", "a user has left", { link: id, peer: user });
    return removeLocal(state, user, now);
  }

  /**
   * Time has passed.
   *
   * @param now Unix ms.
   */
  tick(now: number): Effect[] {
    return tick(this.#state, now);
  }

  /**
   * When {@linkcode tick} has something to do at the earliest.
   *
   * @returns Unix ms; infinity for never.
   */
  nextDeadline(): number {
    return nextDeadline(this.#state);
  }

  /**
   * Says goodbye: the users of this server are gone, the links close with 1001.
   *
   * @param now Unix ms.
   */
  shutdown(now: number): Effect[] {
    const state = this.#state;
    state.stopping = true;
    const effects: Effect[] = [];
    for (const { id } of [...state.users.local()]) {
      const payload = { user_id: id, server_id: state.id };
      const frame = state.author("USER_REMOVE", "*", payload, state.stamp(now));
      effects.push(...send(state.links.servers(), frame));
    }
    const links = [...state.links.all()].map(({ id }) => id);
    effects.push(...send(links, state.author("CTRL_CLOSE", "*", {}, state.stamp(now))));
    for (const id of links) effects.push(close(id, CLOSE.goingAway, "the server is shutting down"));
    return effects;
  }

  /** Who must have signed a message that came by this link. */
  signerOf(id: LinkId, message: Message): Signer {
    const link = this.#state.links.get(id);
    if (link === undefined) return { kind: "unknown", reason: "the link has ended" };
    return signerOf(this.#state, link, message);
  }

  /** The key known for the user who wrote the content of a message that came by this link. */
  contentKeyOf(id: LinkId, message: Message): PublicKey | undefined {
    const link = this.#state.links.get(id);
    return link === undefined ? undefined : contentKeyOf(this.#state, link, message);
  }

  /** Whether a frame or its content was verified before, or is this server's own come back. */
  seen(message: Message, frameId: string, messageRef: string | undefined, now: number): boolean {
    const { seen, id } = this.#state;
    return seen.has(frameId, now) || (messageRef !== undefined && seen.has(messageRef, now)) ||
      (rowOf(message.type).from === "origin" && ownId(message, id));
  }

  /** Whether a frame came before what it needs, and waits (D12, §8.1). */
  isEarly(id: LinkId, envelope: RawEnvelope): boolean {
    const link = this.#state.links.get(id);
    return link !== undefined && isEarly(this.#state, link, envelope);
  }

  /**
   * Who has said hello, or proven a key, waits for a turn: that is not silence.
   *
   * @param id The link.
   */
  arrives(id: LinkId): void {
    const link = this.#state.links.get(id);
    if (link === undefined) return;
    const { phase } = link.session;
    if (phase === "opening" || phase === "proving") link.deadline = Infinity;
  }

  /** A frame waits. */
  held(id: LinkId, envelope: RawEnvelope, now: number): Effect[] {
    const link = this.#state.links.get(id);
    if (link === undefined) return [];
    link.lastHeard = now;
    return held(this.#state, link, envelope, now);
  }

  #dispatched(link: LinkEntry, message: Verified, now: number): Effect[] {
    try {
      return dispatch(this.#state, link, message, now);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const refused = { envelope: message, messageRef: message.messageRef };
      return this.refused(link.id, error, refused, now);
    }
  }

  /** What waits for users who can be reached again goes out behind what made them so. */
  #andWaiting(now: number, effects: Effect[]): Effect[] {
    const state = this.#state;
    if (state.reachable.size === 0) return effects;
    const servers = new Set(state.reachable);
    state.reachable.clear();
    const waiting = deliverWaiting(state, now, (id) => {
      const user = state.users.get(id);
      return user?.at === "remote" && servers.has(user.server);
    });
    return [...effects, ...waiting];
  }

  #newLink(
    id: LinkId,
    remote: string,
    target: DialTarget | undefined,
    now: number,
  ): LinkEntry {
    const link: LinkEntry = {
      id,
      remote,
      nonce: this.#state.entropy.nonce(),
      target,
      openedAt: now,
      session: { phase: target === undefined ? "opening" : "dialling" },
      introduced: undefined,
      dialBack: undefined,
      deadline: Infinity,
      lastHeard: now,
      nextHeartbeat: Infinity,
      proven: false,
      hasProved: false,
      introductions: 0,
      turn: 0,
      linkedAt: now,
      gossips: false,
      spokeAt: undefined,
      introducedAt: undefined,
      lastError: undefined,
    };
    this.#state.links.add(link);
    return link;
  }

  /** One calm line for each target, not one a minute. */
  #targetFailed(target: DialTarget, reason: string, now: number): void {
    const state = this.#state;
    const failures = state.planner.failed(target, now, state.entropy.unit());
    if (failures === undefined) return;
    const where = addressText(target.address);
    const what = target.kind === "introducer" ? "bootstrap: " : "";
    const level = failures === 1 ? "warn" : "debug";
    state.log(level, `${what}cannot reach ${where} (${reason}), will try again`);
  }
}

function ownId({ from }: Pick<Message, "from">, id: Id): boolean {
  return toId(from) === id;
}
