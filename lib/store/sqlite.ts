/**
 * The store of a real server: one SQLite file, through Deno's own `node:sqlite`.
 *
 * @module
 */

import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { canonicalPython } from "../protocol/canonical_json.ts";
import { lockDataFolder } from "./data_folder.ts";
import { type Fact, type ShareRecord, type Snapshot, type Store, StoreError } from "./port.ts";
import { idOf, integerOf, introducerOf, serverOf, sharesOf, userOf } from "./rows.ts";
import { inspect, migrate } from "./schema.ts";

/** How long to wait for an operator's tool that has the database locked, in ms. */
const BUSY_MS = 5_000;

/**
 * `synchronous = FULL` syncs the log at every commit. NORMAL would survive kill -9 too, but not a power
 * cut, and what is written here (registrations, pins) is rare and has been promised to somebody.
 */
const SETTINGS = `
  PRAGMA busy_timeout = ${BUSY_MS};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
`;

/**
 * Opens the database of a server, and makes it and its folder when they are missing.
 *
 * @param path The database file, mode 0600; or `:memory:` for one that ends with the process.
 * @param options `now`: the clock, Unix ms, read once for when the public channel began.
 * @returns The store.
 * @throws {StoreError} If another server uses the folder, or the file is damaged, written by a newer
 *   program (it is left untouched then), or cannot be read and written.
 */
