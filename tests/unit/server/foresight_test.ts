import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import { foresee } from "../../../lib/server/foresight.ts";
import { ALICE, BOB, exampleText, THERE, TYPES } from "../protocol/examples.ts";
import { keyOf, SmallServer } from "./small_server.ts";

const message = (type: (typeof TYPES)[number], to?: string) =>
  readPayload(readEnvelope(exampleText(type, to === undefined ? {} : { to })));

Deno.test("a user's message to somebody who is not online is refused, of whatever kind", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  for (const type of ["MSG_DIRECT", "FILE_START", "FILE_CHUNK", "FILE_END"] as const) {
    const refused = () => foresee(server.state, alice.id, message(type, BOB));
    assertEquals(assertThrows(refused, ProtocolError).code, "USER_NOT_FOUND");
  }
});

Deno.test("what is for somebody who is online, for everybody or for the server is not foreseen", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  server.server(THERE, keyOf(2));
  server.remoteUser(BOB, THERE);
  for (const to of [ALICE, BOB]) foresee(server.state, alice.id, message("MSG_DIRECT", to));
  foresee(server.state, alice.id, message("FILE_CHUNK", "public"));
  for (const type of ["MSG_PUBLIC_CHANNEL", "LIST_REQUEST", "PUBKEY_REQUEST"] as const) {
    foresee(server.state, alice.id, message(type));
  }
});

Deno.test("what a server passes on is judged by its handler: others wait to be told", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(2));
  for (const type of TYPES) foresee(server.state, there.id, message(type));
});

Deno.test("nothing is foreseen on a link that has ended", () => {
  const server = new SmallServer();
  const alice = server.localUser(ALICE, keyOf(1));
  server.node.closed(alice.id, "gone", 0);
  foresee(server.state, alice.id, message("MSG_DIRECT", BOB));
});
