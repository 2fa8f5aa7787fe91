/**
 * The little of WebSocket (RFC 6455) that a benchmark's own sockets need: an upgrade, frames out, a pong.
 *
 * @module
 */

/** A pong that nobody asked for (RFC 6455 §5.5.3). */
export const PONG: Uint8Array = new Uint8Array([0x8a, 0x80, 0, 0, 0, 0]);

/**
 * Connects and upgrades.
 *
 * @param port A port of this machine.
 */
export async function connectUpgraded(port: number): Promise<Deno.TcpConn> {
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
  await readHead(conn);
  return conn;
}

/** Byte by byte: what comes after the head is a frame already. */
async function readHead(conn: Deno.TcpConn): Promise<void> {
  const byte = new Uint8Array(1);
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    if (await conn.read(byte) === null) throw new Error(`no upgrade: ${head}`);
    head += String.fromCharCode(byte[0] ?? 0);
  }
  if (!head.startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${head}`);
}

/** The bytes that a server's text frame takes on the wire (RFC 6455 §5.2). */
export function frameBytes(text: string): number {
  const size = new TextEncoder().encode(text).length;
  return size + (size < 126 ? 2 : size < 65_536 ? 4 : 10);
}

/** A text of less than 64 KiB as a client's frame. */
export function maskedFrame(text: string): Uint8Array {
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

/** Writes everything. */
export async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await conn.write(bytes.subarray(written));
  }
}
