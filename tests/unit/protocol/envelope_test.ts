import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type MessageType, rowOf } from "../../../lib/protocol/catalog.ts";
import { ALIASES } from "../../../lib/protocol/type_names.ts";
import {
  frameText,
  type RawEnvelope,
  readEnvelope,
  readPayload,
} from "../../../lib/protocol/envelope.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { MAX_JSON_DEPTH } from "../../../lib/protocol/limits.ts";
import {
  ALICE,
  BLOCK,
  BOB,
  exampleText,
  HERE,
  NOW,
  PAYLOADS,
  receiverOf,
  THERE,
  TYPES,
} from "./examples.ts";

/** Types whose envelope counts; a farewell is one whatever else stands in it. */
const FULL = TYPES.filter((type) => type !== "CTRL_CLOSE");

function refusal(action: () => unknown): ProtocolError {
  return assertThrows(action, ProtocolError);
}

function refused(type: MessageType, other: Record<string, unknown>): ProtocolError {
  return refusal(() => readEnvelope(exampleText(type, other)));
}

const jsonValue = fc.jsonValue({ maxDepth: 4 }).filter((value) => {
  const text = JSON.stringify(value);
  return !text.includes("__proto__") && !/\d{16}|e\+/.test(text);
});

Deno.test("whatever is written can be read again, member for member", () => {
  const key = fc.string().filter((name) => name !== "__proto__");
  const frame = fc.constantFrom(...FULL).chain((type) =>
    fc.record({
      type: fc.constant(type),
      from: fc.uuid({ version: 4 }),
      to: fc.constant(receiverOf(type)),
      ts: fc.nat(Number.MAX_SAFE_INTEGER),
      payload: fc.dictionary(key, jsonValue),
      sig: fc.option(fc.base64String({ minLength: 1 }), { nil: undefined }),
    })
  );
  fc.assert(fc.property(frame, ({ type, from, to, ts, payload, sig }) => {
    const members = JSON.parse(JSON.stringify(payload));
    const text = frameText({ type, from, to, ts, payload: members }, sig);
    const expected: RawEnvelope = {
      type,
      spelledType: type,
      from,
      to,
      ts,
      rawPayload: members,
      sig,
      text,
    };
    assertEquals(readEnvelope(text), expected);
  }));
});

Deno.test("every example is read, with its payload", () => {
  for (const type of TYPES) {
    const message = readPayload(readEnvelope(exampleText(type)));
    assertEquals(message.type, type);
    assertEquals(Object.keys(message.payload).length >= Object.keys(PAYLOADS[type]).length, true);
  }
});

Deno.test("a second name is read as the type, and the spelling is kept", () => {
  for (const [name, type] of Object.entries(ALIASES)) {
    const { type: read, spelledType } = readEnvelope(exampleText(type, { type: name }));
    assertEquals([read, spelledType], [type, name]);
  }
});

Deno.test("a frame of ours without a signature has no sig member at all (§7)", () => {
  const frame = { type: "HEARTBEAT", from: HERE, to: THERE, ts: NOW, payload: {} } as const;
  assertEquals(Object.keys(JSON.parse(frameText(frame))), ["type", "from", "to", "ts", "payload"]);
  assertEquals(JSON.parse(frameText(frame, BLOCK)).sig, BLOCK);
});

Deno.test("no line break can stand in a frame, whatever its payload", () => {
  const payload = { a: "\n\r\u2028" };
  const text = frameText({ type: "HEARTBEAT", from: HERE, to: THERE, ts: NOW, payload });
  assertEquals(/[\n\r]/.test(text), false);
});

for (const type of FULL) {
  Deno.test(`the sig of a ${type} may be missing or empty at this stage, and nothing but text (§7)`, () => {
    assertEquals(readEnvelope(exampleText(type, { sig: undefined })).sig, undefined);
    assertEquals(readEnvelope(exampleText(type, { sig: "" })).sig, undefined);
    assertEquals(readEnvelope(exampleText(type, { sig: BLOCK })).sig, BLOCK);
    for (const sig of [null, 0, 7, true, [], [BLOCK], {}]) {
      const { code, detail } = refused(type, { sig });
      assertEquals(code, "BAD_KEY");
      assertStringIncludes(detail, `${type}: sig: `);
    }
  });
}

