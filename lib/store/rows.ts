/**
 * Rows of the database as the records of the port. The columns are typed and NOT NULL, so a value of
 * another kind means that somebody else wrote into the file.
 *
 * @module
 */

import type { SQLOutputValue } from "node:sqlite";
import { type Id, isUuid4, toId } from "../protocol/ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import { type IntroducerRecord, type ServerRecord, StoreError, type UserRecord } from "./port.ts";

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
  if (row["meta"] === null) return undefined;
  const text = textOf(row, "meta");
  try {
    const meta = JSON.parse(text);
    if (typeof meta === "object" && meta !== null && !Array.isArray(meta)) return meta;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unexpected("meta", "a JSON object", text);
}

function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, "a text", value);
  return value;
}

function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unexpected(column, "an integer", value);
  return value;
}

function unexpected(column: string, expected: string, value: unknown): StoreError {
  return new StoreError(`the database's column ${column} should hold ${expected}, not ${value}`);
}
