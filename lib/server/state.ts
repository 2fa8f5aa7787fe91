/**
 * Everything a server knows, and the two things every handler does with it: author a frame, and say no.
 *
 * @module
 */

import { ExpiringSet } from "../base/expiring_set.ts";
import type { Log } from "../base/log.ts";
import { Stamps } from "../base/stamps.ts";
import type { Entropy } from "../crypto/entropy.ts";
import type { PublicKey } from "../crypto/public_key.ts";
import { type Address, addressText, sameAddress } from "../mesh/address.ts";
import type { Admission } from "../mesh/admission.ts";
import { type DialPolicy, refusal } from "../mesh/dial_policy.ts";
import type { Introducer } from "../mesh/introducer.ts";
import { MeshPlanner } from "../mesh/planner.ts";
import type { MessageType, ReceivedBy } from "../protocol/catalog.ts";
import type { UnsignedFrame } from "../protocol/envelope.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Id } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { SEEN_MS } from "../protocol/limits.ts";
import type { VerifiedOf } from "../link/verified.ts";
import type { Snapshot } from "../store/port.ts";
import { type Effect, type LinkId, send } from "./effects.ts";
import { Deliveries } from "./tables/deliveries.ts";
import { FreshWraps } from "./tables/fresh_wraps.ts";
import { KeyLag } from "./tables/key_lag.ts";
import { KeyNeeds } from "./tables/key_needs.ts";
import { KeyShares } from "./tables/key_shares.ts";
import { type LinkEntry, Links } from "./tables/links.ts";
import { Reach } from "./tables/reach.ts";
import { Servers } from "./tables/servers.ts";
import { Strangers } from "./tables/strangers.ts";
import { Users } from "./tables/users.ts";
import { Waiting } from "./tables/waiting.ts";
import { Wanted } from "./tables/wanted.ts";

/** Frames that the seen-cache remembers at the most. */
export const MAX_SEEN = 200_000;

/** What a server is told at its start. */
export interface ServerOptions {
  /** The id it starts with: the kept one, or a fresh one (§5). */
  readonly serverId: Id;
  /** Its public key, which others pin to its id (§12). */
  readonly key: PublicKey;
  /** Its public address, which other servers dial. */
  readonly address: Address;
  /** The address it listens on, where that differs. */
  readonly bound: Address;
  /** Whom to ask to join the mesh, in order; empty for the first server (§8.1). */
  readonly introducers: readonly Introducer[];
  /** Which servers may link (D13). */
  readonly admission: Admission;
  /** Whether servers and users must prove that they hold their key (D12, D19). */
  readonly requireProof: boolean;
  /** Where it does not dial on another server's word (THREATS 30). */
  readonly dialDeny: DialPolicy;
  /** What it knew when it last stopped. */
  readonly remembered: Snapshot;
  /** New ids, challenges, and the jitter of dials. */
  readonly entropy: Entropy;
  /** What the operator may want to know. */
  readonly log: Log;
}

/** Everything a server knows. Handlers read and write it; nobody awaits anything in between. */
export class ServerState {
  /** The id of this server; an introducer may assign another (§8.1). */
  id: Id;
  /** The public key of this server. */
  readonly key: PublicKey;
  /** Its public address, which other servers dial. */
  readonly address: Address;
  /** What the operator may want to know. */
  readonly log: Log;
  /** New ids, challenges, and the jitter of dials. */
  readonly entropy: Entropy;
  /** The connections (`servers` and `local_users` of §5). */
  readonly links = new Links();
  /** Who is online and where (`user_locations` of §5), and who is registered here. */
  readonly users: Users;
  /** The servers of the mesh and their pinned keys (`server_addrs` of §5). */
  readonly servers: Servers;
  /** Over which links the servers of the mesh are heard, and what they announce. */
  readonly reach = new Reach();
  /** Servers whose frames came before their keys. */
  readonly strangers = new Strangers();
  /** Whose users others have asked for. */
  readonly wanted = new Wanted();
  /** What other servers have not confirmed yet (D21). */
  readonly deliveries = new Deliveries();
  /** Messages for users whose server cannot be reached at the moment. */
  readonly waiting = new Waiting();
  /** The public channel's key as it is kept for its members (D23). */
  readonly keyShares: KeyShares;
  /** Who needs it, and everybody is told of soon. */
  readonly keyNeeds = new KeyNeeds();
  /** Who has got it, and everybody is told of soon. */
  readonly freshWraps = new FreshWraps();
  /** Whose key is behind the others'. */
  readonly keyLag = new KeyLag();
  /** Servers that could not be reached and can be now: what waits for their users goes out. */
  readonly reachable = new Set<Id>();
  /** Whom to dial, and when. */
  readonly planner: MeshPlanner;
  readonly #introducers: readonly Introducer[];
  /** Frames and contents that have been verified (§10, D27). */
  readonly seen = new ExpiringSet(SEEN_MS, MAX_SEEN);
  /** Which servers may link (D13). */
  readonly admission: Admission;
  /** Whether users must prove that they hold their key (D19). */
  readonly requireProof: boolean;
  /** Where it does not dial on another server's word (THREATS 30). */
  readonly dialDeny: DialPolicy;
  /** When this server announces itself next, Unix ms; infinity while nobody would hear it. */
  nextAnnounce: number = Infinity;
  /** When the users are advertised anew to those who asked for them, Unix ms. */
  nextRound: number = Infinity;
  /** When they were last, Unix ms. */
  lastRound = 0;
  /** Over which links somebody asked. */
  readonly roundLinks = new Set<LinkId>();
  /** For whom. */
  readonly roundUsers = new Set<Id>();
  /** How many users the last round was about. */
  lastRoundSize = 0;
  /** Grows when something becomes known that frames may wait for. */
  knowledge = 0;
  /** Before this nobody is asked again who is in the mesh, Unix ms. */
  nextAsk = 0;
  /** Whether this server is going: links that end now are no news. */
  stopping = false;
  readonly #stamps = new Stamps();
  #turn = 0;