Deno.test("a farewell may be nothing but its type (§6)", () => {
  const text = '{"type":"CTRL_CLOSE"}';
  const { from, to, ts, rawPayload, sig } = readEnvelope(text);
  assertEquals([from, to, ts, sig], ["", "*", 0, undefined]);
  assertEquals(rawPayload, {});
  assertEquals<unknown>(readPayload(readEnvelope(text)).payload, {});
});

Deno.test("what else stands in a farewell is not even looked at", () => {
  const { from, ts, rawPayload, sig } = readEnvelope(
    exampleText("CTRL_CLOSE", { from: 7, to: null, ts: "now", payload: [], sig: [1] }),
  );
  assertEquals([from, ts, sig], ["", 0, undefined]);
  assertEquals(rawPayload, {});
});

Deno.test("unknown members are ignored, and stay in the text that is passed on", () => {
  const text = exampleText("USER_REMOVE", { hops: 3, payload: { ...PAYLOADS.USER_REMOVE, x: 1 } });
  const envelope = readEnvelope(text);
  assertEquals("hops" in envelope, false);
  assertEquals(envelope.text, text);
  assertEquals(envelope.rawPayload["x"], 1);
});

for (const type of ["toString", "__proto__", "constructor", "HELLO", "", "user_hello"]) {
  Deno.test(`a frame of the type ${JSON.stringify(type)} is of no known type (D26)`, () => {
    const { code, detail } = refusal(() => readEnvelope(`{"type":${JSON.stringify(type)}}`));
    assertEquals(code, "UNKNOWN_TYPE");
    assertStringIncludes(detail, JSON.stringify(type));
  });
}

for (const type of [undefined, null, 7, true, ["USER_HELLO"], { USER_HELLO: 1 }]) {
  Deno.test(`a type that is no text is unknown: ${JSON.stringify(type)} (D26)`, () => {
    assertEquals(refused("USER_HELLO", { type }).code, "UNKNOWN_TYPE");
  });
}

Deno.test("the answer to an endless type is not endless", () => {
  const { detail } = refusal(() => readEnvelope(JSON.stringify({ type: "X".repeat(60_000) })));
  assert(detail.length < 200);
});

for (
  const [why, other, says] of [
    ["no from", { from: undefined }, "from: is missing"],
    ["from is no UUID", { from: "bob" }, "from: expected"],
    ["from is empty", { from: "" }, "from: expected"],
    ["from is a number", { from: 7 }, "from: expected"],
    ["from with a line break", { from: `${BOB}\n` }, "from: expected"],
    ["no ts", { ts: undefined }, "ts: is missing"],
    ["ts is text", { ts: `${NOW}` }, "ts: expected"],
    ["ts is negative", { ts: -1 }, "ts: expected"],
    ["ts has a fraction", { ts: 1.5 }, "ts: expected"],
    ["ts is null", { ts: null }, "ts: expected"],
    ["no to", { to: undefined }, "to: is missing"],
    ["to is empty", { to: "" }, "to: expected"],
    ["to is a list", { to: [ALICE] }, "to: expected"],
    ["to has a space", { to: `${ALICE} ` }, "to: expected"],
    ["to has a line break", { to: `${ALICE}\n1` }, "to: expected"],
    ["to is endless", { to: "x".repeat(301) }, "to: expected"],
    ["no payload", { payload: undefined }, "payload: is missing"],
    ["payload is null", { payload: null }, "payload: expected"],
    ["payload is text", { payload: "{}" }, "payload: expected"],
    ["payload is a list", { payload: [] }, "payload: expected"],
    ["payload is a list of members", { payload: [PAYLOADS.HEARTBEAT] }, "payload: expected"],
    ["payload is a number", { payload: 7 }, "payload: expected"],
  ] as const
) {
  Deno.test(`a malformed envelope is refused with BAD_KEY and its member named: ${why} (D26)`, () => {
    for (const type of ["HEARTBEAT", "MSG_DIRECT", "USER_HELLO"] as const) {
      const { code, detail } = refused(type, other);
      assertEquals(code, "BAD_KEY");
      assertStringIncludes(detail, `${type}: ${says}`);
    }
  });
}

