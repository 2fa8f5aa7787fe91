import { assertEquals } from "@std/assert";
import { Users, USUAL_ADVERT_BYTES } from "../../../../lib/server/tables/users.ts";
import type { UserRecord } from "../../../../lib/store/port.ts";
import { ALICE, BOB, HERE, THERE } from "../../protocol/examples.ts";
import { id, keyOf, SmallServer } from "../small_server.ts";

function record(userId: string, index: number): UserRecord {
  return { userId: id(userId), pubkey: keyOf(index), meta: undefined, version: 1, proven: false };
}

Deno.test("a user is in one place: where the last word put him", () => {
  const server = new SmallServer();
  const { users } = server.state;
  server.remoteUser(ALICE, THERE);
  server.localUser(ALICE, keyOf(1));
  assertEquals([...users.all()].map(({ at }) => at), ["local"]);
  assertEquals([...users.local()].map((user) => user.id), [id(ALICE)]);
  assertEquals([...users.behind(id(THERE))], []);
  users.delete(id(ALICE));
  assertEquals(users.get(id(ALICE)), undefined);
});

Deno.test("the users behind a server are those of that server", () => {
  const server = new SmallServer();
  server.remoteUser(ALICE, THERE);
  server.remoteUser(BOB, HERE);
  const behind = [...server.state.users.behind(id(THERE))];
  assertEquals(behind.map((user) => user.id), [id(ALICE)]);
});

Deno.test("the key of a user is the one registered here, then the one advertised, then unknown", () => {
  const server = new SmallServer();
  const { users } = server.state;
  assertEquals(users.keyOf(id(BOB)), undefined);
  server.remoteUser(BOB, THERE);
  assertEquals(users.keyOf(id(BOB)), undefined, "other teams' servers may not say it");
  server.remoteUser(BOB, THERE, keyOf(2));
  assertEquals(users.keyOf(id(BOB)), keyOf(2));
  users.register(record(BOB, 1));
  assertEquals(users.keyOf(id(BOB)), keyOf(1));
  users.delete(id(BOB));
  assertEquals(users.keyOf(id(BOB)), keyOf(1), "and it stays when the user leaves");
});

Deno.test("registrations of earlier runs are known, online or not", () => {
  const users = new Users([record(ALICE, 1)]);
  assertEquals(users.registration(id(ALICE)), record(ALICE, 1));
  assertEquals([...users.all()], []);
  users.register({ ...record(ALICE, 1), version: 2 });
  assertEquals(users.registration(id(ALICE))?.version, 2);
});

Deno.test("what everybody's advertisements take is known at any time", () => {
  const server = new SmallServer();
  const { users } = server.state;
  const told = "as it came".length;
  server.remoteUser(ALICE, THERE);
  server.remoteUser(ALICE, HERE);
  server.remoteUser(BOB, THERE);
  assertEquals(users.advertBytes, 2 * told);
  server.localUser(BOB, keyOf(1));
  assertEquals(
    users.advertBytes,
    told + USUAL_ADVERT_BYTES + "{}".length,
    "and what its meta takes",
  );
  for (const user of [ALICE, ALICE, BOB]) users.delete(id(user));
  assertEquals(users.advertBytes, 0);
});
