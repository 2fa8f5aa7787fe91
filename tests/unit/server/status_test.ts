import { assertEquals } from "@std/assert";
import type { LinkId } from "../../../lib/server/effects.ts";
import { heardOf } from "../../../lib/server/reachability.ts";
import { statusOf } from "../../../lib/server/status.ts";
import { ALICE, BOB, HERE, NOW, THERE } from "../protocol/examples.ts";
import { CAROL, ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

const quiet = { framesIn: 0, framesOut: 0, queuedBytes: 0 };
const noTraffic = () => quiet;

Deno.test("a server that has met nobody says who and where it is", () => {
  const { state } = new SmallServer();
  assertEquals(statusOf(state, noTraffic, NOW), {
    server: id(HERE),
    address: "127.0.0.1:8765",
    at: NOW,
    localUsers: 0,
    remoteUsers: 0,
    pendingMessages: 0,
    links: [],
    distant: [],
  });
});

Deno.test("of each link to a server all is told that an operator asks for", () => {
  const server = new SmallServer();
  const link = server.server(THERE, keyOf(1), NOW - 5_000);
  link.proven = true;
  link.lastHeard = NOW - 10;
  link.lastError = "told TIMEOUT: too slow";
  const traffic = { framesIn: 3, framesOut: 4, queuedBytes: 5 };
  const asked: LinkId[] = [];
  const status = statusOf(server.state, (one) => (asked.push(one), traffic), NOW);
  assertEquals(status.links, [{
    server: id(THERE),
    address: "b.example:1",
    direction: "in",
    proven: true,
    since: NOW - 5_000,
    lastFrame: NOW - 10,
    ...traffic,
    lastError: "told TIMEOUT: too slow",
  }]);
  assertEquals(asked, [link.id]);
});

Deno.test("a link that this server dialled is told apart, and a peer whose address is unknown by where it came from", () => {
  const server = new SmallServer();
  const target = {
    kind: "server",
    address: { host: "b.example", port: 1 },
    serverId: id(THERE),
  } as const;
  server.link(target, { kind: "opened" }, { kind: "serverLinked", server: id(THERE) });
  const [link] = statusOf(server.state, noTraffic, NOW).links;
  assertEquals([link?.direction, link?.address, link?.lastError], ["out", "test", undefined]);
});

Deno.test("links and distant servers stand in the order of their ids", () => {
  const server = new SmallServer();
  for (const [who, key] of [[ELSEWHERE, 1], [ALICE, 2], [THERE, 3]] as const) {
    server.server(who, keyOf(key));
  }
  const status = statusOf(server.state, noTraffic, NOW);
  assertEquals(status.links.map((link) => link.server), [id(ALICE), id(THERE), id(ELSEWHERE)]);
  for (const link of [...server.state.links.all()]) server.state.links.remove(link);
  const alone = statusOf(server.state, noTraffic, NOW);
  assertEquals(alone.links, []);
  assertEquals(alone.distant.map((one) => one.server), [id(ALICE), id(THERE), id(ELSEWHERE)]);
});

Deno.test("of a server without a link it is told over whom it is reached, or when it was last heard", () => {
  const server = new SmallServer();
  const { state } = server;
  const link = server.server(THERE, keyOf(1));
  const address = { host: "e.example", port: 2 };
  state.servers.set({ id: id(ELSEWHERE), key: keyOf(2), address, dialled: true });
  const [never] = statusOf(state, noTraffic, NOW).distant;
  assertEquals(never, {
    server: id(ELSEWHERE),
    address: "e.example:2",
    dialled: true,
    via: undefined,
    lastHeard: undefined,
  });
  heardOf(state, link, id(ELSEWHERE), NOW - 7);
  const [heard] = statusOf(state, noTraffic, NOW).distant;
  assertEquals([heard?.via, heard?.lastHeard], [id(THERE), NOW - 7]);
  state.links.remove(link);
  const lost = statusOf(state, noTraffic, NOW).distant.map((
    { via, lastHeard },
  ) => [via, lastHeard]);
  assertEquals(lost, [[undefined, undefined], [undefined, NOW - 7]]);
});

Deno.test("users are counted where they are, and messages that wait or are on their way together", () => {
  const server = new SmallServer();
  const { state } = server;
  server.localUser(ALICE, keyOf(1));
  server.remoteUser(BOB, THERE);
  server.remoteUser(CAROL, THERE);
  const way = { sender: id(ALICE), senderIs: "user", recipient: id(BOB) } as const;
  const delivery = { messageRef: "one", frameId: "one", server: id(THERE), hop: id(THERE), ...way };
  state.deliveries.add(delivery, NOW);
  const { localUsers, remoteUsers, pendingMessages } = statusOf(state, noTraffic, NOW);
  assertEquals([localUsers, remoteUsers, pendingMessages], [1, 2, 1]);
});

Deno.test("a status is plain data: it goes through JSON and comes back the same", () => {
  const server = new SmallServer();
  server.server(THERE, keyOf(1));
  const status = statusOf(server.state, noTraffic, NOW);
  const { lastError: _absent, ...link } = status.links[0] ?? { lastError: undefined };
  assertEquals<unknown>(JSON.parse(JSON.stringify(status)), { ...status, links: [link] });
});