Deno.test("what is no JSON object, or too deep, has no type to know, and is refused with BAD_KEY", () => {
  const deep = "[".repeat(MAX_JSON_DEPTH) + "]".repeat(MAX_JSON_DEPTH);
  for (const text of ["", "hello", "[]", "null", `{"type":"HEARTBEAT","payload":${deep}}`]) {
    assertEquals(refusal(() => readEnvelope(text)).code, "BAD_KEY", text);
  }
});

const EVERY_FORM = [ALICE, HERE.toUpperCase(), "*", "public", "127.0.0.1:8765", "[::1]:8765", "x"];

for (
  const [column, fits] of [
    ["server", EVERY_FORM],
    ["address", EVERY_FORM],
    ["user", [ALICE, HERE.toUpperCase()]],
    ["everyone", ["*"]],
    ["group", ["public"]],
    ["userOrGroup", [ALICE, HERE.toUpperCase(), "public"]],
  ] as const
) {
  const types = FULL.filter((type) => rowOf(type).to === column);
  Deno.test(`to of a message for ${column}: what fits is taken, nothing else (D17)`, () => {
    assert(types.length > 0);
    for (const type of types) {
      for (const to of EVERY_FORM) {
        const text = exampleText(type, { to });
        if ((fits as readonly string[]).includes(to)) assertEquals(readEnvelope(text).to, to);
        else {assertStringIncludes(
            refusal(() => readEnvelope(text)).detail,
            `${type}: to: expected`,
          );}
      }
    }
  });
}

Deno.test("ids keep their spelling, since signatures cover it (§12)", () => {
  const { from, to } = readEnvelope(
    exampleText("MSG_DIRECT", { from: BOB.toUpperCase(), to: ALICE.toUpperCase() }),
  );
  assertEquals([from, to], [BOB.toUpperCase(), ALICE.toUpperCase()]);
});

Deno.test("a wrong payload is refused with BAD_KEY, the member named by its path (D26)", () => {
  const wrong = (type: MessageType, payload: unknown) =>
    refusal(() => readPayload(readEnvelope(exampleText(type, { payload }))));
  const remove = wrong("USER_REMOVE", { ...PAYLOADS.USER_REMOVE, user_id: "bob" });
  assertEquals(remove.code, "BAD_KEY");
  assertEquals(remove.detail, "USER_REMOVE: payload.user_id: expected a UUID v4");
  const list = wrong("LIST_RESPONSE", { users: [{ user_id: BOB }] });
  assertStringIncludes(list.detail, "LIST_RESPONSE: payload.users.0.server_id: is missing");
});

Deno.test("a detail about a wrong payload names the type as the peer spelled it, and is short", () => {
  const payload = { ["x".repeat(1_000)]: 1, ciphertext: "Q".repeat(50_000) };
  const text = exampleText("MSG_DIRECT", { type: "MSG_PRIVATE", payload });
  const { detail } = refusal(() => readPayload(readEnvelope(text)));
  assertStringIncludes(detail, "MSG_PRIVATE: payload.");
  assert(detail.length <= 300);
});

Deno.test("the checked payload has the members of its schema only, the raw one all of them", () => {
  const message = readPayload(
    readEnvelope(exampleText("USER_REMOVE", { payload: { ...PAYLOADS.USER_REMOVE, x: 1 } })),
  );
  assertEquals("x" in message.payload, false);
  assertEquals(message.rawPayload["x"], 1);
});
