import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import * as v from "valibot";
import { CATALOG, rowOf } from "../../../lib/protocol/catalog.ts";
import { PHASES } from "../../../lib/protocol/catalog_row.ts";
import type { JsonObject } from "../../../lib/protocol/json.ts";
import { ALIASES, resolveType } from "../../../lib/protocol/type_names.ts";
import { PAYLOADS, THERE, TYPES } from "./examples.ts";

const accepts = (schema: v.GenericSchema, payload: unknown) => v.safeParse(schema, payload).success;

Deno.test("every type resolves to itself and every second name to a type", () => {
  for (const type of TYPES) assertEquals(resolveType(type), type);
  assertEquals(resolveType("SERVER_HELLO_LINK"), "SERVER_ANNOUNCE");
  assertEquals(resolveType("PEER_HELLO_LINK"), "SERVER_ANNOUNCE");
  assertEquals(resolveType("MSG_PRIVATE"), "MSG_DIRECT");
  for (const name of Object.keys(ALIASES)) assertFalse(Object.hasOwn(CATALOG, name));
});

for (
  const name of [
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "prototype",
    "",
    "user_hello",
    "USER_HELLO ",
    " USER_HELLO",
    "USER_HELLO\0",
    "*",
  ]
) {
  Deno.test(`a type chosen by an attacker is unknown: ${JSON.stringify(name)}`, () => {
    assertEquals(resolveType(name), undefined);
  });
}

Deno.test("no arbitrary text resolves to anything but a row", () => {
  fc.assert(fc.property(fc.string(), (name) => {
    const type = resolveType(name);
    assert(type === undefined || Object.hasOwn(CATALOG, type));
  }));
});

Deno.test("every row names its section, and states in which a frame can come at all", () => {
  for (const type of TYPES) {
    const { spec, during } = rowOf(type);
    assert(/^§\d+(\.\d+)?(, D\d+)?$/.test(spec), type);
    assert(during.length > 0, type);
    assertEquals(new Set(during).size, during.length, type);
    for (const phase of during) {
      assert(PHASES.includes(phase), type);
      assertFalse(["dialling", "closing", "closed"].includes(phase), type);
    }
  }
});

Deno.test("everything that a server authors is signed, but for a first contact and a farewell (§7)", () => {
  const unsigned = TYPES.filter((type) =>
    rowOf(type).author === "server" && rowOf(type).sig === "optional"
  );
  assertEquals(unsigned, ["SERVER_HELLO_JOIN", "CTRL_CLOSE"]);
});

Deno.test("what a user may leave unsigned can only be a user's own, or carries a content_sig", () => {
  for (const type of TYPES) {
    const { author, sig, from, contentSig } = rowOf(type);
    if (author !== "user" || sig === "required" || from === "peer") continue;
    // FILE_END says nothing but that a file ends: servers take it from the user's own server only.
    assert(contentSig !== "none" || type === "FILE_END", type);
  }
});

Deno.test("what is relayed may come from its origin, and what may come from an origin is relayed", () => {
  for (const type of TYPES) {
    const { from, relay } = rowOf(type);
    // A user's own message goes on in another frame.
    if (type !== "MSG_DIRECT") assertEquals(from === "origin", relay !== "none", type);
  }
});

Deno.test("whatever is relayed or changes what others see is taken once (§10)", () => {
  const repeatable = TYPES.filter((type) => !rowOf(type).once);
  assertEquals(repeatable.toSorted(), [
    "CTRL_CLOSE",
    "HEARTBEAT",
    "LIST_REQUEST",
    "LIST_RESPONSE",
    "PUBKEY_REQUEST",
    "PUBKEY_RESPONSE",
    "SERVER_HELLO_JOIN",
    "USER_HELLO",
    "USER_PROOF",
  ]);
});

Deno.test("a stranger can say hello in three ways, or goodbye, and nothing else (§6)", () => {
  const first = TYPES.filter((type) => rowOf(type).during.includes("opening"));
  assertEquals(first, ["SERVER_HELLO_JOIN", "SERVER_ANNOUNCE", "USER_HELLO", "CTRL_CLOSE"]);
});

Deno.test("who must prove the key first can only do that, or leave (D19)", () => {
  const proving = TYPES.filter((type) => rowOf(type).during.includes("proving"));
  assertEquals(proving, ["USER_PROOF", "CTRL_CLOSE"]);
});

Deno.test("a server that joins can introduce itself, prove its key, complain or leave, and nothing else (D12)", () => {
  const joining = TYPES.filter((type) => rowOf(type).during.includes("joining"));
  assertEquals(joining, ["SERVER_ANNOUNCE", "HEARTBEAT", "ERROR", "CTRL_CLOSE"]);
});

Deno.test("who else than a link's owner may be introduced on it: whoever announces himself to everybody, once", () => {
  const introducing = TYPES.filter((type) => rowOf(type).introduces);
  assertEquals(introducing, ["SERVER_HELLO_JOIN", "SERVER_WELCOME", "SERVER_ANNOUNCE"]);
  const relayed = introducing.filter((type) => rowOf(type).from === "origin");
  assertEquals(relayed, ["SERVER_ANNOUNCE"]);
  const { relay, sig, once, receiver } = rowOf("SERVER_ANNOUNCE");
  assertEquals([relay, sig, once, receiver], ["gossip", "required", true, "server"]);
});

