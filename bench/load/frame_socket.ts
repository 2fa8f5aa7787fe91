/**
 * A WebSocket that tells of each frame that comes: what a benchmark listens with that must know when a
 * message arrives. It reads no more of a frame than it is asked for.
 *
 * @module
 */

import { connectUpgraded, maskedFrame, PONG, writeAll } from "./upgrade.ts";

/** How often a socket says that it lives, in ms: it answers no ping, and Deno cuts who does not. */
const ALIVE_MS = 20_000;

/** A frame's type and ts stand within so many bytes of its beginning. */
const HEAD_BYTES = 256;

/** What is told of each text that comes: its beginning, where type and ts stand. */
export type Listener = (head: string) => void;

/** A connection that tells of frames. */
export class FrameSocket {
  readonly #conn: Deno.TcpConn;
  readonly #alive: ReturnType<typeof setInterval>;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  /** What has come of a frame that has not come whole. */
  #rest = new Uint8Array(0);
  #closed = false;
  /** Told of each text. */
  listener: Listener = () => {};
  /** Texts that have come. */
  count = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#alive = setInterval(() => void conn.write(PONG).catch(() => {}), ALIVE_MS);
    void this.#listen();
  }

  /**
   * Connects and upgrades.
   *
   * @param port A port of this machine.
   */
  static async open(port: number): Promise<FrameSocket> {
    return new FrameSocket(await connectUpgraded(port));
  }

  /** Sends a text message. */
  send(text: string): Promise<void> {
    return writeAll(this.#conn, maskedFrame(text));
  }

  /**
   * Waits for the next frame of a type. Fails if an `ERROR` comes first, or the connection ends.
   *
   * @param type Its type.
   */
  next(type: string): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(type, waiting);
    return waiting.promise;
  }

  /** Ends the connection. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#alive);
    this.#conn.close();
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const size = await this.#conn.read(buffer);
        if (size === null) throw new Error("the server has closed a socket");
        this.#take(buffer.subarray(0, size));
      }
    } catch (error) {
      if (!this.#closed) this.#fail(error);
    }
  }

  #take(bytes: Uint8Array): void {
    let all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    for (let size = frameSize(all); size !== undefined; size = frameSize(all)) {
      const { head, payload } = size;
      if (all.length < head + payload) break;
      const opcode = (all[0] ?? 0) & 15;
      if (opcode === 8) throw new Error("the server has said farewell");
      if (opcode === 1) this.#tell(all.subarray(head, head + Math.min(payload, HEAD_BYTES)));
      all = all.subarray(head + payload);
    }
    this.#rest = all.slice();
  }

  #tell(bytes: Uint8Array): void {
    const head = new TextDecoder().decode(bytes);
    this.count += 1;
    const [, type = ""] = /^\{"type":"(\w+)"/.exec(head) ?? [];
    if (type === "ERROR") this.#fail(new Error(`refused: ${head}`));
    this.listener(head);
    this.#waiting.get(type)?.resolve();
    this.#waiting.delete(type);
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The sizes of the first frame's head and payload (RFC 6455 §5.2); undefined if its head is not there yet. */
function frameSize(bytes: Uint8Array): { head: number; payload: number } | undefined {
  const short = (bytes[1] ?? 0) & 127;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  if (head === 2) return { head, payload: short };
  const view = new DataView(bytes.buffer, bytes.byteOffset, head);
  return { head, payload: head === 4 ? view.getUint16(2) : Number(view.getBigUint64(2)) };
}
