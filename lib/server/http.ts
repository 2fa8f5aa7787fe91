/**
 * The door: one port for servers, users and the curious (§6).
 *
 * @module
 */

import type { Log } from "../base/log.ts";
import { webSocketTransport } from "../link/websocket.ts";
import { type Address, addressText } from "../mesh/address.ts";
import type { ServerRuntime } from "./runtime.ts";

const ABOUT = `This is a SOCP v1.3 server: encrypted chat over WebSocket.
Connect with a SOCP client to this address, for example:

    deno task client chat --server ws://HOST:PORT
`;

/** A port that is being listened on. */
export interface Door {
  /** The address that was bound. */
  readonly address: Address;
  /** Lets people in, to this runtime; before, they are told to come back (503). */
  admit(runtime: ServerRuntime): void;
  /** Stops to listen; connections that stand are not touched. */
  close(): Promise<void>;
}

/**
 * Binds a port. Nobody is let in before {@linkcode Door.admit}, so that the server can learn its address
 * first.
 *
 * @param address Where to listen; port 0 lets the system pick one.
 * @param log Where faults are reported.
 * @returns The door.
 * @throws {Deno.errors.AddrInUse} If the port is taken.
 */
export function openDoor(address: Address, log: Log): Door {
  let inside: ServerRuntime | undefined = undefined;
  const server = Deno.serve({
    hostname: address.host,
    port: address.port,
    onListen: () => {},
    onError: (error) => {
      const stack = error instanceof Error ? error.stack ?? error.message : String(error);
      log("error", "internal error: please report this", { stack });
      return new Response("internal error\n", { status: 500 });
    },
  }, (request, info) => answer(request, info.remoteAddr, inside));
  return {
    address: { host: server.addr.hostname, port: server.addr.port },
    admit: (runtime) => {
      inside = runtime;
    },
    close: () => server.shutdown(),
  };
}

function answer(
  request: Request,
  remote: Deno.NetAddr,
  runtime: ServerRuntime | undefined,
): Response {
  // It is made of the Host header, which may hold anything.
  const url = URL.parse(request.url);
  if (url === null) return text("the Host header is no host\n", 400);
  if (url.pathname !== "/") return text("nothing here: the server's only path is /\n", 404);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return request.method === "GET" || request.method === "HEAD"
      ? text(ABOUT, 200)
      : text("only GET is answered here\n", 405);
  }
  if (runtime === undefined) return text("the server is just starting or stopping\n", 503);
  const upgrade = upgradeOf(request);
  if (upgrade === undefined) return text("that is no complete WebSocket handshake\n", 400);
  const { socket, response } = upgrade;
  const from = addressText({ host: remote.hostname, port: remote.port });
  // Until it is open a socket can neither send nor be closed with a reason.
  socket.onopen = () => runtime.accept(webSocketTransport(socket, from, "accepted"));
  return response;
}

/** Half a handshake is the other end's mistake; the runtime throws at it. */
function upgradeOf(request: Request): Deno.WebSocketUpgrade | undefined {
  try {
    return Deno.upgradeWebSocket(request);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function text(body: string, status: number): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