Deno.test("nobody passes on the proof of a key, and whoever brings it owns the link (D12)", () => {
  const { from, relay, sig } = rowOf("HEARTBEAT");
  assertEquals([from, relay, sig], ["peer", "none", "required"]);
});

Deno.test("no user can say what only servers say", () => {
  const byServers = TYPES.filter((type) =>
    rowOf(type).during.includes("user") && rowOf(type).author === "server"
  );
  assertEquals(byServers, ["CTRL_CLOSE"]);
});

Deno.test("a user asks for the channel's key, and shares it, in the words of servers (D23)", () => {
  const either = TYPES.filter((type) => rowOf(type).author === "either");
  assertEquals(either, ["PUBLIC_CHANNEL_ADD", "PUBLIC_CHANNEL_KEY_SHARE"]);
  for (const type of either) assertEquals(rowOf(type).during, ["user", "server"], type);
});

Deno.test("a message with a content_sig requires it, files excepted since other teams send none (D25)", () => {
  for (const type of TYPES) {
    const { contentSig, payload } = rowOf(type);
    if (contentSig === "none" || type.startsWith("FILE_")) continue;
    const { content_sig: _signature, ...rest } = PAYLOADS[type];
    assertFalse(accepts(payload, rest), type);
  }
});

/** Where a payload of the first type is also one of the second, and why that changes nothing. */
const HARMLESS: Record<string, (signed: string) => boolean> = {
  // They say nothing but "I am alive", "I leave" and "who is here?". A proof must repeat a nonce of the
  // receiver's own, and ours repeat their type too (D9, D12).
  HEARTBEAT: () => true,
  CTRL_CLOSE: () => true,
  LIST_REQUEST: () => true,
  // A question whose answer goes to the owner of the link.
  PUBKEY_REQUEST: (signed) => "user_id" in payloadOf(signed),
  // May be unsigned anyway: nothing is won with somebody's signature.
  USER_HELLO: (signed) => "pubkey" in payloadOf(signed),
  SERVER_HELLO_JOIN: (signed) => signed === "SERVER_ANNOUNCE",
  // The same introduction, signed by its subject either way; ours also sign the type (D9).
  SERVER_ANNOUNCE: (signed) => signed === "SERVER_HELLO_JOIN",
  // Judged by content_sig, which covers other bytes for each kind of receiver.
  MSG_DIRECT: isMessage,
  MSG_PUBLIC_CHANNEL: isMessage,
  // It is signed with a user's key, and a removal verifies under a server's only.
  USER_REMOVE: (signed) => signed === "USER_PROOF",
  // Ends what a signed manifest has begun, and comes from the user's own server only.
  FILE_END: (signed) => signed.startsWith("FILE_"),
};

function isMessage(signed: string): boolean {
  const payload = payloadOf(signed);
  return "content_sig" in payload && "ciphertext" in payload;
}

function payloadOf(type: string): JsonObject {
  const resolved = resolveType(type);
  return resolved === undefined ? {} : PAYLOADS[resolved];
}

for (const signed of TYPES) {
  Deno.test(`a ${signed} payload passes as no other type's, unless that is harmless (D9)`, () => {
    for (const other of TYPES) {
      if (other === signed) continue;
      const passes = accepts(rowOf(other).payload, PAYLOADS[signed]);
      assertEquals(passes, HARMLESS[other]?.(signed) ?? false, `${signed} as ${other}`);
    }
  });
}

for (const file of ["FILE_START", "FILE_CHUNK", "FILE_END"] as const) {
  Deno.test(`a ${file} inside a SERVER_DELIVER passes as nothing but that file's frame (D9, §9.4)`, () => {
    const payload = { ...PAYLOADS[file], user_id: THERE, sender: THERE };
    const passes = TYPES.filter((type) => accepts(rowOf(type).payload, payload));
    const harmless = ["HEARTBEAT", "CTRL_CLOSE", "LIST_REQUEST", "PUBKEY_REQUEST"];
    // A user's frame, which must be its content's or come from the user's own server, whoever signed it.
    const asFile = file === "FILE_END" ? [file] : [file, "FILE_END"];
    assertEquals(passes.toSorted(), ["SERVER_DELIVER", ...asFile, ...harmless].toSorted());
  });
}

for (
  const [one, other] of [
    ["USER_ADVERTISE", "USER_REMOVE"],
    ["ERROR", "ACK"],
    ["SERVER_DELIVER", "USER_DELIVER"],
    ["USER_ADVERTISE", "PUBKEY_RESPONSE"],
    ["SERVER_WELCOME", "SERVER_ANNOUNCE"],
  ] as const
) {
  Deno.test(`${one} and ${other} never accept each other's payload, not even with optional members`, () => {
    const full = (type: typeof one | typeof other): JsonObject => ({
      ...PAYLOADS[type],
      ...(type === "ERROR" || type === "ACK" ? { msg_ref: "QQ" } : {}),
    });
    assertFalse(accepts(rowOf(other).payload, full(one)));
    assertFalse(accepts(rowOf(one).payload, full(other)));
  });
}
