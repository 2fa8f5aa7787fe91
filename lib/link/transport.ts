/**
 * What a connection is made of, whichever kind: text goes out, text comes in, it ends. A transport is
 * handed around only once it is open.
 *
 * @module
 */

/** Why a connection ends, as WebSocket close codes (RFC 6455 §7.4). */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  unsupported: 1003,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  tryLater: 1013,
} as const;

/** What a transport tells its owner. None of these may throw. */
export interface TransportEvents {
  /** A text message came. */
  text(text: string): void;
  /** A binary message came: it is not SOCP (D5). */
  binary(): void;
  /** The connection has ended; said once. `code` is 1006 when nobody said why. */
  closed(code: number, reason: string): void;
}

/** An open connection. */
export interface Transport {
  /** The other end, for logs: an address and port, or a name. */
  readonly remote: string;
  /** Bytes handed over and not sent yet. */
  readonly bufferedBytes: number;
  /**
   * Waits until there is room.
   *
   * @param bytes Room for what.
   * @returns Resolves when less than this is handed over and not sent yet, or the connection has ended.
   */
  drained(bytes: number): Promise<void>;
  /** Starts to report. Called once, before anything is lost. */
  listen(events: TransportEvents): void;
  /** Sends one text message; without effect once it has ended. */
  send(text: string): void;
  /**
   * Ends the connection.
   *
   * @param code A close code of {@linkcode CLOSE}.
   * @param reason At most 123 UTF-8 bytes; the rest is cut.
   */
  close(code: number, reason: string): void;
}

/**
 * Opens a connection to an address.
 *
 * Resolves with the open transport, or rejects with a `LinkError` that says why not.
 */
export type Dial = (url: string) => Promise<Transport>;
