/**
 * The public channel's keys on disk, 0600, so that a member who comes back holds them still (D23).
 *
 * @module
 */

import * as v from "valibot";
import type { CryptoPort } from "../crypto/port.ts";
import { importChannelKey } from "../e2ee/channel_key.ts";
import { Keyring } from "../e2ee/keyring.ts";
import { decodeBase64url, encodeBase64url } from "../protocol/base64url.ts";
import { StoreError } from "../store/port.ts";
import { readPrivateFile, writePrivateFile } from "../store/private_file.ts";
import { visible } from "./visible.ts";

const schema = v.array(v.object({
  epoch: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  pkcs8: v.string(),
}));

/** The keys of one profile. */
export interface ChannelKeyFile {
  /** What earlier runs kept. */
  readonly keyring: Keyring;
  /**
   * Keeps what changed.
   *
   * @param keyring All keys that there are now.
   * @throws {StoreError} If the file cannot be written.
   */
  save(keyring: Keyring): Promise<void>;
}

/**
 * Reads the keys of a profile.
 *
 * @param profileDir The profile's folder.
 * @param crypto What imports and exports keys.
 * @returns The keys; none if there is no file.
 * @throws {StoreError} If the file is damaged or cannot be read.
 */
export async function openChannelKeys(
  profileDir: string,
  crypto: CryptoPort,
): Promise<ChannelKeyFile> {
  const path = `${profileDir}/channel-keys.json`;
  const keyring = await readKeyring(path, crypto);
  return {
    keyring,
    async save(keyring) {
      const kept = [];
      for (const { epoch, pair } of keyring.all()) {
        const pkcs8 = encodeBase64url(await crypto.exportPrivateKey(pair.privateKey));
        kept.push({ epoch, pkcs8 });
      }
      writePrivateFile(path, `${JSON.stringify(kept, undefined, 2)}\n`);
    },
  };
}

async function readKeyring(path: string, crypto: CryptoPort): Promise<Keyring> {
  const keyring = new Keyring();
  const text = readPrivateFile(path);
  if (text === undefined) return keyring;
  const damaged = (detail: string, cause?: unknown) =>
    new StoreError(`${path} is damaged (${detail}): mend it, or move it away to start anew`, {
      cause,
    });
  let kept;
  try {
    kept = v.parse(schema, JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    // The message may quote the file, and the file holds keys.
    throw damaged(visible(cause instanceof SyntaxError ? "it is no JSON" : cause.message), cause);
  }
  // The oldest first: each is near enough to the one before it.
  for (const { epoch, pkcs8 } of kept.toReversed()) {
    const bytes = decodeBase64url(pkcs8);
    const key = bytes && await importChannelKey(crypto, epoch, bytes);
    if (key === undefined) throw damaged(`its key of epoch ${epoch} is none`);
    keyring.take(key);
  }
  return keyring;
}
