/**
 * The database's schema: which version a file has, and how it gets to ours.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "./migrations/all.ts";
import { StoreError } from "./port.ts";

/**
 * Looks at a database without changing it.
 *
 * @param db It, which may be open for reading only.
 * @param path Its file's name for messages.
 * @throws {StoreError} If it is damaged, or of a newer schema than this program knows.
 */
export function inspect(db: DatabaseSync, path: string): void {
  const version = schemaVersion(db);
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      `${path} has schema version ${version}, but this program knows versions up to ` +
        `${MIGRATIONS.length}: run the newer program that wrote it; the file was not touched`,
    );
  }
  const finding = db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (finding !== "ok") {
    throw new StoreError(`${path} is damaged (${finding}): restore it from a backup`);
  }
}

/**
 * Brings a database to the newest schema, each step in a transaction of its own.
 *
 * @param db It, inspected before.
 */
export function migrate(db: DatabaseSync): void {
  for (let version = schemaVersion(db); version < MIGRATIONS.length; version += 1) {
    db.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`,
    );
  }
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}
