/**
 * A store that ends with the process: for tests and for networks simulated in one process. It keeps the
 * same rules as the real one; the contract suite runs over both.
 *
 * @module
 */

import type { Id } from "../protocol/ids.ts";
import {
  type Fact,
  type IntroducerRecord,
  type ServerRecord,
  type Snapshot,
  type Store,
  StoreError,
  type UserRecord,
} from "./port.ts";

/** A store in memory. It can be loaded again after `close`, as a file can be opened again. */
export class MemoryStore implements Store {
  #contents = emptyContents();

  /** Who is in the group `public` (§9.3), and since when in Unix ms. */
  get members(): ReadonlyMap<Id, number> {
    return this.#contents.members;
  }

  /** The version of the group `public`: 1, and one more for each member. */
  get publicVersion(): number {
    return 1 + this.#contents.members.size;
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

interface Contents {
  serverId: Id | undefined;
  readonly users: Map<string, UserRecord>;
  readonly members: Map<Id, number>;
  readonly servers: Map<string, ServerRecord>;
  readonly introducers: Map<string, IntroducerRecord>;
}

function emptyContents(): Contents {
  return {
    serverId: undefined,
    users: new Map(),
    members: new Map(),
    servers: new Map(),
    introducers: new Map(),
  };
}

function copyOf(contents: Contents): Contents {
  return {
    serverId: contents.serverId,
    users: new Map(contents.users),
    members: new Map(contents.members),
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
      if (!contents.members.has(fact.userId)) contents.members.set(fact.userId, fact.at);
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
