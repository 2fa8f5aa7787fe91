import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { routeToUser } from "../../../lib/server/router.ts";
import { ALICE, BOB, THERE } from "../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer } from "./small_server.ts";

Deno.test("a user who is here is reached on the user's own link, in whichever case the id is spelled", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  const via = server.server(THERE, keyOf(2));
  assertEquals(routeToUser(server.state, ALICE, via), { kind: "local", link: alice });
  assertEquals(routeToUser(server.state, ALICE.toUpperCase(), via), { kind: "local", link: alice });
});

Deno.test("a user may write to himself", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  assertEquals(routeToUser(server.state, ALICE, alice), { kind: "local", link: alice });
});

Deno.test("a user of another server is reached over that server's link", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  const there = server.server(THERE, keyOf(2));
  server.server(ELSEWHERE, keyOf(3));
  server.remoteUser(BOB, THERE);
  assertEquals(routeToUser(server.state, BOB, alice), {
    kind: "server",
    link: there,
    server: id(THERE),
  });
});

Deno.test("the way back is no way: a message does not loop (§10)", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(2));
  server.remoteUser(BOB, THERE);
  const error = assertThrows(() => routeToUser(server.state, BOB, there), ProtocolError);
  assertEquals(error.code, "USER_NOT_FOUND");
});

Deno.test("nobody is found who is not online", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  const error = assertThrows(() => routeToUser(server.state, BOB, alice), ProtocolError);
  assertEquals([error.code, error.detail], ["USER_NOT_FOUND", `${BOB} is not online`]);
});

Deno.test("a user whose server cannot be reached just now is not said to be gone", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  const there = server.server(THERE, keyOf(2));
  server.remoteUser(BOB, THERE);
  server.state.links.remove(there);
  assertEquals(routeToUser(server.state, BOB, alice), { kind: "unreachable" });
  assertEquals(server.state.users.get(id(BOB))?.at, "remote");
});
