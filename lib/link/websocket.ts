/**
 * WebSocket as a transport (§6): the same for a socket that was accepted and one that was dialled, in
 * Deno and in browsers.
 *
 * @module
 */

import { LinkError } from "../protocol/errors.ts";
import { CLOSE, type Transport, type TransportEvents } from "./transport.ts";

/** How long a connection may take to open, in ms. */
export const OPEN_TIMEOUT_MS = 10_000;

/** How often a socket is asked how much it still has to send, in ms: of itself it does not tell. */
const DRAIN_POLL_MS = 20;

/**
 * Makes a transport of an open socket.
 *
 * @param socket An open WebSocket that nobody else listens to.
 * @param remote The other end, for logs.
 * @param side Who opened it: only who accepted a socket may close it with any code.
 * @returns The transport.
 */
export function webSocketTransport(
  socket: WebSocket,
  remote: string,
  side: "accepted" | "dialled",
): Transport {
  return {
    remote,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    drained(bytes: number): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          const full = socket.readyState === WebSocket.OPEN && socket.bufferedAmount >= bytes;
          if (full) setTimeout(look, DRAIN_POLL_MS);
          else resolve();
        };
        look();
      });
    },
    listen(events: TransportEvents): void {
      socket.onmessage = ({ data }) => {
        if (typeof data === "string") events.text(data);
        else events.binary();
      };
      // An error is always followed by a close, which says as much as the error does.
      socket.onerror = (event) => event.preventDefault();
      socket.onclose = ({ code, reason }) => events.closed(code, reason);
    },
    send(text: string): void {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close(code: number, reason: string): void {
      if (socket.readyState > WebSocket.OPEN) return;
      socket.close(side === "accepted" ? code : CLOSE.normal, cutToBytes(reason, 123));
    },
  };
}

/**
 * Opens a WebSocket to a server.
 *
 * @param url `ws://` or `wss://`.
 * @returns The transport, open.
 * @throws {LinkError} If it cannot be opened within 10 s; the message says why.
 */
export function dialWebSocket(url: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url);
    } catch (error) {
      reject(new LinkError(`${url}: ${error instanceof Error ? error.message : "not an address"}`));
      return;
    }
    const timer = setTimeout(() => {
      fail(`no answer within ${OPEN_TIMEOUT_MS / 1000} s`);
      socket.close();
    }, OPEN_TIMEOUT_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      socket.onopen = null;
      reject(new LinkError(why));
    };
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(webSocketTransport(socket, url, "dialled"));
    };
    socket.onerror = (event) => {
      event.preventDefault();
      fail(
        "message" in event && event.message !== "" ? plain(String(event.message)) : "not reachable",
      );
    };
    socket.onclose = () => fail("closed before it was open");
  });
}

/** The runtime's text names layers that no reader asked for. */
function plain(message: string): string {
  if (/tcp connect error|refused/i.test(message)) return "nobody listens there";
  const status = /status code: (\d+)/.exec(message)?.[1];
  if (status !== undefined) return `it answers with HTTP status ${status}`;
  return message.replace(/^NetworkError: /, "").replace(/^failed to connect to WebSocket: /, "");
}

function cutToBytes(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  // A character cut in half decodes to a replacement character, which is dropped with it.
  return new TextDecoder().decode(encoded.subarray(0, bytes)).replace(/\uFFFD$/, "");
}