export function openSqliteStore(path: string, options: { readonly now: () => number }): Store {
  const unlock = path === ":memory:" ? () => {} : lockDataFolder(dirname(path));
  try {
    return explaining(path, () => {
      if (path !== ":memory:") prepareFile(path);
      const db = new DatabaseSync(path);
      try {
        db.exec(SETTINGS);
        migrate(db);
        // §9.3: the public channel's row, as of the first start.
        db.prepare("INSERT OR IGNORE INTO groups VALUES ('public', 'system', ?, NULL, 1)")
          .run(options.now());
        return new SqliteStore(path, db, unlock);
      } catch (error) {
        db.close();
        throw error;
      }
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Makes the file 0600, which SQLite's -wal and -shm then take over, and looks before anything writes. */
function prepareFile(path: string): void {
  try {
    Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
    if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(`${path} cannot be written: ${reason}`, { cause });
  }
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    inspect(db, path);
  } finally {
    db.close();
  }
}

/** What each statement is for: a kind of fact, or a part of one. */
type StatementName = Fact["kind"] | "groupVersion" | "shareOf" | "wrap" | "forgetShare";

/** The port over one open database; every statement is prepared once. */
class SqliteStore implements Store {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #unlock: () => void;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  #open = true;

  constructor(path: string, db: DatabaseSync, unlock: () => void) {
    this.#path = path;
    this.#db = db;
    this.#unlock = unlock;
    this.#statements = {
      // A row that keeps its WHERE from being true is a changed pin: nothing is written then.
      user: db.prepare(`
        INSERT INTO users (user_id, pubkey, privkey_store, pake_password, meta, version, proven)
        VALUES (?, ?, '', '', ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          meta = excluded.meta, version = excluded.version, proven = max(proven, excluded.proven)
        WHERE pubkey = excluded.pubkey`),
      server: db.prepare(`
        INSERT INTO servers (server_id, pubkey, host, port, dialled) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          host = excluded.host, port = excluded.port, dialled = excluded.dialled
        WHERE pubkey = excluded.pubkey`),
      introducer: db.prepare(`
        INSERT INTO introducers (host, port, pubkey) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET pubkey = excluded.pubkey WHERE pubkey = excluded.pubkey`),
      identity: db.prepare(`
        INSERT INTO settings (name, value) VALUES ('server_id', ?)
        ON CONFLICT DO UPDATE SET value = excluded.value`),
      member: db.prepare(`
        INSERT INTO group_members (group_id, member_id, role, wrapped_key, added_at)
        VALUES ('public', ?, 'member', '', ?)
        ON CONFLICT DO NOTHING`),
      // Written before its members refer to it; if none does, `forgetShare` takes it back.
      share: db.prepare(`
        INSERT INTO key_shares (message_ref, payload) VALUES (?, ?) ON CONFLICT DO NOTHING`),
      shareOf: db.prepare(
        "SELECT share_ref FROM group_members WHERE group_id = 'public' AND member_id = ?",
      ),
      wrap: db.prepare(`
        UPDATE group_members SET wrapped_key = ?, share_ref = ?
        WHERE group_id = 'public' AND member_id = ?`),
      forgetShare: db.prepare(`
        DELETE FROM key_shares WHERE message_ref = ?1
        AND NOT EXISTS (SELECT 1 FROM group_members WHERE share_ref = ?1)`),
      groupVersion: db.prepare("UPDATE groups SET version = version + 1 WHERE group_id = 'public'"),
    };
  }

  load(): Snapshot {
    return explaining(this.#path, () => {
      const rows = (query: string) => this.#db.prepare(query).all();
      const identity = rows("SELECT value FROM settings WHERE name = 'server_id'")[0];
      const group = rows("SELECT version FROM groups WHERE group_id = 'public'")[0];
      return {
        serverId: identity === undefined ? undefined : idOf(identity, "value"),
        users: rows("SELECT * FROM users ORDER BY user_id").map(userOf),
        servers: rows("SELECT * FROM servers ORDER BY server_id").map(serverOf),
        introducers: rows("SELECT * FROM introducers ORDER BY host, port").map(introducerOf),
        channel: {
          version: integerOf(group ?? {}, "version"),
          shares: sharesOf(
            rows("SELECT * FROM key_shares ORDER BY message_ref"),
            rows("SELECT * FROM group_members WHERE share_ref IS NOT NULL ORDER BY member_id"),
          ),
        },
      };
    });
  }

  apply(facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    explaining(this.#path, () => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        for (const fact of facts) this.#write(fact);
        this.#db.exec("COMMIT");
      } catch (error) {
        // Some errors (a full disk) make SQLite end the transaction by itself.
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#db.close();
    this.#unlock();
  }

  #write(fact: Fact): void {
    const { user, member, server, introducer, identity, groupVersion } = this.#statements;
    switch (fact.kind) {
      case "user": {
        const { userId, pubkey, meta, version, proven } = fact.user;
        const metaText = meta === undefined ? null : JSON.stringify(meta);
        const { changes } = user.run(userId, pubkey, metaText, version, proven ? 1 : 0);
        if (changes === 0) throw pinChange(`user ${userId}`);
        return;
      }
      case "member":
        if (member.run(fact.userId, fact.at).changes === 1) groupVersion.run();
        return;
      case "share":
        this.#writeShare(fact.share);
        return;
      case "server": {
        const { serverId, pubkey, host, port, dialled } = fact.server;
        if (server.run(serverId, pubkey, host, port, dialled ? 1 : 0).changes === 0) {
          throw pinChange(`server ${serverId}`);
        }
        return;
      }
      case "introducer": {
        const { host, port, pubkey } = fact.introducer;
        if (introducer.run(host, port, pubkey).changes === 0) {
          throw pinChange(`introducer ${host} port ${port}`);
        }
        return;
      }
      case "identity":
        identity.run(fact.serverId);
        return;
    }
  }

  /** The old shares go when the last member who had them has the new one. */
  #writeShare({ messageRef, payload, wraps }: ShareRecord): void {
    const { share, shareOf, wrap, forgetShare, groupVersion } = this.#statements;
    share.run(messageRef, canonicalPython(payload));
    const before = new Set([messageRef]);
    for (const { member, wrappedKey } of wraps) {
      const known = shareOf.get(member);
      if (known === undefined || known["share_ref"] === messageRef) continue;
      if (typeof known["share_ref"] === "string") before.add(known["share_ref"]);
      wrap.run(wrappedKey, messageRef, member);
      groupVersion.run();
    }
    for (const name of before) forgetShare.run(name);
  }
}

function pinChange(whose: string): StoreError {
  return new StoreError(`the pinned key of ${whose} never changes`);
}

/** Gives SQLite's own errors the file's name; all others pass. */
function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR") {
      throw new StoreError(`${path}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
