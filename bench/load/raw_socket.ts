/**
 * A WebSocket that only counts what comes: as light as possible, so that a benchmark measures the server
 * and not whoever listens to it.
 *
 * @module
 */

/** How often a socket says that it lives, in ms: it reads no ping, and Deno cuts who does not answer. */
const ALIVE_MS = 10_000;

/** A pong that nobody asked for (RFC 6455 §5.5.3). */
const PONG = new Uint8Array([0x8a, 0x80, 0, 0, 0, 0]);

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
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    const key = btoa("sixteen bytes of");
    await writeAll(
      conn,
      new TextEncoder().encode(
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
      ),
    );
    const socket = new RawSocket(conn);
    await socket.#readHead();
    void socket.#count();
    socket.#alive = setInterval(() => void conn.write(PONG).catch(() => {}), ALIVE_MS);
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

  async #readHead(): Promise<void> {
    const byte = new Uint8Array(1);
    let head = "";
    while (!head.endsWith("\r\n\r\n")) {
      if (await this.#conn.read(byte) === null) throw new Error(`no upgrade: ${head}`);
      head += String.fromCharCode(byte[0] ?? 0);
    }
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${head}`);
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

/** The bytes that a server's text frame takes on the wire (RFC 6455 §5.2). */
export function frameBytes(text: string): number {
  const size = new TextEncoder().encode(text).length;
  return size + (size < 126 ? 2 : size < 65_536 ? 4 : 10);
}

function maskedFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  // A mask of zeros is a mask.
  const head = payload.length < 126
    ? [0x81, 0x80 | payload.length, 0, 0, 0, 0]
    : [0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0];
  const frame = new Uint8Array(head.length + payload.length);
  frame.set(head);
  frame.set(payload, head.length);
  return frame;
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await conn.write(bytes.subarray(written));
  }
}
