/**
 * The state of a server with a few links, for tests of what reads and writes it.
 *
 * @module
 */

import { parsePublicKey, type PublicKey } from "../../../lib/crypto/public_key.ts";
import type { SessionEvent } from "../../../lib/link/session.ts";
import type { Verified, VerifiedOf } from "../../../lib/link/verified.ts";
import { parseDialDeny } from "../../../lib/mesh/dial_policy.ts";
import type { Introducer } from "../../../lib/mesh/introducer.ts";
import type { DialTarget } from "../../../lib/mesh/planner.ts";
import type { MessageType } from "../../../lib/protocol/catalog.ts";
import { type Message, readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import { type Id, toId } from "../../../lib/protocol/ids.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";
import type { LinkId } from "../../../lib/server/effects.ts";
import { advertOf } from "../../../lib/server/gossip.ts";
import { ServerNode } from "../../../lib/server/node.ts";
import type { ServerOptions, ServerState } from "../../../lib/server/state.ts";
import type { LinkEntry } from "../../../lib/server/tables/links.ts";
import { MemoryStore } from "../../../lib/store/memory.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { exampleText, HERE, NOW } from "../protocol/examples.ts";

/** Ids of another server, and of another user. */
export const ELSEWHERE = "e0000000-0000-4000-8000-000000000005";
export const CAROL = "f0000000-0000-4000-8000-000000000006";

/**
 * One of the test keys.
 *
 * @param index From 0 to 7.
 */
export function keyOf(index: number): PublicKey {
  return parsePublicKey(keys.keys[index]?.publicKey ?? "");
}

/** A server's state and the means to fill it. */
export class SmallServer {
  /** The core as the runtime uses it; what tests look at is its state. */
  readonly node: ServerNode;
  readonly state: ServerState;
  #lastLink = 0;

  /**
   * @param introducers Its bootstrap list.
   * @param others What else it is told at its start.
   */
  constructor(introducers: readonly Introducer[] = [], others: Partial<ServerOptions> = {}) {
    this.node = new ServerNode({
      serverId: toId(HERE),
      key: keyOf(0),
      address: { host: "127.0.0.1", port: 8765 },
      bound: { host: "127.0.0.1", port: 8765 },
      introducers,
      admission: { kind: "open" },
      requireProof: false,
      dialDeny: parseDialDeny("none"),
      remembered: new MemoryStore().load(),
      entropy: { unit: () => 0.5, nonce: () => "QQ", id: () => toId(HERE) },
      log: () => {},
      ...others,
    });
    this.state = this.node.state;
  }

  /**
   * A new connection.
   *
   * @param target Whom we dialled, if we did.
   * @param events What has happened on it.
   */
  link(target: DialTarget | undefined, ...events: SessionEvent[]): LinkEntry {
    return this.#link(target, NOW, events);
  }

  #link(
    target: DialTarget | undefined,
    openedAt: number,
    events: readonly SessionEvent[],
  ): LinkEntry {
    const link: LinkEntry = {
      id: ++this.#lastLink as LinkId,
      remote: "test",
      nonce: "QQ",
      target,
      session: { phase: target === undefined ? "opening" : "dialling" },
      introduced: undefined,
      dialBack: undefined,
      deadline: Infinity,
      openedAt,
      lastHeard: NOW,
      nextHeartbeat: Infinity,
      proven: false,
      hasProved: false,
      introductions: 0,
      turn: 0,
      linkedAt: openedAt,
      gossips: false,
      spokeAt: undefined,
      introducedAt: undefined,
      lastError: undefined,
    };
    this.state.links.add(link);
    for (const event of events) this.state.links.advance(link, event);
    return link;
  }

  /** A pinned server with a link, made at `openedAt` in Unix ms. */
  server(id: string, key: PublicKey, openedAt = NOW): LinkEntry {
    const server = toId(id);
    this.state.servers.set({
      id: server,
      key,
      address: { host: "b.example", port: 1 },
      dialled: true,
    });
    return this.#link(undefined, openedAt, [{ kind: "serverLinked", server }]);
  }

  /** A user who is connected here. */
  localUser(id: string, key: PublicKey, meta: JsonObject = {}): LinkEntry {
    const user = toId(id);
    const link = this.link(undefined, { kind: "userAccepted", user, challenge: "QQ" });
    link.introduced = { key, meta };
    const arrival = { id: user, key, meta };
    this.state.users.set({ at: "local", ...arrival, advert: advertOf(this.state, arrival, NOW) });
    return link;
  }

  /** A user who is connected to another server. */
  remoteUser(id: string, server: string, key?: PublicKey): void {
    this.state.users.set({
      at: "remote",
      id: toId(id),
      server: toId(server),
      key,
      advert: "as it came",
      ts: NOW,
      turn: this.state.nextTurn(),
      doubted: false,
      meta: {},
    });
  }
}

/**
 * An example message as it stands before verification.
 *
 * @param type Its type.
 * @param other Members of the envelope to set instead.
 */
export function example(type: MessageType, other: Record<string, unknown> = {}): Message {
  return readPayload(readEnvelope(exampleText(type, other)));
}

/**
 * An example message as if it had been verified: what only the ingress can make elsewhere.
 *
 * @param type Its type.
 * @param other Members of the envelope to set instead.
 */
export function verified(type: MessageType, other: Record<string, unknown> = {}): Verified {
  const findings = {
    frameId: "frame",
    messageRef: undefined,
    contentVerified: false,
    signedBy: undefined,
    fingerprint: undefined,
    firstSight: false,
  };
  return { ...example(type, other), ...findings } as Verified;
}

/**
 * The announce of a server to everybody, as if its own key had verified it.
 *
 * @param from Who says it.
 * @param key Its key.
 * @param says Members of the payload to set instead; by default it is `b.example` that speaks.
 * @param ts Unix ms.
 */
export function announced(
  from: string,
  key: PublicKey,
  says: JsonObject = {},
  ts = NOW,
): VerifiedOf<"SERVER_ANNOUNCE"> {
  const payload = { host: "b.example", port: 1, pubkey: key, receiver: "*", ...says };
  const fingerprint = `SHA256:${key.slice(-43)}`;
  const message = {
    ...verified("SERVER_ANNOUNCE", { from, ts, payload }),
    signedBy: key,
    fingerprint,
  };
  if (message.type !== "SERVER_ANNOUNCE") throw new TypeError("not what was asked for");
  return message;
}

/** Ids as the tables want them. */
export const id: (text: string) => Id = toId;
