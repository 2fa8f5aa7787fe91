/**
 * One member's part in the public channel's key (D23): takes it from others, passes it on to those who
 * need it, and makes one where nobody has any.
 *
 * Every member works from what it sees itself. What is lost on the way is asked for again, by the member's
 * server or by the member; so in the end everybody who is connected holds the same newest key.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { TaskChain } from "../base/task_chain.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { type ChannelKey, channelKeyOf } from "../e2ee/channel_key.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import type { VerifiedOf } from "../link/verified.ts";
import {
  type ChannelKeyName,
  channelKeyName,
  MAX_EPOCH_STEP,
  type SpelledKeyName,
  winsOver,
} from "../protocol/channel_key.ts";
import { type Id, toId } from "../protocol/ids.ts";
import {
  type Member,
  type NamedShare,
  namedShares,
  openShare,
  shareFrames,
} from "./channel_shares.ts";
import { ChannelAsking } from "./channel_asking.ts";
import { ChannelTurns } from "./channel_turns.ts";
import type { Connection } from "./connection.ts";
import { encryptionKey, type KeyBook } from "./key_book.ts";
import type { Roster } from "./roster.ts";

/** How long a member without a key waits for one before it makes one (D23), in ms. */
const NO_KEY_MS = 3_000;

/** Shares that may wait to be opened: each takes six RSA operations. */
const MAX_UNOPENED = 64;

/** What a member's part needs. */
export interface ChannelParts {
  /** Who this member is. */
  readonly userId: Id;
  /** The pair that opens shares, and signs those that it makes. */
  readonly keys: KeyPair;
  /** Whose keys are known: nobody else can be given the channel's. */
  readonly keyBook: KeyBook;
  /** Who is online. */
  readonly roster: Roster;
  /** What makes, wraps and unwraps keys. */
  readonly crypto: CryptoPort;
  /** The turns of holders, and the patience of those who have no key. */
  readonly clock: Clock;
  /** What a developer may want to know. */
  readonly log: Log;
  /** The keys that this member holds. */
  readonly keyring: Keyring;
  /** Runs what takes time, one after the other. */
  readonly chain: TaskChain;
  /** A time that no other frame of this client has, Unix ms. */
  stamp(): number;
  /** The keyring has changed. */
  changed(): void;
}

/** One member's part. */
export class Channel {
  readonly #parts: ChannelParts;
  #connection: Connection | undefined;
  readonly #turns: ChannelTurns;
  /** Who uses a key that is too far below the one in use to take that one at once, and which. */
  readonly #farBehind = new Map<Id, number>();
  readonly #asking: ChannelAsking;
  #cancelPatience: () => void = () => {};
  #unopened = 0;
  #making = false;
  /** The greatest epoch that any member has spoken of. */
  #heard = 0;
  /** The server that has shown that it keeps a wrap of the key in use for this member. */
  #keptBy: Id | undefined;

