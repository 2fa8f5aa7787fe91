import { assertEquals, assertStrictEquals } from "@std/assert";
import { Links } from "../../../../lib/server/tables/links.ts";
import { ALICE, BOB, THERE } from "../../protocol/examples.ts";
import { id, keyOf, SmallServer } from "../small_server.ts";

const serverLinked = { kind: "serverLinked", server: id(THERE) } as const;
const target = {
  kind: "server",
  address: { host: "b.example", port: 1 },
  serverId: id(THERE),
} as const;

Deno.test("a connection is in the tables of users or servers once it says whose it is", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const link = server.link(undefined);
  assertEquals([...links.expected()], [link]);
  assertStrictEquals(links.get(link.id), link);
  assertEquals([links.users(), links.servers()], [[], []]);
  links.advance(link, serverLinked);
  assertStrictEquals(links.server(id(THERE)), link);
  assertEquals([links.users(), links.servers()], [[], [link.id]]);
  assertEquals([...links.expected()], []);
});

Deno.test("who must still prove or announce himself is expected, and in no table", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const user = { kind: "userMustProve", user: id(ALICE), challenge: "QQ" } as const;
  const proving = server.link(undefined, user);
  const joining = server.link(undefined, { kind: "serverJoining", server: id(THERE) });
  assertEquals([...links.expected()], [proving, joining]);
  assertEquals([links.user(id(ALICE)), links.server(id(THERE))], [undefined, undefined]);
});

Deno.test("lists of links leave out the one that is excepted, and only that", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const alice = server.localUser(ALICE, keyOf(1));
  const bob = server.localUser(BOB, keyOf(2));
  const there = server.server(THERE, keyOf(3));
  assertEquals(links.users(), [alice.id, bob.id]);
  assertEquals(links.users(bob), [alice.id]);
  assertEquals(links.users(there), [alice.id, bob.id]);
  assertEquals([links.servers(), links.servers(there)], [[there.id], []]);
  assertEquals([...links.all()], [alice, bob, there]);
  assertEquals([...links.serverEntries()], [there]);
});

Deno.test("a connection that ends is in no table any more, and says whose it was", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const alice = server.localUser(ALICE, keyOf(1));
  const there = server.server(THERE, keyOf(3));
  assertEquals(links.remove(alice), { user: id(ALICE) });
  assertEquals(links.remove(there), { server: id(THERE) });
  assertEquals(links.remove(server.link(undefined)), {});
  assertEquals([links.get(alice.id), links.user(id(ALICE)), links.server(id(THERE))], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([...links.expected()], []);
  assertEquals([alice.session.phase, there.session.phase], ["closed", "closed"]);
});

Deno.test("the end of a link that another has replaced ends nobody's presence", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const older = server.server(THERE, keyOf(3));
  const newer = server.link(target, { kind: "opened" }, serverLinked);
  assertStrictEquals(links.server(id(THERE)), newer);
  assertEquals(links.remove(older), {});
  assertStrictEquals(links.server(id(THERE)), newer);
});

Deno.test("a link that ends while its user must still prove the key takes nothing from the session that stands", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const alice = server.localUser(ALICE, keyOf(1));
  const user = { kind: "userMustProve", user: id(ALICE), challenge: "QQ" } as const;
  assertEquals(links.remove(server.link(undefined, user)), {});
  assertStrictEquals(links.user(id(ALICE)), alice);
});

Deno.test("a link that is closing is still its owner's until it ends", () => {
  const server = new SmallServer();
  const { links } = server.state;
  const alice = server.localUser(ALICE, keyOf(1));
  links.advance(alice, { kind: "closing" });
  assertEquals(links.remove(alice), { user: id(ALICE) });
});

Deno.test("new tables are empty", () => {
  const links = new Links();
  assertEquals([[...links.all()], links.users(), links.servers()], [[], [], []]);
});
