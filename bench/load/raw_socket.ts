/**
 * A WebSocket that only counts what comes: as light as possible, so that a benchmark measures the server
 * and not whoever listens to it.
 *
 * @module
 */

import { connectUpgraded, maskedFrame, PONG, writeAll } from "./upgrade.ts";

/** How often a socket says that it lives, in ms: it reads no ping, and Deno cuts who does not answer. */
const ALIVE_MS = 20_000;

/** Bytes read at once. */
const READ_BYTES = 64 * 1024;

/** A connection that counts bytes. */
export class RawSocket {
  readonly #conn: Deno.TcpConn;
  #reached = Promise.withResolvers<void>();
  #goal = Infinity;
  #alive: ReturnType<typeof setInterval> | undefined;
  /** Bytes that have come, frame headers included. */
  received = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /**
   * Connects and upgrades.
   *
   * @param port A port of this machine.
   */
  static async open(port: number): Promise<RawSocket> {
    const socket = new RawSocket(await connectUpgraded(port));
    void socket.#count();
    socket.#alive = setInterval(() => void socket.#conn.write(PONG).catch(() => {}), ALIVE_MS);
    return socket;
  }

  /** Sends text messages, each in one frame. */
  async send(texts: readonly string[]): Promise<void> {
    for (const text of texts) await writeAll(this.#conn, maskedFrame(text));
  }

  /**
   * Waits until something has come.
   *
   * @param bytes How much, from the beginning.
   */
  async until(bytes: number): Promise<void> {
    if (this.received >= bytes) return;
    this.#goal = bytes;
    this.#reached = Promise.withResolvers<void>();
    await this.#reached.promise;
  }

  /** Ends the connection. */
  close(): void {
    clearInterval(this.#alive);
    this.#conn.close();
  }

  async #count(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    // Whoever waits for more hears that none will come; the benchmark itself closes when nobody does.
    const ended = (error: unknown) => this.#reached.reject(error);
    this.#reached.promise.catch(() => {});
    try {
      for (;;) {
        const bytes = await this.#conn.read(buffer);
        if (bytes === null) return ended(new Error("the server has closed a socket"));
        this.received += bytes;
        if (this.received >= this.#goal) this.#reached.resolve();
      }
    } catch (error) {
      ended(error);
    }
  }
}
