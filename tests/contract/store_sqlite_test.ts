import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../lib/store/sqlite.ts";
import { testNeeding } from "../support/permissions.ts";
import { storeContract } from "./store_contract.ts";

storeContract("the store in SQLite", () => {
  const folder = Deno.makeTempDirSync();
  const path = join(folder, "server.db");
  return {
    open: () => openSqliteStore(path, { now: () => 1_700_000_000_000 }),
    members: () => {
      const db = new DatabaseSync(path);
      const rows = db.prepare("SELECT * FROM group_members ORDER BY member_id").all();
      const group = db.prepare("SELECT version FROM groups WHERE group_id = 'public'").get();
      const shares = db.prepare("SELECT count(*) AS n FROM key_shares").get();
      db.close();
      return {
        ids: rows.map((row) => String(row["member_id"])),
        since: rows.map((row) => Number(row["added_at"])),
        wraps: rows.map((row) => String(row["wrapped_key"])),
        shares: Number(shares?.["n"]),
        version: Number(group?.["version"]),
      };
    },
    cleanUp: () => Deno.removeSync(folder, { recursive: true }),
  };
}, (name, fn) => testNeeding(["read", "write"], name, fn));
