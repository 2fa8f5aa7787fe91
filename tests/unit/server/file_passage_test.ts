import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";
import type { Effect } from "../../../lib/server/effects.ts";
import {
  type FileDelivery,
  type FileFrame,
  type FileType,
  isDirectDelivery,
  isFileDelivery,
  passFile,
  refuseStranger,
} from "../../../lib/server/file_passage.ts";
import { linkedTo } from "../../../lib/server/reachability.ts";
import { ALICE, BLOCK, BOB, HERE, NOW, PAYLOADS, THERE } from "../protocol/examples.ts";
import { ELSEWHERE, id, keyOf, SmallServer, verified } from "./small_server.ts";

/** The members that each type may have beside those it must have. */
const FULL: Record<FileType, JsonObject> = {
  FILE_START: { ...PAYLOADS.FILE_START, content_sig: BLOCK },
  FILE_CHUNK: { ...PAYLOADS.FILE_CHUNK, content_sig: BLOCK, epoch: 2, pass: 1 },
  FILE_END: PAYLOADS.FILE_END,
};

const TYPES = ["FILE_START", "FILE_CHUNK", "FILE_END"] as const;

function setUp() {
  const server = new SmallServer();
  const there = server.server(THERE, keyOf(1));
  linkedTo(server.state, there, id(THERE), undefined, NOW);
  return { server, state: server.state, there };
}

function file(type: FileType, payload: JsonObject = FULL[type]): FileFrame {
  const message = verified(type, { payload });
  if (message.type !== type) throw new TypeError("not what was asked for");
  return message as FileFrame;
}

/** The same as another team's server passes it on. */
function inside(type: FileType, others: JsonObject = {}): FileDelivery {
  const payload = { ...FULL[type], user_id: ALICE, sender: BOB, ...others };
  const message = verified("SERVER_DELIVER", { payload });
  if (message.type !== "SERVER_DELIVER" || !isFileDelivery(message)) throw new TypeError(type);
  return message;
}

function sent(effects: Effect[]): unknown[] {
  return effects.map((effect) =>
    effect.kind === "forward"
      ? JSON.parse(effect.text)
      : effect.kind === "send"
      ? effect.frame
      : effect
  );
}

for (const type of TYPES) {
  Deno.test(`a ${type} goes to another team's server inside a SERVER_DELIVER, with all its members (§9.4)`, () => {
    const { state, there } = setUp();
    const route = { kind: "server", link: there, server: id(THERE) } as const;
    assertEquals(sent(passFile(state, file(type), route)), [{
      type: "SERVER_DELIVER",
      from: HERE,
      to: THERE,
      ts: NOW,
      payload: {
        ...FULL[type],
        user_id: ALICE,
        sender: BOB,
        type: "SERVER_DELIVER",
        origin: HERE,
        ts: NOW,
      },
    }]);
  });

  Deno.test(`a ${type} goes to a server of ours as it is, in either form`, () => {
    const { state, there } = setUp();
    there.gossips = true;
    const route = { kind: "server", link: there, server: id(THERE) } as const;
    for (const message of [file(type), inside(type)]) {
      assertEquals(passFile(state, message, route), [
        { kind: "forward", links: [there.id], text: message.text },
      ]);
    }
  });

  Deno.test(`a ${type} that came inside a SERVER_DELIVER gets to its recipient as its sender sent it`, () => {
    const { server, state } = setUp();
    const alice = server.localUser(ALICE, keyOf(3));
    const message = inside(type, { origin: THERE, type: "SERVER_DELIVER", ts: NOW, other: "lost" });
    assertEquals(sent(passFile(state, message, { kind: "local", link: alice })), [
      { type, from: BOB, to: ALICE, ts: NOW, payload: FULL[type] },
    ]);
  });
}

Deno.test("nobody has this server sign members of a file frame that no schema knows (D9)", () => {
  const { state, there } = setUp();
  const forged = { ...FULL.FILE_END, server_id: HERE, meta: {}, user_id: BOB, sender: ALICE };
  const route = { kind: "server", link: there, server: id(THERE) } as const;
  const [effect] = passFile(state, file("FILE_END", forged), route);
  const payload = effect?.kind === "send" ? effect.frame.payload : {};
  assertEquals([payload["server_id"], payload["meta"]], [undefined, undefined]);
  assertEquals([payload["user_id"], payload["sender"]], [ALICE, BOB]);
});

Deno.test("what the user did not sign is taken from the user's own server alone, in either form (D9)", () => {
  const { server, state, there } = setUp();
  const elsewhere = server.server(ELSEWHERE, keyOf(2));
  server.remoteUser(BOB, THERE);
  for (const message of [file("FILE_END"), inside("FILE_END"), inside("FILE_CHUNK")]) {
    refuseStranger(state, there, message);
    const error = assertThrows(() => refuseStranger(state, elsewhere, message), ProtocolError);
    assertEquals(error.code, "INVALID_SIG");
    refuseStranger(state, elsewhere, { ...message, contentVerified: true });
  }
});

Deno.test("a delivery is a direct message or a piece of a file, and its members tell", () => {
  const direct = verified("SERVER_DELIVER");
  if (direct.type !== "SERVER_DELIVER") throw new TypeError("not what was asked for");
  assertEquals([isDirectDelivery(direct), isFileDelivery(direct)], [true, false]);
  const piece = inside("FILE_START");
  assertEquals([isDirectDelivery(piece), isFileDelivery(piece)], [false, true]);
});
