import { DEFAULT_DIAL_DENY } from "../../../lib/mesh/dial_policy.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerNode } from "../../../lib/server/node.ts";
import { ServerRuntime } from "../../../lib/server/runtime.ts";
import { openDoor } from "../../../lib/server/http.ts";
import type { Clock } from "../../../lib/base/clock.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { LinkError } from "../../../lib/protocol/errors.ts";
import { MemoryStore } from "../../../lib/store/memory.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { testNeeding } from "../../support/permissions.ts";
import { HERE, NOW } from "../protocol/examples.ts";

const stopped: Clock = { now: () => NOW, at: () => () => {} };

async function startRuntime(logged: string[]): Promise<ServerRuntime> {
  const crypto = new FakeCrypto(1);
  const { publicKey, privateKey } = await crypto.generateKeyPair();
  const store = new MemoryStore();
  const address = { host: "127.0.0.1", port: 8765 };
  const node = new ServerNode({
    serverId: toId(HERE),
    key: publicKey,
    address,
    bound: address,
    introducers: [],
    admission: { kind: "open" },
    requireProof: false,
    dialDeny: DEFAULT_DIAL_DENY,
    remembered: store.load(),
    entropy: { unit: () => 0.5, nonce: () => "QQ", id: () => toId(HERE) },
    log: () => {},
  });
  return new ServerRuntime({
    node,
    crypto,
    privateKey,
    store,
    dial: () => Promise.reject(new LinkError("nobody")),
    clock: stopped,
    log: (_level, message) => logged.push(message),
  });
}

function testDoor(name: string, check: (url: string, logged: string[]) => Promise<void>): void {
  testNeeding(["net"], name, async () => {
    const logged: string[] = [];
    const runtime = await startRuntime(logged);
    const door = openDoor(
      { host: "127.0.0.1", port: 0 },
      (_level, message) => logged.push(message),
    );
    door.admit(runtime);
    try {
      await check(`127.0.0.1:${door.address.port}`, logged);
    } finally {
      await runtime.stop();
      await door.close();
    }
  });
}

async function answer(url: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(url, init);
  return [response.status, await response.text()];
}

testDoor("the curious are told what this is", async (host) => {
  const [status, text] = await answer(`http://${host}/`);
  assertEquals(status, 200);
  assertStringIncludes(text, "SOCP v1.3 server");
  assertEquals(await answer(`http://${host}/`, { method: "HEAD" }), [200, ""]);
});

testDoor("what is said to the curious is plain text", async (host) => {
  const response = await fetch(`http://${host}/<script>`);
  assertEquals(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assertEquals((await response.text()).includes("<script>"), false);
});

testDoor("another path is not there, not even for a socket", async (host) => {
  const [status] = await answer(`http://${host}/admin`);
  assertEquals(status, 404);
  const socket = new WebSocket(`ws://${host}/admin`);
  await new Promise((resolve) => socket.onerror = resolve);
});

testDoor("another method than GET is not allowed", async (host) => {
  for (const method of ["POST", "PUT", "DELETE"]) {
    const [status] = await answer(`http://${host}/`, { method });
    assertEquals(status, 405);
  }
});

testDoor("a WebSocket is let in, and its first frame answered", async (host) => {
  const socket = new WebSocket(`ws://${host}/`);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  const heard = new Promise<string>((resolve) => socket.onmessage = ({ data }) => resolve(data));
  await new Promise((resolve) => socket.onopen = resolve);
  socket.send("hello");
  assertEquals(JSON.parse(await heard).payload.code, "BAD_KEY");
  assertEquals((await closed).code, 1008);
});

testDoor("half a handshake is the peer's mistake, not ours", async (host, logged) => {
  const [name = "", port = ""] = host.split(":");
  const handshake = async (...headers: string[]) => {
    const connection = await Deno.connect({ hostname: name, port: Number(port) });
    const request = ["GET / HTTP/1.1", `Host: ${host}`, ...headers, "", ""].join("\r\n");
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(1024);
    const length = await connection.read(buffer) ?? 0;
    connection.close();
    return new TextDecoder().decode(buffer.subarray(0, length)).split("\r\n")[0];
  };
  const refused = "HTTP/1.1 400 Bad Request";
  assertEquals(await handshake("Upgrade: websocket"), refused);
  assertEquals(await handshake("Upgrade: websocket", "Connection: Upgrade"), refused);
  assertEquals(logged, []);
});

testNeeding(["net"], "nobody is let in while the server is starting or stopping", async () => {
  const door = openDoor({ host: "127.0.0.1", port: 0 }, () => {});
  const socket = new WebSocket(`ws://127.0.0.1:${door.address.port}/`);
  await new Promise((resolve) => socket.onerror = resolve);
  await door.close();
});

testDoor(
  "a Host header that is no host is the visitor's mistake, not ours",
  async (url, logged) => {
    const [hostname = "", port = ""] = url.split(":");
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const said = "GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(said));
    const heard = await new Response(connection.readable).text();
    assertStringIncludes(heard, "HTTP/1.1 400 ");
    assertEquals(logged, []);
  },
);
