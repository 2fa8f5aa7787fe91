/**
 * How much a server takes from one link (THREATS 17). Over it nothing is dropped: the link is read no
 * further until it is within its limits again.
 *
 * @module
 */

import type { Rate } from "../base/token_bucket.ts";
import type { Phase } from "../protocol/catalog_row.ts";
import type { MessageType } from "../protocol/catalog.ts";

/** The limits of one link, by whose it is. */
export interface LinkLimits {
  /** Frames of a user, or of who has not said yet who it is; chunks of files are none. */
  readonly userFrames: Rate;
  /** UTF-8 bytes that such a link may send each second, about; infinity for no limit. */
  readonly userBytes: number;
  /** The same with everything that goes in bulk: chunks of files, and shares of the channel's key. */
  readonly fileBytes: number;
  /** Frames of a server. */
  readonly serverFrames: Rate;
}

/** What is taken unless the operator says otherwise. */
export const DEFAULT_LIMITS: LinkLimits = Object.freeze({
  userFrames: Object.freeze({ perSecond: 10, burst: 40 }),
  userBytes: 64 * 1024,
  fileBytes: 256 * 1024,
  serverFrames: Object.freeze({ perSecond: 500, burst: 2_000 }),
});

/** No limits at all. */
export const NO_LIMITS: LinkLimits = Object.freeze({
  userFrames: Object.freeze({ perSecond: Infinity, burst: 1 }),
  userBytes: Infinity,
  fileBytes: Infinity,
  serverFrames: Object.freeze({ perSecond: Infinity, burst: 1 }),
});

/** What may come at once, in seconds' worth of bytes: as much as the usual burst of frames is of theirs. */
export const BURST_SECONDS = 4;

/**
 * What a chunk of a file counts for at the least, in bytes: small ones cost as much to check as large ones,
 * and are not counted as frames.
 */
export const MIN_CHUNK_BYTES = 4 * 1024;

/**
 * Whether a link in this state is limited as a server's is.
 *
 * @param phase The state.
 */
export function isServers(phase: Phase): boolean {
  // Who joins tells of its users right behind its first frame (§8.1).
  return phase === "joining" || phase === "dialling" || phase === "helloSent" || phase === "server";
}

/**
 * Whether frames of this type go in bulk. The key's maker sends everybody's shares of it in one breath (D23).
 *
 * @param type The type; undefined if the frame could not even be read.
 */
export function isBulk(type: MessageType | undefined): boolean {
  return type === "FILE_CHUNK" || type === "PUBLIC_CHANNEL_KEY_SHARE";
}
