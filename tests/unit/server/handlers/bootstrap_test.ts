import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import { dispatch } from "../../../../lib/server/dispatch.ts";
import { HERE, NOW } from "../../protocol/examples.ts";
import { keyOf, SmallServer, verified } from "../small_server.ts";

const nobody = () => false;

/** A server whose own join comes back to it, as it does when its introducer is itself. */
function joinMyself(signed: boolean): number {
  const server = new SmallServer([{ host: "127.0.0.1", port: 8766, pubkey: undefined }]);
  const { planner } = server.state;
  const [target] = planner.due(NOW, nobody);
  const join = verified("SERVER_HELLO_JOIN", {
    from: HERE,
    to: "127.0.0.1:8766",
    payload: { host: "127.0.0.1", port: 8765, pubkey: keyOf(0) },
  });
  const message = { ...join, signedBy: signed ? keyOf(0) : undefined };
  const link = server.link(undefined);
  const error = assertThrows(() => dispatch(server.state, link, message, NOW), ProtocolError);
  assertEquals(error.code, "NAME_IN_USE");
  if (target !== undefined) planner.failed(target, NOW, 0.5);
  return planner.due(NOW + 60_000, nobody).length;
}

Deno.test("a server that meets itself at an introducer's address does not dial it again", () => {
  assertEquals(joinMyself(true), 0);
});

Deno.test("nobody can keep a server from its introducers by speaking in its name", () => {
  assertEquals(joinMyself(false), 1);
});
