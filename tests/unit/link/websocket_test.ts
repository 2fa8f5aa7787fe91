import { assertEquals, assertRejects } from "@std/assert";
import type { Transport } from "../../../lib/link/transport.ts";
import { dialWebSocket, webSocketTransport } from "../../../lib/link/websocket.ts";
import { LinkError } from "../../../lib/protocol/errors.ts";
import { testNeeding } from "../../support/permissions.ts";

/** What one end hears, as a queue that can be waited for. */
class Heard {
  readonly #told: string[] = [];
  #wake = () => {};

  constructor(readonly transport: Transport) {
    transport.listen({
      text: (text) => this.#tell(text),
      binary: () => this.#tell("binary"),
      closed: (code, reason) => this.#tell(`closed ${code} ${reason}`),
    });
  }

  async next(): Promise<string> {
    while (this.#told.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    return this.#told.shift() ?? "";
  }

  #tell(what: string): void {
    this.#told.push(what);
    this.#wake();
  }
}

/** Both ends of a WebSocket on the loopback interface. */
async function withPair(check: (here: Heard, there: Heard, socket: WebSocket) => Promise<void>) {
  const accepted = Promise.withResolvers<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => accepted.resolve(socket);
    return response;
  });
  const here = await dialWebSocket(`ws://127.0.0.1:${server.addr.port}`);
  const socket = await accepted.promise;
  const there = webSocketTransport(socket, "127.0.0.1:1", "accepted");
  try {
    await check(new Heard(here), new Heard(there), socket);
  } finally {
    here.close(1000, "");
    await server.shutdown();
  }
}

/** An accepted WebSocket whose other end is a bare connection, which reads when the test does. */
async function withReader(check: (there: Heard, reader: Deno.TcpConn) => Promise<void>) {
  const accepted = Promise.withResolvers<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => accepted.resolve(socket);
    return response;
  });
  const reader = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  const handshake = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n" +
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  await reader.write(new TextEncoder().encode(handshake));
  const there = new Heard(webSocketTransport(await accepted.promise, "reader", "accepted"));
  await check(there, reader);
  await there.next();
  await server.shutdown();
}

testNeeding(
  ["net"],
  "text goes both ways over a WebSocket, in order and whole",
  () =>
    withPair(async (here, there) => {
      const long = "Zoë 😀 ".repeat(20_000);
      here.transport.send("a");
      here.transport.send(long);
      there.transport.send("b");
      assertEquals([await there.next(), await there.next(), await here.next()], ["a", long, "b"]);
      assertEquals(there.transport.remote, "127.0.0.1:1");
      here.transport.close(1000, "bye");
      assertEquals(await there.next(), "closed 1000 bye");
      assertEquals(await here.next(), "closed 1000 bye");
    }),
);

testNeeding(
  ["net"],
  "a binary message is told apart from text (D5)",
  () =>
    withPair(async (here, there, socket) => {
      socket.send(new Uint8Array([1, 2, 3]));
      assertEquals(await here.next(), "binary");
      there.transport.close(1003, "");
      assertEquals(await here.next(), "closed 1003 ");
      await there.next();
    }),
);

testNeeding(
  ["net"],
  "who accepted says why it closes, with any code; a long reason is cut between characters",
  () =>
    withPair(async (here, there) => {
      there.transport.close(1013, "€".repeat(100));
      assertEquals(await here.next(), `closed 1013 ${"€".repeat(41)}`);
      await there.next();
      there.transport.close(1000, "again");
      there.transport.send("heard by nobody");
    }),
);

testNeeding(
  ["net"],
  "who dialled closes with 1000 whatever the code, as browsers must",
  () =>
    withPair(async (here, there) => {
      here.transport.close(1011, "internal error");
      assertEquals(await there.next(), "closed 1000 internal error");
      await here.next();
    }),
);

testNeeding(
  ["net"],
  "what is sent while the socket closes is dropped without a word",
  () =>
    withPair(async (here, there) => {
      here.transport.close(1000, "");
      here.transport.send("too late");
      assertEquals(await there.next(), "closed 1000 ");
      await here.next();
    }),
);

testNeeding(
  ["net"],
  "there is room again when the reader has read",
  () =>
    withReader(async (there, reader) => {
      const { transport } = there;
      await transport.drained(1);
      while (transport.bufferedBytes < 4_000_000) transport.send("x".repeat(100_000));
      let room = false;
      const drained = transport.drained(1_000).then(() => room = true);
      // Much of it fits into the buffers of the system, not all of it.
      await transport.drained(5_000_000);
      assertEquals(room, false);
      const stop = new AbortController();
      const reading = reader.readable.pipeTo(new WritableStream(), { signal: stop.signal });
      await drained;
      assertEquals(transport.bufferedBytes < 1_000, true);
      stop.abort();
      await assertRejects(() => reading, DOMException);
    }),
);

testNeeding(["net"], "a port where nobody listens is said to be one", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  taken.close();
  const error = await assertRejects(() => dialWebSocket(`ws://127.0.0.1:${port}`), LinkError);
  assertEquals(error.message, "nobody listens there");
});

testNeeding(["net"], "a port where something else answers is said to be one", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("a web site", { status: 404 }),
  );
  const url = `ws://127.0.0.1:${server.addr.port}`;
  const error = await assertRejects(() => dialWebSocket(url), LinkError);
  await server.shutdown();
  assertEquals(error.message, "it answers with HTTP status 404");
});

Deno.test("what is no address is refused, not thrown", async () => {
  await assertRejects(() => dialWebSocket("ws://[::1"), LinkError, "ws://[::1");
});