  /**
   * The part of a member who is not connected.
   *
   * @param parts What it needs.
   */
  constructor(parts: ChannelParts) {
    this.#parts = parts;
    const { chain, clock } = parts;
    this.#asking = new ChannelAsking(clock, () => {
      this.#connection?.request("PUBLIC_CHANNEL_ADD", { add: [parts.userId] }, "*");
    });
    // Behind what came before: a share that is being opened may be the key that is needed.
    this.#turns = new ChannelTurns(clock, (ids) => chain.run(() => this.#answer(ids)));
  }

  /** There is a connection, and everybody who is online is known. */
  connected(connection: Connection): void {
    this.#connection = connection;
    const { clock, chain } = this.#parts;
    this.#cancelPatience = clock.at(
      clock.now() + NO_KEY_MS,
      () => chain.run(() => this.#noKeyCame()),
    );
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#connection = undefined;
    this.#cancelPatience();
    this.#asking.clear();
    this.#farBehind.clear();
    this.#turns.clear();
  }

  /** Somebody needs the key: the holder with the smallest id answers at once, the others if it does not. */
  needed({ payload }: VerifiedOf<"PUBLIC_CHANNEL_ADD">): void {
    const ids = new Set(payload.add.map(toId));
    const rank = this.#rankWithout(ids);
    for (const id of ids) this.#need(id, rank);
  }

  /** Somebody has got the key, says the somebody's server. */
  given({ from, payload }: VerifiedOf<"PUBLIC_CHANNEL_UPDATED">): void {
    const { roster } = this.#parts;
    for (const wrap of payload.wraps) {
      const member = toId(wrap.member_id);
      // Other teams' servers do not say which key it is.
      if (roster.get(member)?.server === toId(from)) this.#has(member, channelKeyName(wrap));
    }
  }

  /** Somebody shares the key; the signature over it has verified. */
  shared({ payload, contentVerified }: VerifiedOf<"PUBLIC_CHANNEL_KEY_SHARE">): void {
    const { keyring, userId, chain, log } = this.#parts;
    const { creator } = payload;
    if (!contentVerified || creator === undefined) {
      log("info", "a share of the channel's key is from nobody known", { creator });
      // The creator's own advertisement may be on its way still.
      if (payload.shares.some(({ member }) => toId(member) === userId)) this.#asking.later();
      return;
    }
    for (const share of namedShares(payload)) {
      this.#hear(share.epoch);
      if (share.member !== userId) {
        this.#has(share.member, share);
        continue;
      }
      if (this.#isCurrent(share)) this.#keptBy = this.#connection?.server?.server;
      this.#has(toId(creator), share);
      // Whether it is near enough shows in its turn: what comes before it may lead up to it.
      if (keyring.has(share)) continue;
      if (this.#unopened >= MAX_UNOPENED) {
        log("warn", "too many shares of the channel's key at once");
        continue;
      }
      this.#unopened += 1;
      chain.run(() => this.#open(share));
    }
  }

  /**
   * Somebody has written under a key: a better one than this member's is asked for, and whoever uses a worse one
   * needs this member's. That depends on what the message says, not on whether anything opened it (THREATS 27).
   *
   * @param sender Who.
   * @param spelled The key, as the message says; nothing is signed of that.
   */
  used(sender: Id, spelled: SpelledKeyName): void {
    const { keyring } = this.#parts;
    const { current } = keyring;
    const name = channelKeyName(spelled);
    if (name === undefined) {
      const { epoch = 0 } = spelled;
      if (epoch > (current?.epoch ?? 0)) this.#asking.now();
    } else if (winsOver(name, current)) {
      if (keyring.wants(name)) this.#asking.now();
    } else if (!this.#isCurrent(name)) {
      this.#has(sender, name);
    }
  }

  async #open(share: NamedShare): Promise<void> {
    const { crypto, keys, keyring, log } = this.#parts;
    try {
      if (!keyring.wants(share)) return;
      const key = await openShare(crypto, keys, share);
      if (key === undefined) {
        return log("warn", "a share of the channel's key is none", { epoch: share.epoch });
      }
      this.#take(key);
      if (this.#isCurrent(key)) this.#keptBy = this.#connection?.server?.server;
    } finally {
      this.#unopened -= 1;
    }
  }

  #take(key: ChannelKey): void {
    const { keyring, changed } = this.#parts;
    if (!keyring.wants(key)) return;
    if (keyring.take(key)) this.#asking.answered();
    changed();
  }

  /** Nobody has shared a key, or the server does not know the one that this member has. */
  async #noKeyCame(): Promise<void> {
    const server = this.#connection?.server?.server;
    if (server === undefined) return;
    const { keyring, userId } = this.#parts;
    if (keyring.current === undefined) return this.#make();
    if (this.#keptBy !== server) await this.#share(keyring.current, [userId]);
  }

  /** Makes a key, which takes its time: others' shares are opened meanwhile. */
  #make(): void {
    if (this.#making) return;
    this.#making = true;
    const { chain, crypto } = this.#parts;
    const made = crypto.generateKeyPair();
    void made.then(() => {}, () => {}).then(() =>
      chain.run(async () => {
        this.#making = false;
        await this.#made(await made);
      })
    );
  }

  /** Shares a new key to all members whose keys are known. */
  async #made(pair: KeyPair): Promise<void> {
    const { crypto, keyBook, keyring, log, roster, userId } = this.#parts;
    if (keyring.current !== undefined || this.#connection === undefined) return;
    const key = await channelKeyOf(crypto, this.#heard + 1, pair);
    log("info", "made a key for the public channel", { epoch: key.epoch });
    this.#take(key);
    const online = roster.all().filter((person) => person.online).map(({ id }) => id);
    const pinned = [...keyBook.pinnedUsers()].map(([id]) => toId(id));
    await this.#share(key, [...new Set([userId, ...online, ...pinned])]);
  }

  async #share(key: ChannelKey, ids: readonly Id[]): Promise<void> {
    const { userId, keys, crypto, stamp } = this.#parts;
    const members = ids.flatMap((id) => this.#member(id) ?? []);
    for await (const text of shareFrames({ id: userId, keys, crypto, stamp }, key, members)) {
      this.#connection?.send(text);
    }
  }

  /** Whom the key can be given to: not under a key that has changed (THREATS 6). */
  #member(id: Id): Member | undefined {
    const { keyBook, keys, userId } = this.#parts;
    if (id === userId) return { id, key: keys.publicKey };
    const known = keyBook.isChanged(id) ? undefined : keyBook.keysOf(id);
    return known && { id, key: encryptionKey(known) };
  }

  #need(id: Id, rank: number): void {
    const { roster, userId } = this.#parts;
    if (id !== userId && roster.get(id)?.online === true) this.#turns.need(id, rank);
  }

  /** Somebody has a key: a worse one than this member's is none to be left with. */
  #has(id: Id, name: ChannelKeyName | undefined): void {
    const { current } = this.#parts.keyring;
    const worse = name !== undefined && current !== undefined && winsOver(current, name);
    if (!worse) {
      // What is too far above helps nobody: it was made up, perhaps to keep others from sharing theirs.
      const isTooFar = name !== undefined && current !== undefined &&
        name.epoch > current.epoch + MAX_EPOCH_STEP;
      if (!isTooFar) this.#turns.settled(id);
      return;
    }
    if (current.epoch > name.epoch + MAX_EPOCH_STEP) this.#farBehind.set(id, name.epoch);
    this.#need(id, this.#rankWithout(new Set([id])));
  }

  /** It is this member's turn. */
  async #answer(ids: readonly Id[]): Promise<void> {
    const { keyring } = this.#parts;
    for (const id of ids) {
      const epoch = this.#farBehind.get(id);
      if (epoch === undefined) continue;
      this.#farBehind.delete(id);
      for (const key of keyring.stepsFrom(epoch).slice(0, -1)) await this.#share(key, [id]);
    }
    if (keyring.current !== undefined) await this.#share(keyring.current, ids);
  }

  /**
   * How many of those who may hold the key come before this member. Other teams' clients do not hold it. Who is named
   * as needing it comes behind all others, so that of many who are named together not everybody answers everybody.
   */
  #rankWithout(needing: ReadonlySet<Id>): number {
    const { roster, userId } = this.#parts;
    const isNamed = needing.has(userId);
    return roster.all().filter(({ id, online, segments }) =>
      online && segments && id !== userId &&
      (needing.has(id) === isNamed ? id < userId : isNamed)
    ).length;
  }

  /** A number that somebody used up; one too far ahead is nobody's (D23). */
  #hear(epoch: number): void {
    const known = this.#parts.keyring.current?.epoch ?? 0;
    if (epoch < known + MAX_EPOCH_STEP) this.#heard = Math.max(this.#heard, epoch);
  }

  #isCurrent(name: ChannelKeyName): boolean {
    const { current } = this.#parts.keyring;
    return current !== undefined && !winsOver(current, name) && !winsOver(name, current);
  }
}
