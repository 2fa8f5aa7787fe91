/**
 * Rows of the database as the records of the port. The columns are typed and NOT NULL, so a value of
 * another kind means that somebody else wrote into the file.
 *
 * @module
 */

import type { SQLOutputValue } from "node:sqlite";
import { type Id, isUuid4, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import {
  type IntroducerRecord,
  type ServerRecord,
  type ShareRecord,
  StoreError,
  type UserRecord,
  type WrapRecord,
} from "./port.ts";

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, SQLOutputValue>;

/**
 * Reads a row of `users`.
 *
 * @param row The row.
 * @returns The record.
 * @throws {StoreError} If the row is not one that this program wrote.
 */
export function userOf(row: Row): UserRecord {
  return {
    userId: idOf(row, "user_id"),
    pubkey: textOf(row, "pubkey"),
    meta: metaOf(row),
    version: integerOf(row, "version"),
    proven: integerOf(row, "proven") === 1,
  };
}

/**
 * Reads a row of `servers`.
 *
 * @param row The row.
 * @returns The record.
 * @throws {StoreError} If the row is not one that this program wrote.
 */
export function serverOf(row: Row): ServerRecord {
  return {
    serverId: idOf(row, "server_id"),
    pubkey: textOf(row, "pubkey"),
    host: textOf(row, "host"),
    port: integerOf(row, "port"),
    dialled: integerOf(row, "dialled") === 1,
  };
}

/**
 * Reads a row of `introducers`.
 *
 * @param row The row.
 * @returns The record.
 * @throws {StoreError} If the row is not one that this program wrote.
 */
export function introducerOf(row: Row): IntroducerRecord {
  return { host: textOf(row, "host"), port: integerOf(row, "port"), pubkey: textOf(row, "pubkey") };
}

/**
 * Reads the rows of `key_shares` and of the members who refer to them.
 *
 * @param shares Rows of `key_shares`, by name.
 * @param members Rows of `group_members` that refer to a share, by member id.
 * @returns The records.
 * @throws {StoreError} If a row is not one that this program wrote.
 */
export function sharesOf(shares: readonly Row[], members: readonly Row[]): ShareRecord[] {
  const wrapsOf = new Map<string, WrapRecord[]>();
  for (const row of members) {
    const ref = textOf(row, "share_ref");
    const wraps = wrapsOf.get(ref) ?? [];
    wraps.push({ member: idOf(row, "member_id"), wrappedKey: textOf(row, "wrapped_key") });
    wrapsOf.set(ref, wraps);
  }
  return shares.map((row) => {
    const messageRef = textOf(row, "message_ref");
    const payload = objectOf(row, "payload");
    return { messageRef, payload, wraps: wrapsOf.get(messageRef) ?? [] };
  });
}

/**
 * Reads a counter.
 *
 * @param row The row.
 * @param column Its column.
 * @returns The number.
 * @throws {StoreError} If it is none.
 */
export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unexpected(column, "an integer", value);
  return value;
}

/**
 * Reads an id.
 *
 * @param row The row.
 * @param column Its column.
 * @returns The id.
 * @throws {StoreError} If it is no UUID v4.
 */
export function idOf(row: Row, column: string): Id {
  const text = textOf(row, column);
  if (!isUuid4(text)) throw unexpected(column, "a UUID v4", text);
  return toId(text);
}

function metaOf(row: Row): JsonObject | undefined {
  return row["meta"] === null ? undefined : objectOf(row, "meta");
}

function objectOf(row: Row, column: string): JsonObject {
  const text = textOf(row, column);
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unexpected(column, "a JSON object", text);
}

function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, "a text", value);
  return value;
}

function unexpected(column: string, expected: string, value: unknown): StoreError {
  return new StoreError(`the database's column ${column} should hold ${expected}, not ${value}`);
}
