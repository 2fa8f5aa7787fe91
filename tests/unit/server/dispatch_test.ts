import { assertEquals, assertThrows } from "@std/assert";
import { rowOf } from "../../../lib/protocol/catalog.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { dispatch } from "../../../lib/server/dispatch.ts";
import { ALICE, BOB, NOW, THERE, TYPES } from "../protocol/examples.ts";
import { keyOf, SmallServer, verified } from "./small_server.ts";

Deno.test("a message gets to the handler of its type", () => {
  const server = new SmallServer();
  const bob = server.localUser(BOB, keyOf(1));
  const effects = dispatch(server.state, bob, verified("CTRL_CLOSE"), NOW);
  assertEquals(effects, [{ kind: "close", link: bob.id, code: 1000, reason: "goodbye" }]);
  const [list] = dispatch(server.state, bob, verified("LIST_REQUEST"), NOW);
  assertEquals(list?.kind === "send" && list.frame.type, "LIST_RESPONSE");
});

Deno.test("a message under its second name gets to the same handler", () => {
  const server = new SmallServer();
  server.localUser(ALICE, keyOf(2));
  const bob = server.localUser(BOB, keyOf(1));
  const message = { ...verified("MSG_DIRECT", { type: "MSG_PRIVATE" }), messageRef: "ref" };
  const effects = dispatch(server.state, bob, message, NOW);
  const types = effects.map((effect) => effect.kind === "send" && effect.frame.type);
  assertEquals(types, ["USER_DELIVER", "ACK"]);
});

Deno.test("what is for users only never gets to a server's handlers: our mistake, not the peer's", () => {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  for (const type of TYPES.filter((name) => rowOf(name).receiver === "user")) {
    assertThrows(() => dispatch(server.state, there, verified(type), NOW), TypeError, type);
  }
});

Deno.test("every message that a server may hear has a handler", () => {
  for (const type of TYPES.filter((name) => rowOf(name).receiver !== "user")) {
    const server = new SmallServer();
    const link = rowOf(type).during.includes("user")
      ? server.localUser(BOB, keyOf(1))
      : server.server(THERE, keyOf(1));
    let missing = false;
    try {
      dispatch(server.state, link, { ...verified(type), messageRef: "ref" }, NOW);
    } catch (error) {
      // What it says no to is its own affair.
      missing = !(error instanceof ProtocolError) && /not a function/.test(String(error));
    }
    assertEquals(missing, false, type);
  }
});