  /**
   * The state of a server that remembers and has met nobody yet.
   *
   * @param options What the server is told at its start.
   */
  constructor(options: ServerOptions) {
    this.id = options.serverId;
    this.key = options.key;
    this.address = options.address;
    this.log = options.log;
    this.entropy = options.entropy;
    this.admission = options.admission;
    this.requireProof = options.requireProof;
    this.dialDeny = options.dialDeny;
    this.users = new Users(options.remembered.users);
    this.keyShares = new KeyShares(options.remembered.channel);
    this.servers = new Servers(options.remembered.servers, options.remembered.introducers);
    this.#introducers = options.introducers;
    this.planner = new MeshPlanner(options.introducers, [options.address, options.bound]);
    for (const { serverId, host, port, dialled } of options.remembered.servers) {
      const address = { host, port };
      if (dialled && refusal(this.dialDeny, address) === undefined) {
        this.planner.learn(serverId, address);
      }
    }
  }

  /** Whether servers must prove that they hold their key (D12): a list of keys is worth nothing without. */
  get serversMustProve(): boolean {
    return this.requireProof || this.admission.kind === "allowlist";
  }

  /** A time that no other frame of this server has: the newer of two claims is then never in doubt. */
  stamp(now: number): number {
    return this.#stamps.next(now);
  }

  /** A greater number each time: what came first among things of one millisecond too. */
  nextTurn(): number {
    return ++this.#turn;
  }

  /**
   * Makes a frame of this server's own. `sig` covers the payload only, so the payload repeats the type,
   * the time and the origin (D9).
   *
   * @param type What it is.
   * @param to The receiver.
   * @param payload What it says.
   * @param ts Unix ms: a fresh stamp, or the time that a `content_sig` covers (D16).
   */
  author(type: MessageType, to: string, payload: JsonObject, ts: number): UnsignedFrame {
    const bound = { ...payload, type, origin: this.id, ts };
    return { type, from: this.id, to, ts, payload: bound };
  }

  /**
   * Says no.
   *
   * @param links Who is told.
   * @param to The receiver's id, or `"*"` before it is known.
   * @param error What was wrong.
   * @param now Unix ms.
   * @param messageRef Which message it was about (D21).
   */
  refusal(
    links: readonly LinkId[],
    to: string,
    { code, detail }: Pick<ProtocolError, "code" | "detail">,
    now: number,
    messageRef?: string,
  ): Effect[] {
    const about = messageRef === undefined ? {} : { msg_ref: messageRef };
    return send(links, this.author("ERROR", to, { code, detail, ...about }, this.stamp(now)));
  }

  /**
   * The key that must be found at an address: the operator's pin comes first, then the first sight's.
   *
   * @param address An address; most have no pin.
   */
  pinOf(address: Address): PublicKey | undefined {
    const listed = this.#introducers.find((one) => sameAddress(one, address) && one.pubkey);
    return listed?.pubkey ?? this.servers.introducerKey(address);
  }

  /** Whether the operator pinned a key as that of an introducer: whom he asks to join he has let in. */
  isIntroducerKey(key: PublicKey): boolean {
    return this.#introducers.some(({ pubkey }) => pubkey === key);
  }

  /** A message that was not taken may be sent again as it is, so it must not count as seen. */
  forget(frameId: string, messageRef: string | undefined): void {
    this.seen.delete(frameId);
    if (messageRef !== undefined) this.seen.delete(messageRef);
  }

  /** The own address as other servers are told it. */
  get introduction(): JsonObject {
    return { host: this.address.host, port: this.address.port, pubkey: this.key };
  }

  /** What a log line says of a link. */
  about(link: LinkEntry): { link: number; peer: string } {
    const peer = "peer" in link.session ? link.session.peer : undefined;
    const dialled = link.target === undefined ? undefined : addressText(link.target.address);
    return { link: link.id, peer: peer ?? dialled ?? link.remote };
  }
}

/**
 * Handles one type of message: reads and writes the state, and says what is to be done. Every check of
 * the catalog has passed.
 *
 * @throws {ProtocolError} If the message cannot be taken as the tables are now.
 */
export type Handler<T extends MessageType> = (
  state: ServerState,
  link: LinkEntry,
  message: VerifiedOf<T>,
  now: number,
) => Effect[];

/** Handlers for a family of messages. */
export type HandlersOf<T extends ReceivedBy<"server">> = { readonly [K in T]: Handler<K> };
