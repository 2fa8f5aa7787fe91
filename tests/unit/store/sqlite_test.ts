import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "../../../lib/store/migrations/all.ts";
import { StoreError } from "../../../lib/store/port.ts";
import { openSqliteStore } from "../../../lib/store/sqlite.ts";
import { idOf, serverOf, userOf } from "../../contract/store_contract.ts";
import { testNeeding } from "../../support/permissions.ts";

const START = 1_700_000_000_000;
const open = (path: string) => openSqliteStore(path, { now: () => START });

/** Registers a test that gets a fresh folder and the path of a database in it. */
function test(name: string, check: (path: string, folder: string) => void | Promise<void>): void {
  testNeeding(["read", "write"], name, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await check(join(folder, "data", "server.db"), join(folder, "data"));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

/** Opens the file as an operator's own tool would. */
function withDatabase<T>(path: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

function columnsOf(db: DatabaseSync, table: string): string[] {
  return db.prepare(`PRAGMA table_info(${table})`).all().map(({ name, notnull, pk }) =>
    [name, notnull === 1 ? "NOT NULL" : "", Number(pk) > 0 ? "KEY" : ""].filter(Boolean).join(" ")
  );
}

Deno.test("a database in memory needs no permission", () => {
  const store = open(":memory:");
  store.apply([{ kind: "user", user: userOf(1) }]);
  assertEquals(store.load().users, [userOf(1)]);
  store.close();
});

test("the tables of §15.1 are there, column by column", (path) => {
  open(path).close();
  withDatabase(path, (db) => {
    assertEquals(columnsOf(db, "users"), [
      "user_id NOT NULL KEY",
      "pubkey NOT NULL",
      "privkey_store NOT NULL",
      "pake_password NOT NULL",
      "meta",
      "version NOT NULL",
      "proven NOT NULL",
    ]);
    assertEquals(columnsOf(db, "groups"), [
      "group_id NOT NULL KEY",
      "creator_id NOT NULL",
      "created_at",
      "meta",
      "version NOT NULL",
    ]);
    assertEquals(columnsOf(db, "group_members"), [
      "group_id NOT NULL KEY",
      "member_id NOT NULL KEY",
      "role",
      "wrapped_key NOT NULL",
      "added_at",
      "share_ref",
    ]);
    assertEquals(columnsOf(db, "key_shares"), ["message_ref NOT NULL KEY", "payload NOT NULL"]);
    const { user_version } = db.prepare("PRAGMA user_version").get() ?? {};
    assertEquals(user_version, MIGRATIONS.length);
  });
});

test("the public channel's row keeps the time of the first start", (path) => {
  open(path).close();
  openSqliteStore(path, { now: () => START + 1 }).close();
  const rows = withDatabase(path, (db) => db.prepare("SELECT * FROM groups").all());
  assertEquals(rows.map((row) => ({ ...row })), [
    { group_id: "public", creator_id: "system", created_at: START, meta: null, version: 1 },
  ]);
});

test("a user who registers over the socket leaves no private key and no password", (path) => {
  const store = open(path);
  store.apply([
    { kind: "user", user: userOf(1) },
    { kind: "member", userId: idOf(1), at: 5 },
  ]);
  store.close();
  withDatabase(path, (db) => {
    const user = db.prepare("SELECT privkey_store, pake_password FROM users").get();
    assertEquals({ ...user }, { privkey_store: "", pake_password: "" });
    const member = db.prepare("SELECT role, wrapped_key FROM group_members").get();
    assertEquals({ ...member }, { role: "member", wrapped_key: "" });
  });
});

test("only the owner may read the folder and each file in it", (path, folder) => {
  if (Deno.build.os === "windows") return;
  const store = open(path);
  store.apply([{ kind: "user", user: userOf(1) }]);
  const modes = [...Deno.readDirSync(folder)].map(({ name }) => {
    const { mode } = Deno.statSync(join(folder, name));
    return `${name} ${((mode ?? 0) & 0o777).toString(8)}`;
  });
  store.close();
  assertEquals(modes.sort(), [
    "lock 600",
    "server.db 600",
    "server.db-shm 600",
    "server.db-wal 600",
  ]);
  assertEquals((Deno.statSync(folder).mode ?? 0) & 0o777, 0o700);
});

test("a database that others could read is closed to them", (path, folder) => {
  if (Deno.build.os === "windows") return;
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(path, "", { mode: 0o644 });
  open(path).close();
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

test("a second server in the same folder is told so, and the first works on", (path, folder) => {
  const first = open(path);
  assertThrows(() => open(path), StoreError, `data folder ${folder} is in use by another server`);
  first.apply([{ kind: "user", user: userOf(1) }]);
  first.close();
  const second = open(path);
  assertEquals(second.load().users, [userOf(1)]);
  second.close();
});

test("an operator can read the database of a running server", (path) => {
  const store = open(path);
  store.apply([{ kind: "server", server: serverOf(1) }]);
  withDatabase(path, (db) => {
    assertEquals(db.prepare("SELECT count(*) AS n FROM servers").get()?.["n"], 1);
  });
  store.close();
});

test("a database of a newer program is refused and not touched", (path) => {
  open(path).close();
  withDatabase(path, (db) => db.exec("PRAGMA user_version = 99"));
  const before = Deno.readFileSync(path);
  const error = assertThrows(() => open(path), StoreError, "schema version 99");
  assertStringIncludes(error.message, path);
  assertEquals(Deno.readFileSync(path), before);
});

test("a file that is no database is refused and not touched", (path, folder) => {
  Deno.mkdirSync(folder);
  const text = "this is a letter to my grandmother, not a database. ".repeat(200);
  Deno.writeTextFileSync(path, text);
  assertThrows(() => open(path), StoreError, `${path}: file is not a database`);
  assertEquals(Deno.readTextFileSync(path), text);
});

test("a damaged database is refused with a hint", (path) => {
  const store = open(path);
  for (let number = 0; number < 200; number += 1) {
    store.apply([{ kind: "user", user: userOf(number, { pubkey: "k".repeat(700) }) }]);
  }
  store.close();
  const file = Deno.openSync(path, { write: true });
  file.seekSync(4096 * 20, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(4096 * 3).fill(0xff));
  file.close();
  const error = assertThrows(() => open(path), StoreError);
  assertStringIncludes(error.message, `${path} is damaged`);
  assertStringIncludes(error.message, "restore it from a backup");
});

test("a refusal gives the folder's lock back", (path) => {
  open(path).close();
  withDatabase(path, (db) => db.exec("PRAGMA user_version = 99"));
  assertThrows(() => open(path), StoreError, "schema version 99");
  assertThrows(() => open(path), StoreError, "schema version 99");
});

test("a row that somebody else wrote is reported, not loaded", (path) => {
  open(path).close();
  withDatabase(path, (db) => {
    db.exec("INSERT INTO users VALUES ('bob', 'key', '', '', '[1]', 1, 0)");
  });
  const store = open(path);
  assertThrows(() => store.load(), StoreError, "user_id should hold a UUID v4");
  store.close();
});

test("a write that SQLite refuses half-way leaves nothing behind", (path) => {
  open(path).close();
  withDatabase(path, (db) =>
    db.exec(`CREATE TRIGGER full BEFORE INSERT ON servers
      BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END`));
  const store = open(path);
  const facts = [
    { kind: "user", user: userOf(1) },
    { kind: "server", server: serverOf(1) },
  ] as const;
  assertThrows(() => store.apply(facts), StoreError, `${path}: database or disk is full`);
  assertEquals(store.load().users, []);
  store.apply([{ kind: "user", user: userOf(2) }]);
  assertEquals(store.load().users, [userOf(2)]);
  store.close();
});

test("a folder that cannot be made is reported by its name", (_path, folder) => {
  Deno.writeTextFileSync(folder, "in the way");
  assertThrows(
    () => open(join(folder, "server.db")),
    StoreError,
    `data folder ${folder} cannot be used`,
  );
});

testNeeding(
  ["read", "write", "run"],
  "kill -9 loses nothing that was acknowledged, and frees the folder (row 28)",
  async () => {
    const folder = Deno.makeTempDirSync();
    const path = join(folder, "server.db");
    const acknowledged: string[] = [];
    try {
      for (let round = 0; round < 3; round += 1) {
        const child = startWriter(path, folder, round * 1000);
        const ids = await firstLines(child.stdout, 20, () => {
          assertThrows(() => open(path), StoreError, "in use by another server");
          child.kill("SIGKILL");
        });
        await child.status;
        acknowledged.push(...ids);
        const store = open(path);
        const { users, channel } = store.load();
        const stored = new Set<string>(users.map(({ userId }) => userId));
        store.close();
        // All or nothing: who is registered is a member, and has the share that was written with it.
        const withShare = channel.shares.flatMap(({ wraps }) => wraps.map(({ member }) => member));
        assertEquals(new Set<string>(withShare), stored);
        assertEquals(acknowledged.filter((id) => !stored.has(id)), []);
        assert(ids.length >= 20);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

function startWriter(path: string, folder: string, first: number): Deno.ChildProcess {
  const program = join(import.meta.dirname ?? "", "writer_program.ts");
  const args = ["run", "-q", "--no-check", `--allow-read=${folder}`, `--allow-write=${folder}`];
  return new Deno.Command(Deno.execPath(), {
    args: [...args, program, path, String(first)],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Reads whole lines to the end; calls back once when there are enough of them. */
async function firstLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  count: number,
  enough: () => void,
): Promise<string[]> {
  let text = "";
  let called = false;
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!called && text.split("\n").length > count) {
      called = true;
      enough();
    }
  }
  return text.split("\n").slice(0, -1);
}
