import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "../../../lib/store/migrations/all.ts";
import { openSqliteStore } from "../../../lib/store/sqlite.ts";
import { idOf, serverOf, shareOf, userOf } from "../../contract/store_contract.ts";
import { testNeeding } from "../../support/permissions.ts";

const NOW = 1_700_000_000_000;
const open = (path: string) => openSqliteStore(path, { now: () => NOW });

/** Opens a database as an operator's own tool would. */
function withDatabase(path: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path);
  try {
    work(db);
  } finally {
    db.close();
  }
}

/** Registers a test that gets the path of a database as the program left it at its first version. */
function testFromFirstVersion(name: string, check: (path: string) => void): void {
  testNeeding(["read", "write"], name, () => {
    const folder = Deno.makeTempDirSync();
    const path = join(folder, "server.db");
    try {
      withDatabase(path, (db) => {
        db.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1;`);
        const insert = db.prepare("INSERT INTO servers VALUES (?, ?, ?, ?)");
        for (const number of [1, 2]) insert.run(idOf(number), `key ${number}`, "127.0.0.1", 8765);
        db.prepare("INSERT INTO users VALUES (?, ?, '', '', NULL, 1, 0)").run(idOf(3), "key 3");
      });
      check(path);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

testFromFirstVersion(
  "a database of the first version keeps what it holds, and dials all servers",
  (path) => {
    const store = open(path);
    const { servers, users } = store.load();
    store.close();
    assertEquals([servers, users], [[serverOf(1), serverOf(2)], [userOf(3)]]);
    withDatabase(path, (db) => {
      assertEquals(db.prepare("PRAGMA user_version").get()?.["user_version"], MIGRATIONS.length);
    });
  },
);

testFromFirstVersion(
  "a server is given up in a database that began at the first version",
  (path) => {
    const store = open(path);
    store.apply([{ kind: "server", server: serverOf(2, { dialled: false }) }]);
    store.close();
    const again = open(path);
    assertEquals(again.load().servers, [serverOf(1), serverOf(2, { dialled: false })]);
    again.close();
  },
);

testFromFirstVersion(
  "a server is dialled or it is not: the database takes nothing else",
  (path) => {
    open(path).close();
    withDatabase(path, (db) => {
      for (const value of ["2", "-1", "NULL"]) {
        assertThrows(
          () => db.exec(`UPDATE servers SET dialled = ${value}`),
          Error,
          "constraint failed",
        );
      }
    });
  },
);

testFromFirstVersion(
  "a database that was brought up to date is left alone by the next start",
  (path) => {
    open(path).close();
    const columns = () => {
      let found: unknown[] = [];
      withDatabase(path, (db) => {
        found = db.prepare("PRAGMA table_info(servers)").all().map(({ name }) => name);
      });
      return found;
    };
    const before = columns();
    open(path).close();
    assertEquals(columns(), before);
    assertEquals(before, ["server_id", "pubkey", "host", "port", "dialled"]);
  },
);

testFromFirstVersion(
  "members of a database of the first version have no wrap, and can be given one",
  (path) => {
    withDatabase(path, (db) => {
      db.exec("INSERT INTO groups VALUES ('public', 'system', 5, NULL, 2)");
      db.prepare("INSERT INTO group_members VALUES ('public', ?, 'member', '', 7)").run(idOf(3));
    });
    const store = open(path);
    assertEquals(store.load().channel, { version: 2, shares: [] });
    store.apply([{ kind: "share", share: shareOf("one", 3) }]);
    assertEquals(store.load().channel, { version: 3, shares: [shareOf("one", 3)] });
    store.close();
  },
);
