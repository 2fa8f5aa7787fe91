/**
 * A profile on disk: who one is, one's key, and the keys of others. Everything in it is 0600.
 *
 * @module
 */

import * as v from "valibot";
import { KeyBook, type Pins } from "../client/key_book.ts";
import type { Entropy } from "../crypto/entropy.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { parsePublicKey } from "../crypto/public_key.ts";
import { type Id, isUuid4, toId } from "../protocol/ids.ts";
import { loadOrCreateKey } from "../store/identity_file.ts";
import { StoreError } from "../store/port.ts";
import { readPrivateFile, writePrivateFile } from "../store/private_file.ts";
import { decodeHistory, encodeHistory } from "./history.ts";
import { visible } from "./visible.ts";

/** Who one is. */
export interface Profile {
  /** The id that others know this user by (§5). */
  readonly userId: Id;
  /** The display name; undefined until one has been chosen. */
  readonly name: string | undefined;
  /** The pair from `key.pem`. */
  readonly keys: KeyPair;
  /** The keys of servers and people; each change to it is written at once. */
  readonly keyBook: KeyBook;
}

/** What is asked for on the command line. */
export interface ProfileWishes {
  /** The profile's folder. */
  readonly profileDir: string;
  /** A display name that replaces the kept one. */
  readonly name: string | undefined;
  /** A user id to use in place of the kept one. */
  readonly userId: Id | undefined;
}

const userIdText = v.pipe(v.string(), v.check(isUuid4));
const keyText = v.pipe(v.string(), v.transform(parsePublicKey));
const identitySchema = v.object({ user_id: userIdText, name: v.optional(v.string()) });
const pinsSchema = v.object({
  servers: v.record(userIdText, keyText),
  users: v.record(
    userIdText,
    v.object({ key: keyText, encryption: v.optional(keyText), name: v.optional(v.string()) }),
  ),
});

/**
 * Opens a profile, and makes it at its first use. Making a key takes seconds.
 *
 * @param wishes Which profile, and what to change in it.
 * @param crypto What makes and reads the key.
 * @param entropy Where a new user id comes from.
 * @param making Called before a key is made.
 * @returns The profile.
 * @throws {StoreError} If a file of it is damaged or cannot be read and written; nothing is replaced.
 */
export async function openProfile(
  wishes: ProfileWishes,
  crypto: CryptoPort,
  entropy: Entropy,
  making: () => void,
): Promise<Profile> {
  const { profileDir } = wishes;
  const identityPath = `${profileDir}/profile.json`;
  // All that is there is read first: what is damaged shows before anything is made or written.
  const kept = readJson(identityPath, identitySchema);
  const keyBook = openKeyBook(profileDir);
  const name = wishes.name ?? kept?.name;
  const userId = wishes.userId ?? (kept === undefined ? entropy.id() : toId(kept.user_id));
  const keys = await loadOrCreateKey(`${profileDir}/key.pem`, crypto, making);
  // An id given for once does not replace the one that is kept.
  const keptId = kept?.user_id ?? userId;
  if (kept === undefined || kept.name !== name) {
    writeJson(identityPath, { user_id: keptId, ...(name === undefined ? {} : { name }) });
  }
  return { userId, name, keys, keyBook };
}

/**
 * Reads the lines typed in earlier runs.
 *
 * @param profileDir The profile's folder.
 * @returns The lines, the oldest first.
 */
export function readHistory(profileDir: string): string[] {
  const text = readPrivateFile(`${profileDir}/history`);
  return text === undefined ? [] : decodeHistory(text);
}

/**
 * Keeps the lines that were typed.
 *
 * @param profileDir The profile's folder.
 * @param lines The oldest first.
 */
export function writeHistory(profileDir: string, lines: readonly string[]): void {
  writePrivateFile(`${profileDir}/history`, encodeHistory(lines));
}

function openKeyBook(profileDir: string): KeyBook {
  const path = `${profileDir}/pins.json`;
  const kept = readJson(path, pinsSchema) ?? { servers: {}, users: {} };
  const users: Pins["users"] = Object.fromEntries(
    Object.entries(kept.users).map(([id, { key, encryption, name }]) => [
      id,
      {
        key,
        ...(encryption === undefined ? {} : { encryption }),
        ...(name === undefined ? {} : { name }),
      },
    ]),
  );
  return new KeyBook({ servers: kept.servers, users }, (pins) => writeJson(path, pins));
}

function readJson<S extends v.GenericSchema>(
  path: string,
  schema: S,
): v.InferOutput<S> | undefined {
  const text = readPrivateFile(path);
  if (text === undefined) return undefined;
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new StoreError(
      `${path} is damaged (${visible(cause.message)}): mend it, or move it away to start anew`,
      { cause },
    );
  }
}

function writeJson(path: string, value: unknown): void {
  writePrivateFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
