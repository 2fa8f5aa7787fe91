/**
 * The pieces of a file: how long each one is, and how it is sealed and opened (D25).
 *
 * @module
 */

import type { Lanes } from "../base/lanes.ts";
import type { CryptoPort, PrivateKey } from "../crypto/port.ts";
import { decodeBase64url } from "../protocol/base64url.ts";
import { RSA_BLOCK_BYTES, SEGMENT_PLAINTEXT_BYTES } from "../protocol/limits.ts";
import { open } from "./seal.ts";

/** Plaintext of a chunk for somebody who reads segments: 32 of them (D25). */
export const CHUNK_BYTES = 32 * SEGMENT_PLAINTEXT_BYTES;

/** Plaintext of a chunk for somebody who reads one block only (D4, D25). */
export const ONE_BLOCK_CHUNK_BYTES = 400;

/** RSA operations of all transfers of one client that may be under way at once: enough for two processors. */
export const RSA_LANES = 4;

/** The operations of {@linkcode CryptoPort} that chunks need. */
export type BlockCipher = Pick<CryptoPort, "encrypt" | "decrypt">;

/**
 * A cipher whose operations stand in line, so that what a person writes meanwhile waits for a few of them
 * only.
 *
 * @param crypto What encrypts and decrypts.
 * @param lanes The line.
 */
export function inLanes(crypto: CryptoPort, lanes: Lanes): BlockCipher {
  return {
    encrypt: (key, block) => lanes.run(() => crypto.encrypt(key, block)),
    decrypt: (key, block) => lanes.run(() => crypto.decrypt(key, block)),
  };
}

/**
 * How many chunks a file has; an empty one has none.
 *
 * @example
 * ```ts
 * import { chunkCount } from "./file_chunk.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1, 14_272, 14_273].map((size) => chunkCount(size)), [0, 1, 1, 2]);
 * ```
 *
 * @param size Of the file, in bytes.
 * @param chunkBytes Of a full chunk.
 */
export function chunkCount(size: number, chunkBytes: number = CHUNK_BYTES): number {
  return Math.ceil(size / chunkBytes);
}

/**
 * How many bytes a chunk has: all are full but the last.
 *
 * @param size Of the file, in bytes.
 * @param index Which chunk, from 0.
 * @param chunkBytes Of a full chunk.
 */
export function chunkLength(
  size: number,
  index: number,
  chunkBytes: number = CHUNK_BYTES,
): number {
  return Math.min(chunkBytes, size - index * chunkBytes);
}

/**
 * Whether a ciphertext has as many blocks as a plaintext of a length needs: told without any key.
 *
 * @param ciphertext As it stands in the frame.
 * @param length Of the plaintext, at least 1.
 */
export function fitsLength(ciphertext: string, length: number): boolean {
  const blocks = Math.ceil(length / SEGMENT_PLAINTEXT_BYTES);
  return decodeBase64url(ciphertext)?.length === blocks * RSA_BLOCK_BYTES;
}

/** A chunk that was opened, or not. */
export interface OpenedChunk {
  /** Exactly as many bytes as were expected. */
  readonly bytes: Uint8Array;
  /** Whether they are what was in the chunk. */
  readonly sound: boolean;
}

/**
 * Opens a chunk. One that cannot be opened, or holds another number of bytes, gives zeros in their place:
 * what follows is then the same as for wrong contents, and nobody learns which it was (THREATS 27).
 *
 * @param cipher What decrypts.
 * @param keys The keys that may open it; the first that does counts.
 * @param ciphertext As it stands in the frame.
 * @param length How many bytes it should hold.
 */
export async function openChunk(
  cipher: BlockCipher,
  keys: readonly PrivateKey[],
  ciphertext: string,
  length: number,
): Promise<OpenedChunk> {
  for (const key of keys) {
    const bytes = await open(cipher, key, ciphertext);
    if (bytes?.length === length) return { bytes, sound: true };
  }
  return { bytes: new Uint8Array(length), sound: false };
}
