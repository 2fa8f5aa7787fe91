/**
 * A store that ends with the process: for tests and for networks simulated in one process. It keeps the
 * same rules as the real one; the contract suite runs over both.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import {
  type ChannelRecord,
  type Fact,
  type IntroducerRecord,
  type ServerRecord,
  type ShareRecord,
  type Snapshot,
  type Store,
  StoreError,
  type UserRecord,
  type WrapRecord,
} from "./port.ts";

/** A store in memory. It can be loaded again after `close`, as a file can be opened again. */
export class MemoryStore implements Store {
  #contents = emptyContents();

  /** Who is in the group `public` (§9.3). */
  get members(): ReadonlyMap<Id, Member> {
    return this.#contents.members;
  }

  /** How many signed shares are kept, whoever refers to them. */
  get shareCount(): number {
    return this.#contents.shares.size;
  }

  load(): Snapshot {
    const { serverId, users, servers, introducers } = this.#contents;
    return {
      serverId,
      users: sorted(users),
      servers: sorted(servers),
      introducers: [...introducers.values()].sort((a, b) =>
        compare(a.host, b.host) || a.port - b.port
      ),
      channel: channelOf(this.#contents),
    };
  }

  apply(facts: readonly Fact[]): void {
    // All or nothing: the facts go into a copy, which replaces the contents at the end.
    const next = copyOf(this.#contents);
    for (const fact of facts) write(next, fact);
    this.#contents = next;
  }

  close(): void {}
}

/** A member of the group `public`, who has a wrap or has none yet. */
export interface Member {
  /** Since when, Unix ms. */
  readonly since: number;
  /** The newest wrap, or an empty text. */
  readonly wrappedKey: string;
  /** The share that it stands in. */
  readonly messageRef: string | undefined;
}

interface Contents {
  serverId: Id | undefined;
  readonly users: Map<string, UserRecord>;
  readonly members: Map<Id, Member>;
  readonly shares: Map<string, JsonObject>;
  channelVersion: number;
  readonly servers: Map<string, ServerRecord>;
  readonly introducers: Map<string, IntroducerRecord>;
}

function emptyContents(): Contents {
  return {
    serverId: undefined,
    users: new Map(),
    members: new Map(),
    shares: new Map(),
    channelVersion: 1,
    servers: new Map(),
    introducers: new Map(),
  };
}

function copyOf(contents: Contents): Contents {
  return {
    serverId: contents.serverId,
    users: new Map(contents.users),
    members: new Map(contents.members),
    shares: new Map(contents.shares),
    channelVersion: contents.channelVersion,
    servers: new Map(contents.servers),
    introducers: new Map(contents.introducers),
  };
}

function write(contents: Contents, fact: Fact): void {
  switch (fact.kind) {
    case "user": {
      const known = contents.users.get(fact.user.userId);
      const proven = fact.user.proven || known?.proven === true;
      pin(contents.users, fact.user.userId, { ...fact.user, proven }, "user");
      return;
    }
    case "member":
      if (contents.members.has(fact.userId)) return;
      contents.members.set(fact.userId, {
        since: fact.at,
        wrappedKey: "",
        messageRef: undefined,
      });
      contents.channelVersion += 1;
      return;
    case "share":
      share(contents, fact.share);
      return;
    case "server":
      pin(contents.servers, fact.server.serverId, fact.server, "server");
      return;
    case "introducer": {
      const { host, port } = fact.introducer;
      pin(contents.introducers, `${host} port ${port}`, fact.introducer, "introducer");
      return;
    }
    case "identity":
      contents.serverId = fact.serverId;
      return;
  }
}

function share(contents: Contents, { messageRef, payload, wraps }: ShareRecord): void {
  const { members, shares } = contents;
  const before = new Set<string>();
  for (const { member, wrappedKey } of wraps) {
    const known = members.get(member);
    if (known === undefined || known.messageRef === messageRef) continue;
    if (known.messageRef !== undefined) before.add(known.messageRef);
    members.set(member, { ...known, wrappedKey, messageRef });
    shares.set(messageRef, payload);
    contents.channelVersion += 1;
  }
  if (before.size === 0) return;
  for (const member of members.values()) {
    if (member.messageRef !== undefined) before.delete(member.messageRef);
  }
  for (const name of before) shares.delete(name);
}

function channelOf({ members, shares, channelVersion }: Contents): ChannelRecord {
  const wrapsOf = new Map<string, WrapRecord[]>();
  for (const [member, { wrappedKey, messageRef }] of members) {
    if (messageRef === undefined) continue;
    wrapsOf.set(messageRef, [...wrapsOf.get(messageRef) ?? [], { member, wrappedKey }]);
  }
  return {
    version: channelVersion,
    shares: [...shares].map(([messageRef, payload]) => ({
      messageRef,
      payload,
      wraps: (wrapsOf.get(messageRef) ?? []).sort((a, b) => compare(a.member, b.member)),
    })).sort((a, b) => compare(a.messageRef, b.messageRef)),
  };
}

function pin<T extends { readonly pubkey: string }>(
  table: Map<string, T>,
  key: string,
  record: T,
  what: string,
): void {
  const known = table.get(key);
  if (known !== undefined && known.pubkey !== record.pubkey) {
    throw new StoreError(`the pinned key of ${what} ${key} never changes`);
  }
  table.set(key, record);
}

function sorted<T>(table: ReadonlyMap<string, T>): T[] {
  return [...table].sort(([a], [b]) => compare(a, b)).map(([, record]) => record);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
