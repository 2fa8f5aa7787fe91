/**
 * A server's or a person's key pair on disk: the private key as PEM (PKCS#8) that only its owner may
 * read, and beside it the public key in the one-line form that `bootstrap.yaml` takes (D1).
 *
 * @module
 */

import { type CryptoPort, type KeyPair, KeyPolicyError } from "../crypto/port.ts";
import { StoreError } from "./port.ts";
import { readPrivateFile, writePrivateFile } from "./private_file.ts";

const PEM = /^-----BEGIN PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END PRIVATE KEY-----\s*$/;

/**
 * Loads the key pair of a file, or makes one if there is no such file. A file that is there but cannot
 * be used is never replaced: everybody who pinned the old key would refuse the new one.
 *
 * For a server the data folder must be locked first (`openSqliteStore` does that), so that two servers
 * starting at once do not both make a key.
 *
 * @param path The private key's file, `….pem`; the public key goes to `….pub` beside it.
 * @param crypto What makes and reads keys.
 * @param making Called before a key is made, which takes seconds: somebody may want to be told.
 * @returns The key pair.
 * @throws {StoreError} If the file is damaged, holds a key of another kind than §4 allows, may be read
 *   by others, or cannot be read or written.
 */
export async function loadOrCreateKey(
  path: string,
  crypto: CryptoPort,
  making: () => void = () => {},
): Promise<KeyPair> {
  const text = readPrivateFile(path);
  if (text === undefined) making();
  const keys = text === undefined
    ? await createKey(path, crypto)
    : await importKey(path, text, crypto);
  writePublicKey(publicKeyPath(path), keys.publicKey);
  return keys;
}

/**
 * Where the public key of a private key's file lies.
 *
 * @example
 * ```ts
 * import { publicKeyPath } from "./identity_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(publicKeyPath("data/server-key.pem"), "data/server-key.pub");
 * ```
 *
 * @param path The private key's file.
 * @returns The public key's file.
 */
export function publicKeyPath(path: string): string {
  return `${path.replace(/\.pem$/, "")}.pub`;
}

async function createKey(path: string, crypto: CryptoPort): Promise<KeyPair> {
  const keys = await crypto.generateKeyPair();
  const pkcs8 = await crypto.exportPrivateKey(keys.privateKey);
  const base64 = pkcs8.toBase64();
  pkcs8.fill(0);
  const lines = base64.match(/.{1,64}/g) ?? [];
  writePrivateFile(
    path,
    ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n"),
  );
  return keys;
}

async function importKey(path: string, text: string, crypto: CryptoPort): Promise<KeyPair> {
  let pkcs8: Uint8Array | undefined;
  try {
    const body = PEM.exec(text)?.[1];
    if (body === undefined) throw new SyntaxError("no PEM text of a PKCS#8 private key");
    pkcs8 = Uint8Array.fromBase64(body);
    return await crypto.importPrivateKey(pkcs8);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof KeyPolicyError)) throw cause;
    throw new StoreError(
      `${path} holds no usable key (${cause.message}): restore it from a backup; or move it away for a ` +
        `new identity, which those who pinned the old key will refuse`,
      { cause },
    );
  } finally {
    pkcs8?.fill(0); // The backend has its own copy, which it wipes.
  }
}

/** Public, so it is replaced without ceremony when it is missing or out of date. */
function writePublicKey(path: string, publicKey: string): void {
  const text = `${publicKey}\n`;
  try {
    if (Deno.readTextFileSync(path) === text) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.writeTextFileSync(path, text);
}
